import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from assistant.evaluation.metrics import Interval
from assistant.evaluation.refusal import Bin, Decision, auroc, bins, calibration_error, refusal

TENTHS = np.arange(11) / 10
DECISIONS = [
    Decision("list", True, False, 0.9),
    Decision("list", True, False, 0.7),
    Decision("typo", True, True, 0.2),
    Decision("near-miss", False, False, 0.6),
    Decision("near-miss", False, True, 0.3),
    Decision("off-topic", False, True, 0.1),
]


def test_figures_worked_by_hand() -> None:
    found = refusal(DECISIONS, 0.5)
    assert (found["answerable"], found["unanswerable"], found["threshold"]) == (3, 3, 0.5)
    # Of nine pairs only (0.2, 0.6) and (0.2, 0.3) are the wrong way round.
    assert found["auroc"]["mean"] == pytest.approx(7 / 9)
    assert found["false_answers"]["all"]["mean"] == pytest.approx(1 / 3)
    assert found["false_answers"]["near-miss"]["mean"] == 0.5
    assert found["false_answers"]["off-topic"] == {"mean": 0, "low": 0, "high": 0}
    assert found["false_refusals"]["mean"] == pytest.approx(1 / 3)
    squares = [0.1**2, 0.3**2, 0.8**2, 0.6**2, 0.3**2, 0.1**2]
    assert found["brier"] == pytest.approx(sum(squares) / 6)
    gaps = [0.1, 0.3, 0.8, 0.6, 0.3, 0.1]  # each in a bin of its own
    assert found["ece"] == pytest.approx(sum(gaps) / 6)
    assert [one["count"] for one in found["reliability"]] == [1] * 6


def test_one_kind_alone_has_only_counts() -> None:
    assert refusal(DECISIONS[:3], 0.5) == {"answerable": 3, "unanswerable": 0, "threshold": 0.5}


def test_bins_of_equal_width() -> None:
    values = np.array([0.0, 0.05, 0.1, 0.55, 1.0])
    truth = np.array([False, True, True, False, True])
    assert bins(values, truth, TENTHS) == [
        Bin(0.0, 0.1, 2, 0.025, 0.5),
        Bin(0.1, 0.2, 1, 0.1, 1.0),
        Bin(0.5, 0.6, 1, 0.55, 0.0),
        Bin(0.9, 1.0, 1, 1.0, 1.0),
    ]


def test_a_calibrated_confidence_has_no_error() -> None:
    values = np.repeat([0.25, 0.75], 4)
    truth = np.array([True, False, False, False, True, True, True, False])
    assert calibration_error(bins(values, truth, TENTHS)) == 0
    assert calibration_error(bins(values, ~truth, TENTHS)) == 0.5


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1))
def test_bins_hold_every_question_once(pairs: list[tuple[float, bool]]) -> None:
    values = np.array([value for value, _ in pairs])
    truth = np.array([true for _, true in pairs])
    quantiles = np.quantile(values, TENTHS)
    for edges in (TENTHS, quantiles):
        curve = bins(values, truth, edges)
        assert sum(one.count for one in curve) == len(pairs)
        assert sum(one.count * one.answerable for one in curve) == pytest.approx(truth.sum())
        assert 0 <= calibration_error(curve) <= 1


def test_the_interval_of_the_area_is_that_of_drawn_questions() -> None:
    generator = np.random.default_rng(2)
    truth = generator.random(120) < 0.6
    drawn_values = np.clip(generator.normal(0.4 + 0.2 * truth, 0.2), 0, 1)
    values = np.asarray(np.round(drawn_values, 1), np.float64)
    areas = []
    for _ in range(400):
        drawn = [
            generator.choice(np.flatnonzero(truth == kind), (truth == kind).sum())
            for kind in (True, False)
        ]
        chosen = np.concatenate(drawn)
        areas.append(roc_auc_score(truth[chosen], values[chosen]))
    found = auroc(values, truth)
    assert found.mean == pytest.approx(roc_auc_score(truth, values))
    assert found.low == pytest.approx(np.quantile(areas, 0.025), abs=0.025)
    assert found.high == pytest.approx(np.quantile(areas, 0.975), abs=0.025)
    assert auroc(np.array([0.9, 0.1]), np.array([True, False])) == Interval(1, 1, 1)

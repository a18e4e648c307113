import math
from dataclasses import astuple
from itertools import pairwise

import ir_measures
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import R, nDCG
from scipy import stats

from assistant.evaluation.metrics import (
    MEASURES,
    SEED,
    Interval,
    interval,
    intervals,
    ordered,
    per_question,
    resampled,
)

QRELS = {"one": {"b": 1}, "two": {"a": 1, "d": 1, "z": 1}, "none": {"x": 1}}
RANKING = {
    "one": [("a", 3.0), ("b", 2.0), ("c", 1.0)],
    "two": [("a", 4.0), ("b", 3.0), ("c", 2.0), ("d", 1.0)],
}


def test_measures_worked_by_hand() -> None:
    found = per_question(RANKING, QRELS, ["one", "two"])
    assert found["one"] == pytest.approx(
        {
            "nDCG@10": 1 / math.log2(3),
            "RR@10": 1 / 2,
            "Success@1": 0,
            "Success@5": 1,
            "Success@10": 1,
            "R@10": 1,
            "R@100": 1,
        }
    )
    ideal = 1 + 1 / math.log2(3) + 1 / math.log2(4)
    assert found["two"]["nDCG@10"] == pytest.approx((1 + 1 / math.log2(5)) / ideal)
    assert found["two"]["Success@1"] == 1
    assert found["two"]["R@10"] == pytest.approx(2 / 3)


def test_a_question_with_no_result_or_nothing_relevant_counts_zero() -> None:
    found = per_question(RANKING, {**QRELS, "empty": {}}, ["one", "none", "empty", "unknown"])
    for name in ("none", "empty", "unknown"):
        assert found[name] == dict.fromkeys(MEASURES, 0.0)
    assert list(found) == ["one", "none", "empty", "unknown"]
    assert per_question({}, {}, ["q"], ["RR@10"]) == {"q": {"RR@10": 0.0}}


def test_what_is_cut_off_does_not_count() -> None:
    ranking = {"q": [(f"p{i}", 200.0 - i) for i in range(150)]}
    found = per_question(ranking, {"q": {"p10": 1, "p120": 1}}, ["q"])["q"]
    assert (found["RR@10"], found["Success@10"], found["R@100"]) == (0, 0, 0.5)


NAMES = st.lists(st.sampled_from("abcdefghijklmnop"), unique=True, max_size=16)


@settings(deadline=None)
@given(
    st.dictionaries(st.sampled_from("qrst"), NAMES, min_size=1), st.sets(st.sampled_from("aeip"))
)
def test_agrees_with_ir_measures_on_any_run(found: dict[str, list[str]], good: set[str]) -> None:
    ranking = {q: [(n, float(-i)) for i, n in enumerate(names)] for q, names in found.items()}
    qrels = {q: dict.fromkeys(sorted(good), 1) for q in found} if good else {}
    ours = per_question(ranking, qrels, found)
    if not good:
        assert all(set(values.values()) == {0.0} for values in ours.values())
        return
    theirs = ir_measures.calc_aggregate(
        [nDCG @ 10, R @ 10], qrels, {q: dict(pairs) for q, pairs in ranking.items()}
    )
    for measure, value in theirs.items():
        assert np.mean([v[str(measure)] for v in ours.values()]) == pytest.approx(value)


def test_equal_scores_are_set_apart_in_single_precision() -> None:
    found = ordered([("b", 1.0), ("a", 1.0), ("c", 1.0), ("d", 0.5)])
    assert [name for name, _ in found] == ["b", "a", "c", "d"]
    scores = np.array([score for _, score in found], np.float32)
    assert (np.diff(scores) < 0).all()
    assert scores == pytest.approx([1, 1, 1, 0.5])
    ranks = per_question({"q": found}, {"q": {"a": 1}}, ["q"], ["RR@10"])
    assert ranks == {"q": {"RR@10": 0.5}}


@settings(deadline=None)
@given(st.lists(st.floats(-10, 10, width=32), max_size=30))
def test_ordered_keeps_the_order_and_falls_strictly(scores: list[float]) -> None:
    found = ordered([(str(i), s) for i, s in enumerate(sorted(scores, reverse=True))])
    assert [int(name) for name, _ in found] == list(range(len(scores)))
    assert all(a > b for (_, a), (_, b) in pairwise(found))


def test_an_interval_with_the_fixed_seed() -> None:
    values = [0.0, 0.0, 1.0, 1.0, 1.0, 0.5, 0.25, 1.0]
    found = interval(values)
    assert found == interval(values)
    assert found.mean == 0.59375
    assert found.low == pytest.approx(0.28125)
    assert found.high == pytest.approx(0.875)


def test_an_interval_is_that_of_scipy() -> None:
    values = np.random.default_rng(3).beta(0.4, 0.2, 200)
    theirs = stats.bootstrap(
        (values,), np.mean, n_resamples=10_000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    ours = interval(values)
    assert ours.mean == pytest.approx(values.mean())
    assert ours.low == pytest.approx(theirs.low, abs=0.004)
    assert ours.high == pytest.approx(theirs.high, abs=0.004)


def test_several_lists_share_their_resamples() -> None:
    a, b = [0.0, 1.0, 1.0, 0.0, 1.0], [1.0, 0.0, 0.5, 1.0, 0.0]
    assert intervals({"a": a, "b": b}) == {"a": interval(a), "b": interval(b)}


def test_nothing_to_average() -> None:
    assert interval([]) == Interval(0, 0, 0)
    assert intervals({}) == {}
    assert astuple(interval([0.3])) == pytest.approx((0.3, 0.3, 0.3))


def test_a_resample_draws_as_many_as_there_are() -> None:
    drawn = resampled(7)
    assert drawn.shape == (10_000, 7)
    assert (drawn.sum(axis=1) == 7).all()
    assert drawn.mean(axis=0) == pytest.approx(np.ones(7), abs=0.05)
    assert (drawn == resampled(7, SEED)).all()
    assert not (drawn == resampled(7, SEED + 1)).all()

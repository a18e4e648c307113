from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assistant.evaluation.significance import Counts, counts, holm, randomisation_test

FEW = st.lists(st.sampled_from([-1.0, -0.5, 0.0, 0.25, 1.0]), max_size=8)


@settings(deadline=None)
@given(FEW)
def test_few_differences_are_enumerated(differences: list[float]) -> None:
    means = [
        abs(np.mean([s * d for s, d in zip(signs, differences, strict=True)] or [0.0]))
        for signs in product((1, -1), repeat=len(differences))
    ]
    observed = abs(np.mean(differences or [0.0]))
    expected = np.mean([mean >= observed - 1e-12 for mean in means])
    assert randomisation_test(differences) == pytest.approx(expected)


def test_many_differences_come_near_the_exact_p() -> None:
    differences = [1.0] * 13 + [-1.0] * 5 + [0.0] * 40
    exact = stats.binomtest(13, 18).pvalue  # with equal sizes it is the sign test
    assert randomisation_test(differences) == pytest.approx(exact, abs=0.01)
    assert randomisation_test(differences) == randomisation_test(differences)


def test_it_is_the_permutation_test_of_scipy() -> None:
    generator = np.random.default_rng(5)
    before = generator.random(60)
    after = before + generator.normal(0.02, 0.1, 60)
    theirs = stats.permutation_test(
        (before, after),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=10_000,
        rng=np.random.default_rng(1),
    ).pvalue
    assert randomisation_test((after - before).tolist()) == pytest.approx(theirs, abs=0.02)


def test_no_difference_and_a_sure_one() -> None:
    assert randomisation_test([]) == 1
    assert randomisation_test([0.0, 0.0]) == 1
    assert randomisation_test([0.5] * 100) == pytest.approx(1 / 10_001)


def test_holm_worked_by_hand() -> None:
    # Smallest times four, next times three, …, never below the one before.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.7]) == [1, 1]
    assert holm([0.2]) == [0.2]
    assert holm([]) == []


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_keeps_the_order_and_never_lowers(values: list[float]) -> None:
    corrected = holm(values)
    assert all(c >= v for c, v in zip(corrected, values, strict=True))
    order = sorted(range(len(values)), key=lambda i: values[i])
    assert [corrected[i] for i in order] == sorted(corrected)


def test_counts() -> None:
    assert counts([0.1, 0, -1, 2, 0]) == Counts(better=2, worse=1, equal=2)

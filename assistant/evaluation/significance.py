"""Whether a difference between two systems over the same questions is more than chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from assistant.evaluation.metrics import SEED

PERMUTATIONS = 10_000


@dataclass(frozen=True, slots=True)
class Counts:
    """On how many questions the second system is better, worse, and equal."""

    better: int
    worse: int
    equal: int


def randomisation_test(differences: Sequence[float]) -> float:
    """The two-sided p of the paired randomisation test on the mean of ``differences``.

    Under the null hypothesis each difference could as well have the other sign; p is the share of
    assignments of signs whose mean is at least as far from 0 (Smucker, Allan and Carterette, CIKM
    2007). All assignments are tried where there are at most 10,000; else 10,000 drawn ones, and
    the observed one counts as one more. Questions without a difference change nothing.

    >>> randomisation_test([1, 1, 1, 0])
    0.25
    """
    values = np.array([difference for difference in differences if difference], np.float64)
    count = len(values)
    if 2**count <= PERMUTATIONS:
        signs = np.array(list(product((1.0, -1.0), repeat=count))).reshape(2**count, count)
    else:
        generator = np.random.default_rng(SEED)
        signs = generator.choice((1.0, -1.0), (PERMUTATIONS, count))
    # Sums that are equal but for rounding are equal.
    extreme = np.abs(signs @ values) >= abs(values.sum()) * (1 - 1e-12) - 1e-12
    if 2**count <= PERMUTATIONS:
        return float(extreme.mean())
    return float((extreme.sum() + 1) / (PERMUTATIONS + 1))


def holm(probabilities: Sequence[float]) -> list[float]:
    """The p of each of several tests, corrected so that one false finding in all is as unlikely.

    After Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (1979).

    >>> holm([0.03, 0.01, 0.04])
    [0.06, 0.03, 0.06]
    """
    corrected = [0.0] * len(probabilities)
    largest = 0.0
    order = sorted(range(len(probabilities)), key=lambda i: probabilities[i])
    for tested, i in enumerate(order):
        largest = max(largest, min(1.0, probabilities[i] * (len(probabilities) - tested)))
        corrected[i] = largest
    return corrected


def counts(differences: Sequence[float]) -> Counts:
    """How many differences are above, below, and at zero."""
    better = sum(difference > 0 for difference in differences)
    worse = sum(difference < 0 for difference in differences)
    return Counts(better, worse, len(differences) - better - worse)

"""Retrieval metrics by ir_measures, and means with bootstrap intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation.relevance import Qrels

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEASURES = ("nDCG@10", "RR@10", "Success@1", "Success@5", "Success@10", "R@10", "R@100")
RESAMPLES = 10_000
SEED = 2024
LEVEL = 0.95

# By question: what was found and its score, best first.
Ranking = Mapping[str, Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % interval; 0 for all three where there is nothing to average."""

    mean: float
    low: float
    high: float


def per_question(
    ranking: Ranking, qrels: Qrels, questions: Iterable[str], measures: Sequence[str] = MEASURES
) -> dict[str, dict[str, float]]:
    """The value of each measure for each of the ``questions``, by id and by the measure's name.

    A question without results, or without anything relevant, counts zero: ir_measures would leave
    the latter out, and the mean would rise. Equal scores must not occur (see :func:`ordered`).
    """
    import ir_measures

    parsed = [ir_measures.parse_measure(measure) for measure in measures]
    values = {question: dict.fromkeys(measures, 0.0) for question in questions}
    judged = {question: dict(qrels[question]) for question in values if qrels.get(question)}
    found = {question: dict(ranking.get(question, ())) for question in judged}
    if not judged:
        return values
    for metric in ir_measures.iter_calc(parsed, judged, found):
        if metric.query_id in values:
            values[metric.query_id][str(metric.measure)] = float(metric.value)
    return values


def ordered(found: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """A ranking whose scores fall strictly, as single-precision numbers.

    trec_eval and what builds on it read scores in single precision, ignore ranks, and order equal
    scores by name. So where two are equal, the later one is lowered by the least possible step.
    """
    strict: list[tuple[str, float]] = []
    last = np.float32(np.inf)
    for name, score in found:
        value = min(np.float32(score), np.nextafter(last, np.float32(-np.inf)))
        strict.append((name, float(value)))
        last = value
    return strict


def interval(values: Sequence[float] | NDArray[np.float64]) -> Interval:
    """The mean and its percentile bootstrap interval (Efron and Tibshirani 1993, chapter 13)."""
    return intervals({"": list(values)})[""]


def intervals(columns: Mapping[str, Sequence[float]]) -> dict[str, Interval]:
    """An interval for each of several lists of equal length, over the same resamples.

    How often a resample draws each value is multinomial, so all means are one matrix product.
    """
    if not columns or not len(next(iter(columns.values()))):
        return dict.fromkeys(columns, Interval(0.0, 0.0, 0.0))
    matrix = np.array([list(values) for values in columns.values()], np.float64)  # (m, n)
    means = resampled(matrix.shape[1]) @ matrix.T / matrix.shape[1]  # (resamples, m)
    bounds = np.quantile(means, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return {
        name: Interval(float(row.mean()), float(low), float(high))
        for name, row, low, high in zip(columns, matrix, *bounds, strict=True)
    }


@lru_cache(maxsize=16)
def resampled(count: int, seed: int = SEED) -> NDArray[np.float32]:
    """How often each of ``count`` values is drawn in each resample: float32 (resamples, count)."""
    generator = np.random.default_rng(seed)
    draws = generator.multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    return draws.astype(np.float32)

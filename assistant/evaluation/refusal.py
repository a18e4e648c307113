"""How well the confidence tells answerable questions from others, and how true its values are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.evaluation.metrics import LEVEL, Interval, interval, resampled

if TYPE_CHECKING:
    from numpy.typing import NDArray

BINS = 10


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about one question, and what should have been."""

    category: str
    answerable: bool
    refused: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions with a confidence in ``low…high``: how many, its mean, the share answerable."""

    low: float
    high: float
    count: int
    confidence: float
    answerable: float


def refusal(decisions: Sequence[Decision], threshold: float) -> dict[str, Any]:
    """Figures about refusal at ``threshold``; only counts where one of the two kinds is missing.

    ``auroc`` is the probability that an answerable question has the higher confidence;
    ``false_answers`` the share of unanswerable questions that were answered, in all and by
    category; ``false_refusals`` the share of answerable ones that were refused; ``brier`` the mean
    squared error of the confidence; ``ece`` its expected calibration error over bins of equal
    width, and ``ece_mass`` over bins of equal count (Guo et al. 2017, arXiv:1706.04599).
    """
    from sklearn.metrics import brier_score_loss

    truth = np.array([decision.answerable for decision in decisions], bool)
    found: dict[str, Any] = {
        "answerable": int(truth.sum()),
        "unanswerable": int((~truth).sum()),
        "threshold": threshold,
    }
    if truth.all() or not truth.any():
        return found
    confidence = np.array([decision.confidence for decision in decisions], np.float64)
    curve = bins(confidence, truth, np.arange(BINS + 1) / BINS)
    mass = bins(confidence, truth, np.quantile(confidence, np.linspace(0, 1, BINS + 1)))
    others = [decision for decision in decisions if not decision.answerable]
    kinds = {"all": others}
    for decision in others:
        kinds.setdefault(decision.category, []).append(decision)
    return found | {
        "auroc": asdict(auroc(confidence, truth)),
        "false_answers": {
            kind: asdict(interval([float(not d.refused) for d in of_kind]))
            for kind, of_kind in kinds.items()
        },
        "false_refusals": asdict(interval([float(d.refused) for d in decisions if d.answerable])),
        "brier": float(brier_score_loss(truth, confidence)),
        "ece": calibration_error(curve),
        "ece_mass": calibration_error(mass),
        "reliability": [asdict(one) for one in curve],
    }


def auroc(confidence: NDArray[np.float64], truth: NDArray[np.bool_]) -> Interval:
    """The area under the ROC curve with its bootstrap interval, both kinds resampled apart.

    A resample's area is the mean over all pairs of one question of each kind, of 1 where the
    answerable one has the higher confidence and 0.5 where they are equal (the statistic of Mann and
    Whitney), each question counted as often as it was drawn.
    """
    from sklearn.metrics import roc_auc_score

    positive, negative = confidence[truth], confidence[~truth]
    wins = (positive[:, None] > negative).astype(np.float64)
    wins += 0.5 * (positive[:, None] == negative)
    drawn = resampled(len(positive)) @ wins  # (resamples, negatives)
    areas = (drawn * resampled(len(negative), seed=1)).sum(axis=1) / wins.size
    low, high = np.quantile(areas, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(roc_auc_score(truth, confidence)), float(low), float(high))


def bins(
    confidence: NDArray[np.float64], truth: NDArray[np.bool_], edges: NDArray[np.float64]
) -> list[Bin]:
    """The reliability curve: the bins between ``edges`` that hold questions, in order.

    ``edges`` rise; a value on an edge belongs to the bin above it, the last edge to the last bin.
    """
    edges = np.unique(edges)
    index = np.clip(np.searchsorted(edges, confidence, side="right") - 1, 0, max(0, len(edges) - 2))
    return [
        Bin(
            float(edges[i]),
            float(edges[min(i + 1, len(edges) - 1)]),
            int((index == i).sum()),
            float(confidence[index == i].mean()),
            float(truth[index == i].mean()),
        )
        for i in sorted(set(index.tolist()))
    ]


def calibration_error(curve: Sequence[Bin]) -> float:
    """The mean distance between confidence and share answerable, weighted by the bins' counts."""
    total = sum(one.count for one in curve)
    return sum(one.count * abs(one.confidence - one.answerable) for one in curve) / total

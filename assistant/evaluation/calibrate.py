"""Fitting the confidence: a logistic regression on the development questions of a set."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import datetime, timezone
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from assistant.confidence import FEATURES, Calibration
from assistant.errors import AssistantError
from assistant.evaluation.refusal import Decision, refusal
from assistant.evaluation.run import Asked, Reply, Run

SPLIT = "dev"
MOST_REFUSED = 0.10  # of the answerable questions
MOST_WEAK = 0.25  # of them, that are refused or answered with a warning
DIGITS = 4
# The penalty on the weights of standardised features, scikit-learn's default. On development
# questions that were left out by tenths, confidences were truer with it than without.
PENALTY = 1.0


def fit(asked: Sequence[Asked]) -> Calibration:
    """Weights and bias of greatest likelihood over the features, and the two thresholds.

    The threshold is the highest at which at most a tenth of the answerable questions are refused,
    so that as few others as possible are answered; below ``weak`` lies a quarter of them. Raises
    :class:`AssistantError` where one of the two kinds of question is missing.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    replies = _replies(asked)
    truth = [one.answerable for one, _ in replies]
    if all(truth) or not any(truth):
        raise AssistantError(
            f"The split {SPLIT} needs answerable and unanswerable questions with answers.",
            "assistant eval check SET",
        )
    matrix = np.array([[reply.features[name] for name in FEATURES] for _, reply in replies])
    scaler = StandardScaler().fit(matrix)
    model = LogisticRegression(C=PENALTY, max_iter=10_000).fit(scaler.transform(matrix), truth)
    per_unit = model.coef_[0] / scaler.scale_
    bias = float(model.intercept_[0] - per_unit @ scaler.mean_)
    weights = {
        name: round(float(weight), DIGITS) for name, weight in zip(FEATURES, per_unit, strict=True)
    }
    fitted = Calibration(weights, round(bias, DIGITS), 0.0)
    known = sorted(fitted.probability(reply.features) for one, reply in replies if one.answerable)
    threshold, weak = (_below(known, share) for share in (MOST_REFUSED, MOST_WEAK))
    return Calibration(fitted.weights, fitted.bias, threshold, weak)


def _below(known: Sequence[float], share: float) -> float:
    """The highest threshold with at most this share of the values, which rise, below it."""
    lowest = known[math.floor(share * len(known))]
    # Rounded down: rounded up, it would refuse the question that it is taken from.
    return float(math.floor(lowest * 10**DIGITS) / 10**DIGITS)


def development(run: Run) -> list[Asked]:
    """The questions of a run that may be looked at while tuning."""
    return [one for one in run.asked if one.split == SPLIT]


def figures(calibration: Calibration, asked: Sequence[Asked]) -> dict[str, Any]:
    """What :func:`refusal` would be over these questions with this calibration."""
    decisions = []
    for one, reply in _replies(asked):
        probability = calibration.probability(reply.features)
        refused = probability < calibration.threshold
        decisions.append(Decision(one.category, one.answerable, refused, probability))
    return refusal(decisions, calibration.threshold)


def content(calibration: Calibration, run: Run) -> dict[str, Any]:
    """What is written: plain numbers, where they come from, and what they were found to do."""
    return {
        "bias": calibration.bias,
        "fitted": {
            "date": datetime.now(timezone.utc).date().isoformat(),
            "encoder": run.config["encoder"]["name"],
            "encoder_sha256": run.config["encoder"]["sha256"],
            "questions": len(development(run)),
            "set": run.config["set"],
            "set_sha256": run.config["set_sha256"],
            "split": SPLIT,
        },
        "measured": measured(calibration, run),
        "threshold": calibration.threshold,
        "weak": calibration.weak,
        "weights": calibration.weights,
    }


def measured(calibration: Calibration, run: Run) -> dict[str, Any]:
    """Shares, 0…1, of the answerable questions that are refused and of each kind of the others that
    are answered: of the ``test`` questions, or of ``all`` where those are not of both kinds.
    """
    test = [one for one in run.asked if one.split == "test"]
    held_out = len({one.answerable for one in test}) == 2
    asked = test if held_out else run.asked
    found = figures(calibration, asked)
    shares = {kind: share["mean"] for kind, share in found["false_answers"].items()}
    return {
        "answered": {kind: round(share, DIGITS) for kind, share in shares.items()},
        "questions": len(asked),
        "refused": round(found["false_refusals"]["mean"], DIGITS),
        "split": "test" if held_out else "all",
    }


def shipped_file() -> Path:
    """The file that the product reads its calibration from."""
    return Path(str(resources.files("assistant").joinpath("confidence.json")))


def write(numbers: dict[str, Any], path: Path) -> None:
    """Write the numbers with sorted keys. Raises :class:`AssistantError` where that fails."""
    text = json.dumps(numbers, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    try:
        path.write_text(text, "utf-8", newline="\n")
    except OSError as error:
        raise AssistantError(f"{path} cannot be written: {error.strerror}.") from None


def _replies(asked: Sequence[Asked]) -> list[tuple[Asked, Reply]]:
    return [(one, one.reply) for one in asked if one.reply is not None]

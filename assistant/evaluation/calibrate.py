"""Fitting the confidence: a logistic regression on the development questions of some sets."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import datetime, timezone
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.confidence import PLAIN, Calibration
from assistant.errors import AssistantError
from assistant.evaluation.refusal import Decision, refusal
from assistant.evaluation.run import Asked, Json, Reply, Run
from assistant.protocols import Encoder, Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPLIT = "dev"
MOST_REFUSED = 0.09  # of the answerable questions; the aim for those not seen is a tenth
MOST_WEAK = 0.25  # of them, that are refused or answered with a warning
DIGITS = 4
FOLDS = 10
# The penalty on the weights of standardised features. Of 0.1 to 3, questions over libraries that
# were left out are told apart best with a third, or less, and those over the sheet as well as ever.
PENALTY = 1 / 3


def fit(asked: Sequence[Asked], encoder: str = "") -> Calibration:
    """Weights and bias of greatest likelihood over the features, and the two thresholds.

    ``encoder`` is the checksum of the one that the questions were asked with. The threshold is the
    highest at which at most 9 % of the answerable questions are refused, so that as few others
    as possible are answered; below ``weak`` lies a quarter of them. Raises :class:`AssistantError`
    where one of the two kinds of question is not there twice.
    """
    replies = _replies(asked)
    truth = np.array([one.answerable for one, _ in replies], bool)
    if min(truth.sum(), (~truth).sum()) < 2:
        raise AssistantError(
            f"The split {SPLIT} needs answerable and unanswerable questions with answers,"
            " at least two of each.",
            "assistant eval check SET",
        )
    matrix, shift, scale = _standardised([reply for _, reply in replies])
    coefficients, intercept, confidences = _regression(matrix, truth)
    threshold, weak = (_below(sorted(confidences[truth]), s) for s in (MOST_REFUSED, MOST_WEAK))
    own, direction = np.split(coefficients / scale, [len(PLAIN)])
    return Calibration(
        {**dict(zip(PLAIN, _rounded(own), strict=True)), "kind": 1.0},
        round(float(intercept - own @ shift[: len(PLAIN)]), DIGITS),
        threshold,
        weak,
        tuple(_rounded(direction)),
        round(float(direction @ shift[len(PLAIN) :]), DIGITS),
        encoder,
    )


def _regression(
    matrix: NDArray[np.float64], truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], float, NDArray[np.float64]]:
    """Coefficients, float64 (k,), intercept, and each question's confidence, float64 (n,), by what
    was fitted to the other tenths. How sure it is is learned from those (Platt, "Probabilistic
    Outputs for Support Vector Machines", 1999): the penalty makes it shy.
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    folds = min(FOLDS, int(min(truth.sum(), (~truth).sum())))
    model = LogisticRegression(C=1 / PENALTY, max_iter=10_000)
    held_out = cross_val_predict(
        model,
        matrix,
        truth,
        cv=StratifiedKFold(folds, shuffle=True, random_state=0),
        method="decision_function",
    )[:, None]
    platt = LogisticRegression(C=np.inf).fit(held_out, truth)
    model.fit(matrix, truth)
    slope = float(platt.coef_[0, 0])
    intercept = slope * float(model.intercept_[0]) + float(platt.intercept_[0])
    return slope * model.coef_[0], intercept, platt.predict_proba(held_out)[:, 1]


def _standardised(replies: Sequence[Reply]) -> tuple[NDArray[np.float64], ...]:
    """The features and the kind of question, float64 (n, f + d), less ``shift`` and by ``scale``,
    which follow: each feature has variance 1, and the vectors a mean square length of 1.
    """
    plain = [[reply.features[name] for name in PLAIN] for reply in replies]
    columns = np.hstack([np.array(plain), np.array([reply.kind for reply in replies])])
    shift, scale = columns.mean(axis=0), columns.std(axis=0)
    scale[len(PLAIN) :] = np.linalg.norm(scale[len(PLAIN) :])
    scale[scale == 0] = 1
    return (columns - shift) / scale, shift, scale


def _rounded(values: NDArray[np.float64]) -> list[float]:
    return [round(float(value), DIGITS) for value in values]


def _below(known: Sequence[float], share: float) -> float:
    """The highest threshold with at most this share of the values, which rise, below it."""
    lowest = known[math.floor(share * len(known))]
    # Rounded down: rounded up, it would refuse the question that it is taken from.
    return float(math.floor(lowest * 10**DIGITS) / 10**DIGITS)


def development(runs: Sequence[Run]) -> list[Asked]:
    """The questions of the runs that may be looked at while tuning."""
    return by_split(runs).get(SPLIT, [])


def elsewhere(path: Path, encoder: Encoder) -> list[Asked]:
    """Questions over other libraries, with the features that were found there.

    The file is JSON: the checksum of the ``encoder``, and ``questions`` with their ``library`` (to
    which the name of each is joined), ``category``, whether they are ``answerable``, and
    ``features``. Raises :class:`AssistantError` where it cannot be read, or is of another encoder.
    """
    try:
        stored = json.loads(path.read_text("utf-8"))
        if stored["encoder"] != encoder.sha256:
            raise AssistantError(
                f"{path} is of another encoder.", "assistant eval calibrate SET, without it"
            )
        rows = stored["questions"]
        pieces = encoder.encode_pieces([row["question"] for row in rows])
        return [
            _from_elsewhere(f"{row['library']}/{number}", row, one)
            for number, (row, one) in enumerate(zip(rows, pieces, strict=True))
        ]
    except (OSError, ValueError, KeyError, TypeError):
        raise AssistantError(f"{path} is no file of questions over other libraries.") from None


def _from_elsewhere(name: str, row: Json, pieces: Pieces) -> Asked:
    features = {name: float(row["features"][name]) for name in PLAIN}
    reply = Reply("", True, 0, features, (), False, False, False, 0, tuple(map(float, pieces.kind)))
    said = (str(row["question"]), str(row["question"]), str(row["category"]))
    return Asked(name, *said, SPLIT, bool(row["answerable"]), (), 0, (), reply)


def by_split(runs: Sequence[Run]) -> dict[str, list[Asked]]:
    """The questions of all the runs by their split."""
    found: dict[str, list[Asked]] = {}
    for one in (one for run in runs for one in run.asked):
        found.setdefault(one.split, []).append(one)
    return found


def figures(calibration: Calibration, asked: Sequence[Asked]) -> dict[str, Any]:
    """What :func:`refusal` would be over these questions with this calibration."""
    decisions = []
    for one, reply in _replies(asked):
        chance = probability(calibration, reply)
        refused = chance < calibration.threshold
        decisions.append(Decision(one.category, one.answerable, refused, chance))
    return refusal(decisions, calibration.threshold)


def probability(calibration: Calibration, reply: Reply) -> float:
    """The probability, 0…1, by this calibration; the kind is taken along its own direction where
    the vector is known, as it is until a run is written.
    """
    if not reply.kind:
        return calibration.probability(reply.features)
    along = calibration.along(np.array(reply.kind, np.float32), calibration.encoder)
    return calibration.probability({**reply.features, "kind": along})


def content(calibration: Calibration, runs: Sequence[Run], others: int = 0) -> dict[str, Any]:
    """What is written: plain numbers, where they come from, and what they were found to do.

    The runs are those of one system over different sets; ``others`` counts the questions from
    :func:`elsewhere`.
    """
    encoder = runs[0].config["encoder"]
    return {
        "bias": calibration.bias,
        "fitted": {
            "date": datetime.now(timezone.utc).date().isoformat(),
            "encoder": encoder["name"],
            "encoder_sha256": encoder["sha256"],
            "questions_elsewhere": others,
            "questions": len(development(runs)),
            "set": ", ".join(run.config["set"] for run in runs),
            "set_sha256": ", ".join(run.config["set_sha256"] for run in runs),
            "split": SPLIT,
        },
        "kind": {"direction": list(calibration.direction), "offset": calibration.offset},
        "measured": measured(calibration, runs),
        "threshold": calibration.threshold,
        "weak": calibration.weak,
        "weights": calibration.weights,
    }


def measured(calibration: Calibration, runs: Sequence[Run]) -> dict[str, Any]:
    """Shares, 0…1, of the answerable questions that are refused and of each kind of the others that
    are answered: of the ``test`` questions, or of ``all`` where those are not of both kinds.
    """
    test = by_split(runs).get("test", [])
    held_out = len({one.answerable for one in test}) == 2
    asked = test if held_out else [one for run in runs for one in run.asked]
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

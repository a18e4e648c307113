"""What the threshold means: from which confidence on is answered, and how that was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from pathlib import Path

from assistant.confidence import load_calibration
from assistant.evaluation.folders import RUNS, kept_runs

# Kinds of unanswerable questions, in plain words.
KINDS = {
    "near-miss": "those that they only nearly answer",
    "off-topic": "those about something else",
}


def threshold(runs: Path = RUNS) -> str:
    """From which confidence on a question is answered, and how well that works, as HTML."""
    numbers = load_calibration()
    said = (
        f"A question is answered from a confidence of {_percent(numbers.threshold)} on; below it,"
        " the nearest passages are offered instead. An answer below"
        f" {_percent(numbers.weak)} says that it is uncertain."
    )
    return f"<p>{said}</p><p>{escape(measured(runs, numbers.threshold))}</p>"


def measured(runs: Path, at: float) -> str:
    """What the latest evaluation run with questions that have no answer says about a threshold."""
    for name, folder in kept_runs(runs).items():
        try:
            metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
            split = "test" if "test" in metrics else "all"
            refusal = metrics[split]["refusal"]
            if abs(refusal["threshold"] - at) > 1e-9:
                continue
            refused = float(refusal["false_refusals"]["mean"])
            wrongly = {kind: float(one["mean"]) for kind, one in refusal["false_answers"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue  # A run of another kind, or one that is being written.
        return (
            f"At this threshold it answers {_percent(1 - refused)} of the questions that the"
            f" documents answer, and wrongly also {_told(wrongly)}. So it was measured on the"
            f" {split} questions of the run {name}, with five passages considered."
        )
    return (
        "No evaluation run with this threshold is kept here. Make one in the Evaluate tab to see"
        " how many questions it answers, and how many wrongly."
    )


def one_in(share: float) -> str:
    """A share, 0…1, as people say it.

    >>> one_in(0.2), one_in(0.33), one_in(0.6), one_in(0.0)
    ('1 in 5', '1 in 3', '60 %', 'none')
    """
    if share <= 0:
        return "none"
    return _percent(share) if share > 0.4 else f"1 in {round(1 / share)}"


def _told(wrongly: Mapping[str, float]) -> str:
    parts = {kind: share for kind, share in wrongly.items() if kind != "all"}
    if not parts:
        return f"{one_in(wrongly['all'])} of those that they do not answer"
    kinds = [f"{one_in(share)} of {KINDS.get(kind, kind)}" for kind, share in parts.items()]
    return " and ".join([", ".join(kinds[:-1]), kinds[-1]] if len(kinds) > 1 else kinds)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"

"""What the threshold means: from which confidence on is answered, and how that was measured."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from assistant.confidence import Measured, load_calibration, load_measured

# Kinds of unanswerable questions, in plain words.
KINDS = {
    "near-miss": "those that they only nearly answer",
    "off-topic": "those about something else",
}


def threshold() -> str:
    """From which confidence on a question is answered, and how well that works, as HTML."""
    numbers = load_calibration()
    said = (
        f"A question is answered from a confidence of {_percent(numbers.threshold)} on; below it,"
        " the nearest passages are offered instead. An answer below"
        f" {_percent(numbers.weak)} says that it is uncertain."
    )
    return f"<p>{said}</p><p>{escape(meaning(load_measured()))}</p>"


def meaning(found: Measured) -> str:
    """What was measured about a threshold, in plain words."""
    which = "" if found.split == "all" else f"{found.split} "
    return (
        f"At this threshold it answers {_percent(1 - found.refused)} of the questions that the"
        f" documents answer, and wrongly also {_told(found.answered)}. So it was measured on the"
        f" {found.questions} {which}questions of {found.set}, with five passages"
        " considered; other documents may differ."
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

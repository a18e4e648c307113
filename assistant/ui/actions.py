"""What can be done with a turn: the buttons below it, and its answer as text to copy.

The chat's sanitiser leaves buttons their ``name`` and ``value``; the script beside this file sends
both back, and they are taken there for what they are: words of whoever uses the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from assistant.transcript import Thumb
from assistant.types import Answer, Passage
from assistant.ui.cards import place as page_of

RATINGS: tuple[tuple[Thumb, str], ...] = (("up", "Helpful"), ("down", "Not helpful"))


def button(name: str, value: object, text: str, title: str = "", kind: str = "") -> str:
    """A button that does what its ``name`` says, with the ``value``."""
    told = f' title="{escape(title)}"' if title else ""
    look = f"act {kind}".strip()
    return (
        f'<button type="button" class="{look}" name="{name}" value="{escape(str(value))}"{told}>'
        f"{escape(text)}</button>"
    )


def row(place: int, *, answered: bool, rated: tuple[Thumb | None, str] | None) -> str:
    """The buttons below a turn; ``rated`` is its thumb and the reason, where it can have one."""
    return f'<div class="actions">{"".join(_buttons(place, answered, rated))}</div>'


def _buttons(place: int, answered: bool, rated: tuple[Thumb | None, str] | None) -> Iterator[str]:
    if answered:
        yield button("copy", place, "Copy", "Copy the answer with its sources")
    yield button("retry", place, "Retry", "Ask the same again")
    if rated is None:
        return
    thumb, reason = rated
    for worth, text in RATINGS:
        chosen = worth == thumb
        title = "Take this back" if chosen else f"Say that this answer was {text.lower()}"
        yield button(worth, place, text, title, "chosen" if chosen else "")
    if thumb:
        yield button("reason", place, "Change the reason" if reason else "Say why")
        yield f'<span class="reason">{escape(reason)}</span>' if reason else ""


def as_text(answer: Answer) -> str:
    """The question, the answer with its marks, and below them what each mark cites."""
    parts = [answer.question, answer.text, "\n".join(_sources(answer)), answer.note]
    return "\n\n".join(part for part in parts if part)


def _sources(answer: Answer) -> Iterator[str]:
    for citation in answer.citations:
        yield f"[{citation.marker}] {_source(citation.passage)}"


def _source(passage: Passage) -> str:
    told = (passage.document, page_of(passage), " › ".join(passage.heading))
    return ", ".join(part for part in told if part)

"""The conversation that one page has open: its turns, and what the chat and the sources show.

Everything here is a function of the turns, which Gradio keeps apart for each visitor.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape

import gradio as gr

from assistant.chat import Turn as Said
from assistant.transcript import Thumb
from assistant.types import Answer
from assistant.ui import actions, reply
from assistant.ui.cards import sources

NOTHING_QUOTED = '<p class="empty">This question was not answered, so it has no sources.</p>'
NO_SOURCES = '<p class="empty">The passages an answer rests on appear here, word for word.</p>'


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it: nothing yet, an ``answer``, or a ``failure`` as HTML.

    ``alone`` is a question that was asked without those before it. ``number`` is the one under
    which the turn is kept, 0 where it is not; ``unkept`` says as HTML why. ``offers`` are questions
    that may follow.
    """

    question: str
    searched: str = ""
    alone: bool = False
    answer: Answer | None = None
    growing: bool = False
    failure: str = ""
    number: int = 0
    unkept: str = ""
    thumb: Thumb | None = None
    reason: str = ""
    offers: tuple[str, ...] = ()

    @property
    def waiting(self) -> bool:
        """Whether more is to come."""
        return self.growing or (self.answer is None and not self.failure)


@dataclass(frozen=True, slots=True)
class Opened:
    """The open conversation; ``id`` is the one it is kept under, empty before its first answer."""

    id: str = ""
    turns: tuple[Turn, ...] = ()

    def history(self, before: int | None = None) -> tuple[Said, ...]:
        """What a question may refer to: the turns, or those ``before`` a place counted from 1."""
        earlier = self.turns if before is None else self.turns[: before - 1]
        return tuple(
            Said(turn.question, turn.answer.text, turn.answer.searched)
            for turn in earlier
            if turn.answer is not None
        )

    def add(self, turn: Turn) -> Opened:
        """With a turn behind the others. A last one that came to nothing makes way for it."""
        came_to_nothing = bool(self.turns) and self.turns[-1].answer is None
        return replace(self, turns=(*(self.turns[:-1] if came_to_nothing else self.turns), turn))

    def put(self, place: int, turn: Turn) -> Opened:
        """With another turn in a place, counted from 1."""
        return replace(self, turns=(*self.turns[: place - 1], turn, *self.turns[place:]))


def messages(opened: Opened) -> list[gr.MessageDict]:
    """The messages of the chat, as HTML in which only this package's own tags occur."""
    made: list[gr.MessageDict] = []
    for place, turn in enumerate(opened.turns, start=1):
        asked = reply.question(turn.question, place) + _searched(place, turn)
        made.append({"role": "user", "content": asked})
        last = place == len(opened.turns)
        made.append({"role": "assistant", "content": "".join(_said(place, turn, last))})
    return made


def panel(opened: Opened) -> str:
    """The source cards of every turn so far; those of the last one that has any are in view."""
    places = [place for place, turn in enumerate(opened.turns, 1) if turn.answer or turn.failure]
    sections = [
        f'<section class="turn" data-place="{place}"{"" if place == places[-1] else " hidden"}'
        f"{_copied(turn)}>"
        f"{_cards(place, turn)}</section>"
        for place, turn in enumerate(opened.turns, start=1)
        if place in places
    ]
    return "".join(sections) or NO_SOURCES


def _searched(place: int, turn: Turn) -> str:
    searched = turn.answer.searched if turn.answer else turn.searched
    differs = bool(searched) and searched != turn.question
    return reply.searched(searched, place) if differs else ""


def _said(place: int, turn: Turn, last: bool) -> Iterator[str]:
    if turn.failure:
        yield turn.failure
    elif turn.answer is None:
        yield reply.PENDING
    else:
        yield reply.answer(place, turn.answer)
    if turn.growing:
        yield reply.GROWING
    if turn.waiting:
        return
    yield turn.unkept
    if last and turn.answer:
        yield reply.offers(turn.offers)
    thumb = (turn.thumb, turn.reason) if turn.number else None
    yield actions.row(place, answered=turn.answer is not None, rated=thumb)


def _cards(place: int, turn: Turn) -> str:
    return (sources(place, turn.answer) if turn.answer else "") or NOTHING_QUOTED


def _copied(turn: Turn) -> str:
    """The turn as text to copy, where the page's script finds it."""
    return f' data-copy="{escape(actions.as_text(turn.answer))}"' if turn.answer else ""

"""A kept conversation, opened again: its turns as they were, and what its answers were worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, cast, get_args

from assistant.conversations import Conversations
from assistant.errors import AssistantError
from assistant.transcript import Cited, KeptTurn, Thumb
from assistant.types import Answer, Citation, Passage, Status
from assistant.ui import reply
from assistant.ui.conversation import Opened, Turn
from assistant.ui.history import find

LONGEST_REASON = 500


class Described(Protocol):
    """What this module needs of a library."""

    def status(self) -> Status:
        """What the library holds."""


def reopened(
    library: Described, kept: Conversations, name: str, suggested: Callable[[Turn], Turn]
) -> Opened:
    """A kept conversation, to go on with; an empty one where it is not there any more.

    Its answers are shown as they were given, with their quotes as they were then.
    """
    if not name:
        return Opened()
    try:
        conversation = find(kept, name)
    except AssistantError:
        return Opened()
    names = _documents(library)
    turns = [_turn(turn, names) for turn in conversation.turns]
    turns[-1:] = map(suggested, turns[-1:])
    return Opened(conversation.id, tuple(turns))


def rate(
    kept: Conversations, opened: Opened, place: int, thumb: str, reason: str | None = None
) -> Opened:
    """Say what the answer in a place is worth, and why; the same thumb again takes it back."""
    if not 1 <= place <= len(opened.turns) or not opened.turns[place - 1].number:
        return opened
    turn = opened.turns[place - 1]
    if reason is not None:
        worth = turn.thumb
    else:
        worth = cast(Thumb, thumb) if thumb in get_args(Thumb) and thumb != turn.thumb else None
    why = " ".join((reason or "").split())[:LONGEST_REASON] if worth else ""
    try:
        kept.rate(opened.id, turn.number, worth, why)
    except AssistantError as error:
        return opened.put(place, replace(turn, unkept=reply.unkept(error)))
    return opened.put(place, replace(turn, thumb=worth, reason=why))


def _documents(library: Described) -> dict[str, str]:
    """The id of each document of the library by its path."""
    try:
        return {record.path: record.doc_id for record in library.status().documents}
    except AssistantError:
        return {}


def _turn(kept: KeptTurn, names: dict[str, str]) -> Turn:
    citations = tuple(_cited(cited, names) for cited in kept.citations)
    answer = Answer(
        *(kept.question, kept.searched, kept.answer, citations, ()),
        *(kept.refused, kept.confidence, kept.generator, kept.note),
    )
    return Turn(
        kept.question,
        kept.searched,
        answer=answer,
        number=kept.number,
        thumb=kept.thumb,
        reason=kept.reason,
    )


def _cited(kept: Cited, names: dict[str, str]) -> Citation:
    """A citation whose passage is the quote itself: of the rest, no more is kept."""
    passage = Passage(
        passage_id=f"{kept.document}:{kept.start}",
        doc_id=names.get(kept.document, ""),
        document=kept.document,
        heading=kept.heading,
        page_start=kept.page_start,
        page_end=kept.page_end,
        start=kept.start,
        end=kept.end,
        text=kept.quote,
    )
    return Citation(kept.marker, passage, kept.start, kept.end, kept.quote)

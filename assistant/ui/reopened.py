"""A kept conversation, opened again: its turns as they were, and what its answers were worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, cast, get_args

from assistant.conversations import Conversations
from assistant.errors import AssistantError
from assistant.transcript import Cited, KeptTurn, Thumb
from assistant.types import Answer, Citation, Hit, Mode, Passage
from assistant.ui import reply
from assistant.ui.conversation import Opened, Turn
from assistant.ui.history import find

LONGEST_REASON = 500
CANDIDATES = 5  # passages among which a quote is looked for


class Searched(Protocol):
    """What this module needs of a library."""

    def search(self, question: str, k: int = 5, mode: Mode = "hybrid") -> list[Hit]:
        """The passages nearest to the question."""


def reopened(
    library: Searched, kept: Conversations, name: str, suggested: Callable[[Turn], Turn]
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
    passages = _Passages(library)
    turns = [_turn(turn, passages) for turn in conversation.turns]
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


class _Passages:
    """The passages that quotes stand in; only conversations are kept, so they are searched for."""

    def __init__(self, library: Searched) -> None:
        self._library = library
        self._found: list[Passage] = []

    def of(self, cited: Cited) -> Passage:
        """The passage that still has the quote, word by word in its place, or the quote alone.

        The latter is of no document: what stands there now is not what was quoted.
        """
        for passage in self._found:
            if _quotes(passage, cited):
                return passage
        try:
            hits = self._library.search(cited.quote, CANDIDATES, "lexical")
        except AssistantError:
            hits = []
        self._found += [hit.passage for hit in hits if _quotes(hit.passage, cited)][:1] or [
            _alone(cited)
        ]
        return self._found[-1]

    def near(self, kept: KeptTurn) -> tuple[Hit, ...]:
        """What is near to a question that was refused, as its refusal says; else nothing."""
        if not kept.refused:
            return ()
        try:
            return tuple(self._library.search(kept.searched or kept.question))
        except AssistantError:
            return ()


def _quotes(passage: Passage, cited: Cited) -> bool:
    start = cited.start - passage.start
    end = cited.end - passage.start
    here = passage.document == cited.document and start >= 0
    return here and passage.text[start:end] == cited.quote


def _alone(cited: Cited) -> Passage:
    return Passage(
        passage_id=f"{cited.document}:{cited.start}",
        doc_id="",
        document=cited.document,
        heading=cited.heading,
        page_start=cited.page_start,
        page_end=cited.page_end,
        start=cited.start,
        end=cited.end,
        text=cited.quote,
    )


def _turn(kept: KeptTurn, passages: _Passages) -> Turn:
    citations = tuple(
        Citation(cited.marker, passages.of(cited), cited.start, cited.end, cited.quote)
        for cited in kept.citations
    )
    answer = Answer(
        *(kept.question, kept.searched, kept.answer, citations, passages.near(kept)),
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

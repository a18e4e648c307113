"""Asking within a conversation: the question with the turns before it, its answer as it grows.

The answer is made beside the page, so that it can be stopped while a chat model is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from assistant.chat import Turn as Said
from assistant.conversations import Conversations
from assistant.errors import AssistantError, NotFoundError
from assistant.generate import Style
from assistant.protocols import Progress
from assistant.types import Answer, Passage
from assistant.ui import reply
from assistant.ui.action import Action, EndedError
from assistant.ui.conversation import Opened, Turn
from assistant.ui.examples import following

STOPPED = AssistantError("Stopped before there was an answer.")
CUT_SHORT = "Stopped before it was whole."
MOST_CHARACTERS = 2000


class Asked(Protocol):
    """What this tab needs of a library."""

    def resolve(self, question: str, history: Sequence[Said]) -> str:
        """What is searched for after the turns before."""

    def stream(
        self, question: str, k: int = 5, history: Sequence[Said] = (), style: Style | None = None
    ) -> Iterator[Answer]:
        """The answer as it grows; may wait for the encoder."""

    def headings(self) -> list[tuple[str, ...]]:
        """The heading paths of all documents, in order."""

    def passages(self) -> tuple[Passage, ...]:
        """The passages of all documents, in order."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked: after all turns, or those ``before`` a place counted from 1; or ``alone``.

    It is answered from ``k`` passages, in a ``style`` that may take a moment to be known; without
    one, as the settings say.
    """

    question: str
    before: int | None = None
    alone: bool = False
    k: int = 5
    style: Callable[[], Style] | None = None


@dataclass(slots=True)
class _Growing:
    """An answer that is being made; ``latest`` is as far as it has come."""

    library: Asked
    question: str
    history: Sequence[Said]
    wanted: Wanted
    latest: list[Answer] = field(default_factory=list)

    def make(self, progress: Progress) -> Answer:
        style = self.wanted.style and self.wanted.style()
        grown = self.library.stream(self.question, self.wanted.k, self.history, style)
        with closing(cast("Generator[Answer]", grown)) as answers:
            for count, answer in enumerate(answers, start=1):
                self.latest[:] = [answer]
                progress("ask", count, 0)
        return self.latest[0]


def ask(
    library: Asked,
    kept: Conversations,
    wanted: Wanted,
    opened: Opened,
    begun: Callable[[Action[Answer]], None] = lambda action: None,
) -> Iterator[Opened]:
    """Yield the conversation with the question, with its answer as it grows, and with it kept.

    ``begun`` is given the action, whose end is what stops it. Without a question nothing changes.
    """
    question = wanted.question.strip()[:MOST_CHARACTERS]
    if not question:
        yield opened
        return
    history = () if wanted.alone else opened.history(wanted.before)
    turn = Turn(question, _searched(library, question, history), wanted.alone)
    opened = opened.add(turn)
    place = len(opened.turns)
    yield opened
    growing = _Growing(library, question, history, wanted)
    action = Action(growing.make)
    begun(action)
    shown: list[Answer] = []
    try:
        for look, _ in enumerate(action):
            if growing.latest and growing.latest != shown:
                shown = [*growing.latest]
                yield opened.put(place, replace(turn, answer=shown[0], growing=True))
            elif look == 1:  # It takes a while, so the page may offer to stop it.
                yield opened
    finally:
        action.end()  # Where nobody looks any more, nothing need be written.
    yield settle(library, kept, opened.put(place, _come_of(turn, action, growing.latest)))


def settle(library: Asked, kept: Conversations, opened: Opened) -> Opened:
    """The conversation with its last turn kept, and with what may be asked next."""
    turn = opened.turns[-1]
    answer = turn.answer
    if answer is None:
        return opened
    turn = suggested(library, turn)
    name = opened.id
    try:
        name, number = _keep(kept, name, answer)
        turn = replace(turn, number=number)
    except Exception as error:
        turn = replace(turn, unkept=reply.unkept(reply.in_words(error)))
    return replace(opened.put(len(opened.turns), turn), id=name)


def suggested(library: Asked, turn: Turn) -> Turn:
    """An answered turn with what to ask next, from the documents that it cites."""
    answer = turn.answer
    if answer is None or answer.refused:
        return turn
    documents = {citation.passage.doc_id for citation in answer.citations}
    try:
        near = (one.heading for one in library.passages() if one.doc_id in documents)
        seen = [citation.passage.heading for citation in answer.citations]
        return replace(turn, offers=tuple(following(list(dict.fromkeys(near)), seen)))
    except AssistantError:  # The answer stands without.
        return turn


def _searched(library: Asked, question: str, history: Sequence[Said]) -> str:
    """What is searched for; empty where nothing can be, which the answer then says."""
    try:
        return library.resolve(question, history)
    except AssistantError:
        return ""


def _come_of(turn: Turn, action: Action[Answer], latest: Sequence[Answer]) -> Turn:
    """The turn with what there is of an answer when its making has ended."""
    try:
        return replace(turn, answer=action.result())
    except EndedError:
        if not latest:
            return replace(turn, failure=reply.failure(STOPPED))
        note = " ".join(filter(None, [latest[0].note, CUT_SHORT]))
        return replace(turn, answer=replace(latest[0], note=note))
    except Exception as error:
        return replace(turn, failure=reply.failure(reply.in_words(error)))


def _keep(kept: Conversations, name: str, answer: Answer) -> tuple[str, int]:
    """Keep an answer; the conversation's id and the number of the turn.

    A conversation that has been deleted in the meantime begins anew.
    """
    if name:
        try:
            return name, kept.append(name, answer).number
        except NotFoundError:
            pass
    name = kept.new()
    return name, kept.append(name, answer).number

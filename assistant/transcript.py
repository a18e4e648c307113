"""A conversation as it is kept, and how it is written out: as Markdown, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.chat import Turn
from assistant.outline import SEPARATOR

Thumb = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as it was shown: places count characters of the document's text at that time."""

    marker: int
    document: str
    heading: tuple[str, ...]
    page_start: int | None
    page_end: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """One question and its answer; ``number`` counts from 1, ``asked`` is a time in UTC."""

    number: int
    asked: str
    question: str
    searched: str
    answer: str
    refused: bool
    confidence: float
    generator: str
    note: str
    citations: tuple[Cited, ...]
    thumb: Thumb | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation; ``title`` is its first question until it is renamed, times are in UTC."""

    id: str
    title: str
    created: str
    changed: str
    turns: tuple[KeptTurn, ...]

    @property
    def history(self) -> tuple[Turn, ...]:
        """What the next question may refer to."""
        return tuple(Turn(turn.question, turn.answer, turn.searched) for turn in self.turns)

    @property
    def words(self) -> str:
        """Title, questions and answers, in lower case, to search in."""
        turns = (text for turn in self.turns for text in (turn.question, turn.answer))
        return "\n".join((self.title, *turns)).casefold()


def as_json(conversation: Conversation) -> dict[str, Any]:
    """The conversation as a plain object, with every citation."""
    return asdict(conversation)


def as_markdown(conversation: Conversation) -> str:
    """The conversation as a Markdown document: answers, and below each the quotes it rests on.

    What documents and people wrote is text there: it cannot become HTML or a picture.
    """
    parts = [f"# {_line(conversation.title)}", *map(_turn, conversation.turns)]
    return "\n\n".join(parts) + "\n"


def _turn(turn: KeptTurn) -> str:
    parts = [f"## {_line(turn.question)}"]
    if turn.searched != turn.question:
        parts.append(f"Searched: {_line(turn.searched)}")
    parts += [_harmless(turn.answer), *map(_citation, turn.citations)]
    if turn.note:
        parts.append(f"Note: {_line(turn.note)}")
    if turn.thumb:
        reason = f": {_line(turn.reason)}" if turn.reason else ""
        parts.append(f"Rated {turn.thumb}{reason}")
    return "\n\n".join(parts)


def _citation(cited: Cited) -> str:
    place = "".join(_place(cited))
    quote = "\n".join(f"> {line}".rstrip() for line in _harmless(cited.quote).splitlines())
    return f"[{cited.marker}] {_line(place)}\n\n{quote}"


def _place(cited: Cited) -> Iterator[str]:
    """The document, its pages and the heading path, for people."""
    yield cited.document
    if cited.page_start is not None:
        several = cited.page_end not in (None, cited.page_start)
        yield f", pp. {cited.page_start}\u2013{cited.page_end}" if several else ""
        yield "" if several else f", p. {cited.page_start}"
    if cited.heading:
        yield f", {SEPARATOR.join(cited.heading)}"


def _harmless(text: str) -> str:
    return text.replace("<", "&lt;").replace("![", "&#33;[")


def _line(text: str) -> str:
    return " ".join(_harmless(text).split())

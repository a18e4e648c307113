"""The questions of a run that went wrong: how, and what was found instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from assistant.evaluation.marks import Marker, Piece
from assistant.evaluation.run import Asked, Found, Run
from assistant.evaluation.spans import Span

Kind = Literal["unfound", "missing", "partial", "refused", "answered"]
KINDS: dict[Kind, str] = {
    "unfound": "nothing relevant in the first 5",
    "missing": "answer holds no gold",
    "partial": "answer holds only a part",
    "refused": "refused, though answerable",
    "answered": "answered, though unanswerable",
}
FIRST = 5  # that a reader looks at
GAP = " […] "
BLANK = 4  # characters between passages that can only be white space
PREVIEW = 300  # characters of a relevant document

_EMPTY = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Gold:
    """What should have been found: a quote and its grade, or the beginning of a document."""

    document: str
    grade: str
    text: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage that was found instead, or the first relevant one behind those."""

    rank: int
    found: Found
    text: tuple[Piece, ...]

    @property
    def pages(self) -> str:
        """Where the passage stands, as a book would say it; empty for a text without pages."""
        first, last = self.found.page_start, self.found.page_end
        if first is None:
            return ""
        return f"p. {first}" if last in (None, first) else f"pp. {first}–{last}"


@dataclass(frozen=True, slots=True)
class Failure:
    """One question that went wrong. ``rank`` is that of the first relevant passage, if any."""

    asked: Asked
    kinds: tuple[Kind, ...]
    rank: int | None
    gold: tuple[Gold, ...]
    answer: tuple[Piece, ...]
    hits: tuple[Shown, ...]


def failures(run: Run) -> list[Failure]:
    """Every question of which :func:`kinds` names a failure, in the order of the set."""
    texts = Texts(run)
    return [explain(asked, run, texts) for asked in run.asked if kinds(asked, run)]


def kinds(asked: Asked, run: Run) -> tuple[Kind, ...]:
    """How a question went wrong; nothing where it did not.

    An answer that was refused is not also blamed for what it does not hold.
    """
    return tuple(_kinds(asked, run))


def _kinds(asked: Asked, run: Run) -> Iterator[Kind]:
    values = run.metrics["per_question"].get(asked.id)
    if values is not None and not values[f"Success@{FIRST}"]:
        yield "unfound"
    reply = asked.reply
    if reply is None:
        return
    if not asked.answerable:
        if not reply.refused:
            yield "answered"
    elif reply.refused:
        yield "refused"
    elif not reply.full:
        yield "partial" if reply.part else "missing"


def explain(asked: Asked, run: Run, texts: Texts) -> Failure:
    """What was found for a question and what should have been; its kinds are empty if it went well.

    ``texts`` are those of the run.
    """
    gold = texts.gold(asked)
    question = f"{asked.question} {asked.searched}"
    marker = Marker(" ".join(text for _, _, text in gold), question)
    plain = Marker("", question)  # of the gold itself every word would be marked
    relevant = run.qrels.get(asked.id, {})
    ranks = [
        rank for rank, (name, _) in enumerate(run.ranking.get(asked.id, ()), 1) if name in relevant
    ]
    first = ranks[0] if ranks else None
    shown = tuple(
        Shown(rank, hit, _pieces(marker, hit.text, _within(asked, hit)))
        for rank, hit in enumerate(asked.hits, 1)
        if rank <= FIRST or rank == first
    )
    reply = asked.reply
    return Failure(
        asked,
        kinds(asked, run),
        first,
        tuple(Gold(document, grade, _pieces(plain, text)) for document, grade, text in gold),
        _pieces(marker, reply.answer) if reply is not None and not reply.refused else (),
        shown,
    )


def _within(asked: Asked, hit: Found) -> list[Span]:
    """The gold spans of a question as offsets into a passage."""
    places = [place for place in asked.gold if place.document == hit.document]
    return [(place.start - hit.start, place.end - hit.start) for place in places]


def _pieces(marker: Marker, text: str, within: Sequence[Span] = ()) -> tuple[Piece, ...]:
    """The text with its marks, and without empty lines."""
    pieces = marker.pieces(text, within)
    return tuple(Piece(_EMPTY.sub("\n", piece.text), piece.mark) for piece in pieces)


@dataclass(slots=True)
class Texts:
    """The documents, as far as a run holds them: what was found for any of its questions.

    A run keeps offsets of its gold spans and the text of what was found. As nearly every passage
    is among the best ten of some question, the quotes can be cut from those.
    """

    run: Run
    _parts: dict[str, list[tuple[int, int, str]]] = field(init=False)

    def __post_init__(self) -> None:
        parts: dict[str, set[tuple[int, int, str]]] = {}
        for asked in self.run.asked:
            for hit in asked.hits:
                parts.setdefault(hit.document, set()).add((hit.start, hit.end, hit.text))
            for quoted in asked.reply.citations if asked.reply is not None else ():
                part = (quoted.start, quoted.end, quoted.quote)
                parts.setdefault(quoted.document, set()).add(part)
        self._parts = {name: sorted(own) for name, own in parts.items()}

    def cut(self, document: str, start: int, end: int) -> str:
        """The text of a span, with ``[…]`` for what the run does not hold."""
        pieces: list[str] = []
        reached = start
        for first, last, text in self._parts.get(document, ()):
            if last <= reached or first >= end:
                continue
            if first > reached:
                pieces.append(GAP if first - reached > BLANK else "\n\n")
            pieces.append(text[max(reached, first) - first : min(last, end) - first])
            reached = min(last, end)
        if reached < end:
            pieces.append(GAP)
        return "".join(pieces).strip()

    def gold(self, asked: Asked) -> list[tuple[str, str, str]]:
        """Document, grade and text of what answers a question; each text once."""
        if asked.gold:
            places: Sequence[tuple[str, str, str]] = [
                (place.document, place.grade, self.cut(place.document, place.start, place.end))
                for place in asked.gold
            ]
        else:
            places = [
                (name, "", self._beginning(name)) for name in self.run.qrels.get(asked.id, ())
            ]
        return list(dict.fromkeys(places))

    def _beginning(self, document: str) -> str:
        text = next((text for _, _, text in self._parts.get(document, ())), "")
        return text if len(text) <= PREVIEW else f"{text[:PREVIEW].rstrip()} […]"

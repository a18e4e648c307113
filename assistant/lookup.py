"""Passages as they are looked up: in the whole library or a part of it, with what matches."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.chapters import DEPTH
from assistant.protocols import Encoder
from assistant.types import Hit, Mode, Passage, Unit

if TYPE_CHECKING:
    from assistant.indexes import Index

_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’.&+][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Within:
    """The part of the library that is searched: one document, one chapter of it, or all of it."""

    doc_id: str | None = None
    chapter: tuple[str, ...] | None = None

    def holds(self, passage: Passage) -> bool:
        """Whether a passage belongs to it."""
        if self.doc_id is not None and passage.doc_id != self.doc_id:
            return False
        return self.chapter is None or chapter_of(passage) == self.chapter


@dataclass(frozen=True, slots=True)
class Found:
    """A hit with its sentence, bullet or row that fits best, where one fits, and what matches.

    ``words`` are the spans in the document of the words that the question shares, in order.
    """

    hit: Hit
    best: Unit | None
    words: tuple[tuple[int, int], ...]


def look_up(
    index: Index, encoder: Encoder, question: str, k: int, mode: Mode, within: Within
) -> list[Found]:
    """The ``k`` passages within a part of the library that fit the question best, best first."""
    from assistant import extract, retrieve
    from assistant.candidates import candidates

    asked = None if mode == "lexical" else encoder.encode_pieces([question])[0]
    hits = retrieve.search(index, question, asked, k, mode, _positions(index, within))
    best: dict[int, Unit] = {}
    for evidence in candidates(index, question, asked, hits, thing=False).evidence:
        if asked is not None or evidence.met > 0:
            best.setdefault(evidence.hit.rank, evidence.unit)
    shared = frozenset(extract.weigh(question, index.lexical.idf))
    return [Found(hit, best.get(hit.rank), tuple(_matched(hit.passage, shared))) for hit in hits]


def chapter_of(passage: Passage) -> tuple[str, ...]:
    """The first headings above a passage, which name its chapter."""
    return passage.heading[:DEPTH]


def chapters_of(passages: Sequence[Passage], doc_id: str) -> list[tuple[str, ...]]:
    """The chapters of one document, in order, each once."""
    return list(dict.fromkeys(chapter_of(p) for p in passages if p.doc_id == doc_id and p.heading))


def _positions(index: Index, within: Within) -> frozenset[int] | None:
    if within == Within():
        return None
    return frozenset(i for i, passage in enumerate(index.passages) if within.holds(passage))


def _matched(passage: Passage, asked: frozenset[str]) -> Iterator[tuple[int, int]]:
    from assistant.lexical import terms

    for word in _WORD.finditer(passage.text):
        if not asked.isdisjoint(terms(word.group())):
            yield word.start() + passage.start, word.end() + passage.start

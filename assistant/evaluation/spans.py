"""Where quotes stand in a text, and how much of one stretch of text others hold."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation.questions import Grade, Question
from assistant.types import Document

if TYPE_CHECKING:
    from numpy.typing import NDArray

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Place:
    """A gold quote where it stands in the document with that path."""

    document: str
    start: int
    end: int
    grade: Grade


def occurrences(text: str, quote: str) -> list[Span]:
    """All places where ``quote`` stands in ``text``, whatever the white space between its words.

    >>> occurrences("the  area\\nunder; the area under", "the area under")
    [(0, 15), (17, 31)]
    """
    words = [re.escape(word) for word in quote.split()]
    return [found.span() for found in re.finditer(r"\s+".join(words), text)] if words else []


def places(question: Question, documents: Mapping[str, Document]) -> tuple[Place, ...]:
    """Every place of every gold quote; ``documents`` are by path."""
    return tuple(
        Place(gold.document, start, end, gold.grade)
        for gold in question.gold
        if gold.document in documents
        for start, end in occurrences(documents[gold.document].text, gold.quote)
    )


def wanted(gold: Sequence[Place]) -> list[Place]:
    """The places that answer fully, or those that answer in part where there is none."""
    return [place for place in gold if place.grade == "full"] or list(gold)


def letters(text: str) -> NDArray[np.int64]:
    """How many letters and digits stand before each offset: int64 (len(text) + 1,).

    Shares of a span are counted in them, so that white space, bullets and emphasis marks, which a
    passage or quotation may leave out at its ends, count nothing.

    >>> letters("- **ab**").tolist()
    [0, 0, 0, 0, 0, 1, 2, 2, 2]
    """
    counts = np.zeros(len(text) + 1, np.int64)
    np.cumsum([character.isalnum() for character in text], out=counts[1:])
    return counts


def share(counts: NDArray[np.int64], span: Span, held: Sequence[Span]) -> float:
    """The share, 0…1, of the letters of ``span`` that the union of the spans ``held`` has.

    ``counts`` are the :func:`letters` of the text. A span without letters is held by nothing.
    """
    start, end = span
    total = counts[end] - counts[start]
    inside = 0
    reached = start
    for first, last in sorted(held):
        first, last = max(first, reached), min(last, end)
        if first < last:
            inside += int(counts[last] - counts[first])
            reached = last
    return inside / int(total) if total else 0.0

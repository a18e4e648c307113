"""The chapters of a document, for figures per chapter and for chapters without questions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.types import Document


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter begins at the offset ``start`` and ends where the next one begins."""

    title: str
    start: int


def chapters(document: Document) -> tuple[Chapter, ...]:
    """The chapters of the outline in order; a text without headings is one.

    What stands before the first chapter, such as a title page, is none. A chapter's title is the
    last step of the shortest heading path that no other chapter shares.
    """
    headings: dict[int, list[tuple[str, ...]]] = {}
    starts: dict[int, int] = {}
    for section in document.outline:
        headings.setdefault(section.chapter, []).append(section.heading)
        starts.setdefault(section.chapter, section.blocks[0].start)
    if len(headings) > 1:
        headings.pop(0, None)
    paths = {number: _common(found) for number, found in headings.items()}
    return tuple(
        Chapter(_title(path, [p for n, p in paths.items() if n != number]), starts[number])
        if path
        else Chapter(document.title or document.path, starts[number])
        for number, path in paths.items()
    )


def chapter_at(found: Sequence[Chapter], offset: int) -> str:
    """The title of the chapter in which ``offset`` lies; that of the first for what is before."""
    index = bisect_right([chapter.start for chapter in found], offset) - 1
    return found[max(0, index)].title if found else ""


def all_chapters(documents: Mapping[str, Document]) -> dict[str, tuple[Chapter, ...]]:
    """The chapters of every document, by path."""
    return {path: chapters(document) for path, document in documents.items()}


def _common(headings: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    levels = takewhile(lambda level: len(set(level)) == 1, zip(*headings, strict=False))
    return tuple(level[0] for level in levels)


def _title(path: tuple[str, ...], others: Sequence[tuple[str, ...]]) -> str:
    for length in range(1, len(path)):
        if all(other[:length] != path[:length] for other in others):
            return path[length - 1]
    return path[-1]

"""A stored document as chapters to read: where each begins, its headings, and its pages. Pure.

The passages tell under which headings every sentence of the text stands, so the lines of the
headings are found again between them, and what is read is cut as what is found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from assistant.outline import title_of
from assistant.types import Document, Passage

DEPTH = 2  # as many headings of a path name a chapter
LONGEST = 30_000  # characters; a longer chapter is read in parts


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that is a heading; ``level`` is its place in the heading path, 0 the outermost."""

    title: str
    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a document that is read at once. The chapters of a document cover its whole text.

    ``pages`` says where in it which page begins: (offset, label), in order; where the text has no
    pages of its own, one entry names those that a table of contents gives. ``part`` counts from 1
    where a chapter is cut into ``parts``.
    """

    number: int
    path: tuple[str, ...]
    start: int
    end: int
    headings: tuple[Heading, ...] = ()
    pages: tuple[tuple[int, str], ...] = ()
    part: int = 1
    parts: int = 1


def chapters(document: Document, passages: Sequence[Passage]) -> tuple[Chapter, ...]:
    """The chapters of a document, in order; ``passages`` are those of this document, in order."""
    headings = tuple(_headings(document.text, passages))
    cuts = [*_cuts(passages, headings)] or [((), [0])]
    starts = [start for _, begins in cuts for start in begins]
    ends = iter([*starts[1:], len(document.text)])
    starts[0] = 0
    beginnings = iter(starts)
    found: list[Chapter] = []
    for path, begins in cuts:
        for part, _ in enumerate(begins, 1):
            start, end = next(beginnings), next(ends)
            inside = tuple(h for h in headings if start <= h.start < end)
            pages = tuple(_pages(document, passages, start, end))
            sizes = (part, len(begins))
            found.append(Chapter(len(found), path, start, end, inside, pages, *sizes))
    return tuple(found)


def chapter_at(found: Sequence[Chapter], offset: int) -> Chapter:
    """The chapter that holds a place of the text; the first or last for one outside of it."""
    return next((each for each in reversed(found) if each.start <= offset), found[0])


def _headings(text: str, passages: Sequence[Passage]) -> Iterator[Heading]:
    """The lines between the units that name a heading of the unit below; the nearest of equals."""
    at = 0
    for passage in passages:
        for unit in passage.units:
            path = [_bare(title) for title in (*passage.heading, *unit.heading)]
            lines: dict[str, Heading] = {}
            start = at
            for line in text[at : unit.start].splitlines(keepends=True):
                end = start + len(line)
                title = title_of(line)
                if (bare := _bare(title)) in path and end <= unit.start:
                    body = start + len(line.rstrip())
                    lines[bare] = Heading(title, path.index(bare), start, body)
                start = end
            yield from sorted(lines.values(), key=lambda heading: heading.start)
            at = max(at, unit.end)


def _bare(title: str) -> str:
    """What is compared of a title: a table of contents may put other signs between its words."""
    return "".join(filter(str.isalnum, title.casefold())) or title


def _cuts(
    passages: Sequence[Passage], headings: Sequence[Heading]
) -> Iterator[tuple[tuple[str, ...], list[int]]]:
    """Each chapter's path, and where it and its further parts begin."""
    before = 0
    for path, group in groupby(passages, key=lambda passage: passage.heading[:DEPTH]):
        own = list(group)
        above = [h.start for h in headings if before <= h.start < own[0].start and h.level < DEPTH]
        begins = [min(above, default=own[0].start)]
        for last, following in pairwise(own):
            if following.end - begins[-1] > LONGEST:
                begins.append(last.end)
        before = own[-1].end
        yield path, begins


def _pages(
    document: Document, passages: Sequence[Passage], start: int, end: int
) -> Iterator[tuple[int, str]]:
    for page in document.pages:
        if page.start < end and start < max(page.end, page.start + 1):
            yield max(start, page.start), f"p. {page.label or page.number}"
    if document.pages:
        return
    inside = [p for p in passages if start <= p.start < end and p.page_start is not None]
    if inside:
        first, last = inside[0].page_start, inside[-1].page_end
        yield start, f"p. {first}" if last in (None, first) else f"pp. {first}–{last}"

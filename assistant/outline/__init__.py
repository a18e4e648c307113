"""The structure of a text: lines → heading tree with bullets, tables and further reading. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.outline.anchors import anchor
from assistant.outline.blocks import read_blocks
from assistant.outline.contents import find_contents, find_listings
from assistant.outline.headings import find_headings
from assistant.outline.lines import address_of, split_lines
from assistant.outline.markup import blank_markup, cells, link_density, title_of
from assistant.outline.sentences import sentences
from assistant.types import Block, Extracted, Section, TocEntry

__all__ = [
    "CONTENT",
    "SEPARATOR",
    "blank_markup",
    "cells",
    "link_density",
    "parse",
    "sentences",
    "title_of",
]


# Between the headings of a path, wherever one is written out.
SEPARATOR = " › "
# The kinds of block that passages are made of.
CONTENT = frozenset({"paragraph", "item", "row"})


@dataclass(slots=True)
class _Open:
    """A section while its blocks are still being read."""

    heading: tuple[str, ...]
    level: int
    chapter: int
    pages: tuple[int | None, int | None]
    blocks: list[Block] = field(default_factory=list)


def parse(extracted: Extracted) -> tuple[Section, ...]:
    """Read the outline of a text: its sections in order, each with its heading path and blocks.

    The headings come from the bookmarks, else from a printed table of contents, and below them from
    Markdown headings where the text has no pages, or else from lines that look like headings;
    bookmarks of several levels are taken to name them all. Sections without content are left out;
    listings of pages, as a table of contents is, and lines that say nothing are no content. Printed
    page numbers are used where the text has no pages of its own. Linear in the length of the text.
    """
    lines = tuple(split_lines(extracted.text))
    printed, region = find_contents(lines)
    skipped = find_listings(lines)
    # Printed numbers are not those of the pages: a preface may be counted by itself.
    placed = anchor(printed, lines, skipped.union(range(region.stop)), ())
    if 2 * len(placed) < len(printed):
        # Most of its titles are nowhere in the text: a table of figures that ends in numbers.
        printed, region, placed = (), range(0), {}
    skipped = skipped.union(region)
    entries = extracted.toc or printed
    if extracted.toc:
        placed = anchor(entries, lines, skipped, extracted.pages)
    contents = {lines[index].start: found for index, found in placed.items()}
    # On a page a line with ``#`` before it is a comment in code.
    blocks = read_blocks(lines, frozenset(placed), skipped, markdown=not extracted.pages)
    depth = max((entry.level for entry in entries), default=0) if placed else 0
    complete = bool(extracted.toc) and depth > 1 and 2 * len(placed) > len(entries)
    blocks = find_headings(extracted.text, blocks, depth, guess=not complete)
    pages = {} if extracted.pages else page_ranges(entries)
    sections = _sections(extracted.text, blocks, contents, pages)
    return _finish(extracted.text, sections, depth)


def page_ranges(entries: Sequence[TocEntry]) -> dict[TocEntry, tuple[int, int]]:
    """The pages that each entry of a table of contents fills: up to the page before the next one's.

    An entry without a page takes that of the first entry below it.

    >>> a, b = TocEntry("A", 1, 5), TocEntry("B", 1, 8)
    >>> page_ranges([a, b]) == {a: (5, 7), b: (8, 8)}
    True
    """
    numbered = [(entry, entry.page) for entry in entries if entry.page is not None]
    ranges = {}
    for i, (entry, page) in enumerate(numbered):
        following = numbered[i + 1][1] if i + 1 < len(numbered) else page
        ranges[entry] = (page, max(page, following - 1))
    return ranges


def _sections(
    text: str,
    blocks: Sequence[Block],
    contents: dict[int, tuple[TocEntry, ...]],
    pages: dict[TocEntry, tuple[int, int]],
) -> list[_Open]:
    path: list[tuple[int, str]] = []
    current: tuple[int | None, int | None] = (None, None)
    sections = [_Open((), 0, 0, current)]
    for block in blocks:
        if block.kind != "heading":
            sections[-1].blocks.append(block)
            continue
        for entry in contents.get(block.start, ()):
            path = [*(step for step in path if step[0] < entry.level), (entry.level, entry.title)]
            current = pages.get(entry, current)
        if block.start not in contents:
            title = title_of(text[block.start : block.end])
            path = [*(step for step in path if step[0] < block.level), (block.level, title)]
        heading = tuple(title for _, title in path)
        sections.append(_Open(heading, path[-1][0], 0, current, [block]))
    return sections


def _finish(text: str, sections: Sequence[_Open], depth: int) -> tuple[Section, ...]:
    """Number the chapters and hand each chapter's addresses to all its sections.

    A chapter is an entry of the contents at ``depth``; without contents, a heading of the outermost
    level that the document has more than one of.
    """
    if not depth:
        levels = Counter(section.level for section in sections if section.level)
        depth = min((level for level, count in levels.items() if count > 1), default=1)
    references: dict[int, list[str]] = {}
    chapter = 0
    for section in sections:
        chapter += 0 < section.level <= depth
        section.chapter = chapter
        for block in section.blocks:
            address = address_of(text[block.start : block.end])
            if block.kind == "reference" and address:
                references.setdefault(chapter, []).append(address)
    finished: list[Section] = []
    above: list[Block] = []
    for s in sections:
        above += s.blocks
        if any(block.kind in CONTENT for block in s.blocks):
            addresses = tuple(references.get(s.chapter, ()))
            finished.append(Section(s.heading, s.chapter, tuple(above), *s.pages, addresses))
            above = []
        elif any(block.kind != "heading" for block in s.blocks):
            # Only the headings of sections without anything of their own lead the next section.
            above = []
    return tuple(finished)

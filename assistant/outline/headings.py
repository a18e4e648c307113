"""Plain lines that are headings: what a person sees from position, length and numbering."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assistant.outline.markup import ARROW, LABELLED, NUMBERED
from assistant.outline.titles import is_title, reads_as_words
from assistant.types import Block

# The ranks of headings found in plain lines, below those of a table of contents.
ARROW_RANK, GROUP_RANK, PLAIN_RANK, NUMBER_RANK = 1, 2, 3, 4
MANY = 8
_SECTION = re.compile(r"(\d{1,3}(?:\.\d{1,3})*)[.)]?\s")


def find_headings(text: str, blocks: Sequence[Block], base: int, guess: bool) -> tuple[Block, ...]:
    """Give every heading its level: 1 is the top, ``base`` levels are taken by the contents.

    Where the text has Markdown headings, they alone count. Elsewhere, and if ``guess`` allows, a
    heading is a paragraph of one short line that does not end like a sentence and has content below
    it; arrows outrank plain lines, which outrank numbered ones, but ``1.1`` stands below ``1.``.
    Headings with nothing between them nest.
    """
    marked = [i for i, block in enumerate(blocks) if block.kind == "heading" and block.level]
    first = next((i for i, block in enumerate(blocks) if block.kind != "noise"), 0)
    if len(marked) > 1 or marked == [first] or not guess:
        return tuple(
            replace(b, level=base + b.level) if b.kind == "heading" and b.level else b
            for b in blocks
        )
    ranks = [_rank(text, blocks, i) for i in range(len(blocks))]
    _demote_labels(text, blocks, ranks)
    found = sum(map(bool, ranks))
    if found > max(MANY, 1.5 * (len(blocks) - found)):
        return tuple(blocks)  # more headings than text: these are verses, turns of talk, or cells
    _demote_lists(text, blocks, ranks)
    _number(text, blocks, ranks)
    _group(text, blocks, ranks)
    return tuple(
        replace(block, kind="heading", level=base + rank) if rank else block
        for block, rank in zip(blocks, ranks, strict=True)
    )


def _rank(text: str, blocks: Sequence[Block], i: int) -> int:
    """The rank of a block as a heading, or 0; headings of the contents (level 0) keep theirs."""
    block = blocks[i]
    line = text[block.start : block.end]
    if block.kind == "heading":
        return GROUP_RANK if block.level else 0
    if "\n" in line or i + 1 == len(blocks) or _continues(text, blocks[i + 1]):
        return 0
    if block.kind == "item":
        number = NUMBERED.match(line) if block.level == 0 else None
        around = (*blocks[max(i - 1, 0) : i], blocks[i + 1])
        if number is None or any(_same_list(text, block, other) for other in around):
            return 0
        return NUMBER_RANK if is_title(line[number.end() :]) else 0
    if block.kind != "paragraph":
        return 0
    if arrow := ARROW.match(line):
        return ARROW_RANK if reads_as_words(line[arrow.end() :]) else 0
    return PLAIN_RANK if is_title(line) else 0


def _continues(text: str, block: Block) -> bool:
    """Whether a paragraph goes on in the middle of a sentence."""
    return block.kind == "paragraph" and text[block.start].islower()


def _same_list(text: str, block: Block, other: Block) -> bool:
    if other.kind != "item" or other.level != block.level:
        return False
    numbers = [NUMBERED.match(text, b.start) for b in (block, other)]
    parts = [number.group().strip(" .)").count(".") for number in numbers if number]
    return len(parts) == 2 and parts[0] == parts[1]


def _demote_labels(text: str, blocks: Sequence[Block], ranks: list[int]) -> None:
    """Take back headings of the form ``label: words`` that are turns of talk or glossary entries.

    They are where a label comes back a third time, or a paragraph right beside has a label too.
    """
    labels = [
        LABELLED.match(text, block.start, block.end) if block.kind == "paragraph" else None
        for block in blocks
    ]
    often = Counter(label.group(1) for label in labels if label)
    for i, label in enumerate(labels):
        beside = any((*labels[max(i - 1, 0) : i], *labels[i + 1 : i + 2]))
        if label and (often[label.group(1)] > 2 or beside):
            ranks[i] = 0


def _demote_lists(text: str, blocks: Sequence[Block], ranks: list[int]) -> None:
    """Take back headings that are the entries of a list without bullets.

    In a run of headings with nothing between them, those after one that ends in a colon and before
    the last are its entries; so are the inner ones of a run of four or more.
    """
    start = 0
    while start < len(ranks):
        end = start
        while end < len(ranks) and ranks[end] == PLAIN_RANK:
            end += 1
        run = range(start, end)
        has_more = end < len(ranks) and ranks[end] > 0
        entries = False
        for i in run:
            last = i == end - 1 and not has_more
            colon = text[blocks[i].start : blocks[i].end].rstrip("* ").endswith(":")
            if not colon and not last and i > start and (entries or len(run) >= 4):
                ranks[i] = 0
            entries = entries or colon
        start = max(end, start + 1)


def _number(text: str, blocks: Sequence[Block], ranks: list[int]) -> None:
    """Rank numbered headings by their numbers where these have parts (``1.``, ``1.1``)."""
    numbers = {
        i: found.group(1).count(".")
        for i, rank in enumerate(ranks)
        if rank >= PLAIN_RANK and (found := _SECTION.match(text, blocks[i].start))
    }
    if any(numbers.values()):
        for i, depth in numbers.items():
            ranks[i] = PLAIN_RANK + depth


def _group(text: str, blocks: Sequence[Block], ranks: list[int]) -> None:
    """Raise a plain heading with a plain heading right below it: it holds those that follow.

    It holds them until the next such heading, a higher one, or one that ends like itself (with or
    without a colon) where its first child does not.
    """
    own = child = None
    for i, rank in enumerate(ranks):
        if rank != PLAIN_RANK:
            if 0 < rank < PLAIN_RANK or (blocks[i].kind == "heading" and rank == 0):
                own = None
            continue
        colon = text[blocks[i].start : blocks[i].end].endswith(":")
        below = blocks[i + 1] if i + 1 < len(blocks) else None
        if below is not None and ranks[i + 1] == PLAIN_RANK:
            own, child = colon, text[below.start : below.end].endswith(":")
            ranks[i] = GROUP_RANK
        elif own is None or (own != child and colon == own):
            own = None
            ranks[i] = GROUP_RANK

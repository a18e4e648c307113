"""Plain lines that are headings: what a person sees from position, length and capitals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.outline.lines import ARROW, MARKDOWN_HEADING, NUMBERED
from assistant.types import Block

MAX_WORDS = 12
MAX_CHARACTERS = 100
# The ranks of headings found in plain lines, below those of a table of contents.
ARROW_RANK, GROUP_RANK, PLAIN_RANK, NUMBER_RANK = 1, 2, 3, 4


def find_headings(text: str, blocks: Sequence[Block], base: int) -> tuple[Block, ...]:
    """Give every heading its level: 1 is the top, ``base`` levels are taken by the contents.

    Where the text has Markdown headings, they alone count. Elsewhere a heading is a paragraph of
    one short line that does not end like a sentence and has content below it; arrows outrank plain
    lines, which outrank numbered ones. Headings with nothing between them nest.
    """
    if sum(b.kind == "heading" and b.level == 0 and _hashes(text, b) > 0 for b in blocks) >= 2:
        return tuple(
            replace(b, level=base + _hashes(text, b)) if b.kind == "heading" else b for b in blocks
        )
    ranks = [_rank(text, block, blocks[i + 1 : i + 2]) for i, block in enumerate(blocks)]
    _demote_lists(text, blocks, ranks)
    _group(text, blocks, ranks)
    return tuple(
        replace(block, kind="heading", level=base + rank) if rank else block
        for block, rank in zip(blocks, ranks, strict=True)
    )


def _hashes(text: str, block: Block) -> int:
    match = MARKDOWN_HEADING.match(text, block.start)
    return len(match.group(1)) if match else 0


def _rank(text: str, block: Block, following: Sequence[Block]) -> int:
    """The rank of a block as a heading, or 0; headings of the contents (level -1) keep theirs."""
    line = text[block.start : block.end]
    if block.kind == "heading":
        return 0 if block.level < 0 else _hashes(text, block) + GROUP_RANK
    if block.kind not in ("paragraph", "item") or "\n" in line or not following:
        return 0
    if block.kind == "item":
        numbered = NUMBERED.match(line) is not None and block.level == 0
        leads = not (following[0].kind == "item" and _same_list(text, block, following[0]))
        return NUMBER_RANK if numbered and leads and is_title(NUMBERED.sub("", line, 1)) else 0
    if ARROW.match(line):
        return ARROW_RANK if len(line) <= MAX_CHARACTERS else 0
    return PLAIN_RANK if is_title(line) else 0


def _same_list(text: str, block: Block, following: Block) -> bool:
    numbered = NUMBERED.match(text, following.start) is not None
    return numbered and following.level == block.level


def is_title(line: str) -> bool:
    """Whether one line reads like a heading.

    >>> [is_title(t) for t in ("Key Features:", "Neural networks consist of:", "It ends.")]
    [True, False, False]
    """
    bare = line.replace("**", "").strip(" *_")
    words = bare.rstrip(":").split()
    if not words or len(words) > MAX_WORDS or len(bare) > MAX_CHARACTERS:
        return False
    if not (bare[0].isupper() or bare[0].isdigit() or not bare[0].isascii()):
        return False
    if re.search(r"[.!;,]$|:-|https?:|\t", bare):
        return False
    # Sentences that lead into a list end in a colon too, and definitions have one behind the term;
    # but only titles capitalise their words.
    long = [word for word in words if len(word) > 3]
    capitals = sum(not word[0].islower() for word in long) / max(len(long), 1)
    if re.search(r"[.!?]\s|:\s\S", bare):
        return capitals >= 0.8
    return capitals >= 0.5 or not bare.endswith(":") or len(words) <= 3


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

"""The quotable units of a passage: its sentences, bullets and table rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from assistant.outline import blank_markup, sentences, title_of
from assistant.types import Block, Unit, UnitKind

LONGEST_BULLET = 60  # words; a longer one is quoted by the sentence


def units_of(
    text: str, blocks: Sequence[Block], headings: Sequence[tuple[str, ...]]
) -> Iterator[Unit]:
    """The quotable units of a passage's blocks, in order; ``headings[i]`` is what block i is under.

    A bullet that is only a label stands over what follows: it is quoted with a single thing below
    it, and is the heading of several. A header row answers nothing by itself and is no unit; the
    rows under it are shown with it.
    """
    columns = {block.header[0] for block in blocks if block.header}
    labels: list[Block] = []
    for i, (block, heading) in enumerate(zip(blocks, headings, strict=True)):
        if _below(text, blocks, i):
            labels = [label for label in labels if label.level < block.level] + [block]
            continue
        if block.kind == "item":
            labels = [label for label in labels if label.level < block.level]
        names = (*heading, *(title_of(text[b.start : b.end]) for b in labels))
        alone = labels and labels[-1] is blocks[i - 1] and _below(text, blocks, i - 1) == 1
        start = labels[-1].start if alone else block.start
        if block.kind == "row":
            if block.start not in columns:
                yield Unit("row", block.start, block.end, heading)
        elif block.kind == "item" and len(text[block.start : block.end].split()) <= LONGEST_BULLET:
            yield Unit("item", start, block.end, names)
        else:
            kind: UnitKind = "item" if block.kind == "item" else "sentence"
            for first, end in sentences(text, block.start, block.end):
                if any(character.isalnum() for character in text[first:end]):
                    yield Unit(kind, start if first == block.start else first, end, names)
        if block.kind == "paragraph":
            labels = []


def _below(text: str, blocks: Sequence[Block], i: int) -> int:
    """How many blocks stand under block ``i`` if it is a bullet that is only a label, else 0."""
    block = blocks[i]
    if block.kind != "item":
        return 0
    line = text[block.start : block.end]
    bold = line.rstrip(": ").endswith("**")
    if not (bold or blank_markup(line).rstrip().endswith(":")):
        return 0
    if i + 1 < len(blocks) and blocks[i + 1].kind == "paragraph":
        return 1
    rest = (blocks[j] for j in range(i + 1, len(blocks)))
    return sum(1 for _ in takewhile(lambda b: b.kind == "item" and b.level > block.level, rest))

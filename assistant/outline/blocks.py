"""Lines to blocks: paragraphs, bullets, table rows, addresses, and lines that say nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.outline.lines import (
    ADDRESS,
    ARROW,
    BULLET,
    FENCE,
    MARKDOWN_HEADING,
    NUMBERED,
    REFERENCE_LABEL,
    TABLE_RULE,
    Line,
    address_of,
    cells,
    is_noise,
    is_row,
)
from assistant.types import Block

REPEATED = 80


def read_blocks(
    lines: Sequence[Line], headings: frozenset[int], skipped: range
) -> tuple[Block, ...]:
    """Group lines into blocks, in order.

    The lines at the indexes ``headings`` are headings whatever they look like; those in ``skipped``
    become noise. A line after a bullet or paragraph without a blank line between continues it.
    """
    blocks: list[Block] = []
    i = 0
    while i < len(lines):
        if not lines[i].text:
            i += 1
        elif i in skipped:
            blocks.append(_block("noise", lines, i, i + 1))
            i += 1
        elif i in headings:
            blocks.append(_block("heading", lines, i, i + 1))
            i += 1
        else:
            found, i = _next(lines, i, headings)
            blocks += found
    return tuple(_drop_repeats(_label_references(blocks, lines), lines))


def _next(lines: Sequence[Line], i: int, headings: frozenset[int]) -> tuple[list[Block], int]:
    text = lines[i].text
    if FENCE.match(text):
        end = next((j for j in range(i + 1, len(lines)) if FENCE.match(lines[j].text)), i)
        return [_block("paragraph", lines, i, end + 1)], end + 1
    if rows := _table_end(lines, i) - i:
        return _table(lines, i, i + rows), i + rows
    if address_of(text):
        return [_block("reference", lines, i, i + 1)], i + 1
    if MARKDOWN_HEADING.match(text):
        return [_block("heading", lines, i, i + 1)], i + 1
    if is_noise(text):
        return [_block("noise", lines, i, i + 1)], i + 1
    end = i + 1
    while end < len(lines) and end not in headings and not _begins(lines, end):
        end += 1
    if BULLET.match(text) or NUMBERED.match(text):
        return [_block("item", lines, i, end, level=lines[i].indent)], end
    return [_block("paragraph", lines, i, end)], end


def _begins(lines: Sequence[Line], i: int) -> bool:
    """Whether a line cannot continue the paragraph or bullet above it."""
    text = lines[i].text
    return (
        not text
        or bool(BULLET.match(text) or NUMBERED.match(text) or ARROW.match(text))
        or bool(MARKDOWN_HEADING.match(text) or FENCE.match(text) or ADDRESS.fullmatch(text))
        or is_noise(text)
        or _table_end(lines, i) > i
    )


def _table_end(lines: Sequence[Line], i: int) -> int:
    """One past the last row of the table that begins at ``i``; ``i`` itself where none does."""
    end = i
    while end < len(lines) and is_row(lines[end].text):
        end += 1
    return end if end - i >= 2 else i


def _table(lines: Sequence[Line], first: int, end: int) -> list[Block]:
    """The rows of a table; all but the header know the header's span.

    The header is the first row with two cells or more. A row before it with one cell is the
    table's title and belongs to the header, as does a Markdown rule below it.
    """
    head = first
    while head < end - 1 and sum(map(bool, cells(lines[head].text))) < 2:
        head += 1
    body = head + 1
    while body < end and TABLE_RULE.fullmatch(lines[body].text):
        body += 1
    header = (lines[first].start, lines[head].end)
    rows = [_block("row", lines, first, body)]
    rows += [
        replace(_block("row", lines, i, i + 1), header=header)
        for i in range(body, end)
        if any(character.isalnum() for character in lines[i].text)
    ]
    return rows


def _label_references(blocks: Sequence[Block], lines: Sequence[Line]) -> Iterator[Block]:
    """Make the label over a run of addresses (``Reference:``) part of the references."""
    text = {line.start: line.text for line in lines if line.text}
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        below = following is not None and following.kind == "reference"
        label = REFERENCE_LABEL.fullmatch(text.get(block.start, ""))
        if label and block.kind in ("paragraph", "heading") and (below or following is None):
            yield replace(block, kind="reference")
        else:
            yield block


def _drop_repeats(blocks: Iterator[Block], lines: Sequence[Line]) -> Iterator[Block]:
    """Turn a long paragraph that stands in the document before into noise: legal boilerplate."""
    text = {line.start: line.text for line in lines if line.text}
    seen: set[str] = set()
    for block in blocks:
        first = text.get(block.start, "")
        if block.kind == "paragraph" and block.end - block.start == len(first) >= REPEATED:
            if first in seen:
                block = replace(block, kind="noise")
            seen.add(first)
        yield block


def _block(kind: str, lines: Sequence[Line], first: int, end: int, level: int = 0) -> Block:
    last = max(i for i in range(first, end) if lines[i].text or i == first)
    return Block(kind, lines[first].start, lines[last].end, level)  # type: ignore[arg-type]

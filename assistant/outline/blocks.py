"""Lines to blocks: paragraphs, bullets, table rows, addresses, and lines that say nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from assistant.outline.lines import (
    ADDRESS,
    FENCE,
    LONGEST_LINE,
    REFERENCE_LABEL,
    TABLE_RULE,
    Line,
    address_of,
    is_item,
    is_noise,
    is_row,
)
from assistant.outline.markup import ARROW, MARKDOWN_HEADING, RULE, cells
from assistant.types import Block, BlockKind

# A paragraph of this many characters that stands in a text this often is kept once.
BOILERPLATE, REPEATED = 80, 3
LONGEST_HEADING = 200
# The levels of the signs that underline a heading, as Markdown and reStructuredText use them.
UNDERLINES = {"=": 1, "-": 2, "~": 3, "^": 4}
# A cell of more words is text, not the name of a column.
LONGEST_COLUMN_NAME = 10


def read_blocks(
    lines: Sequence[Line],
    headings: frozenset[int],
    skipped: frozenset[int],
    markdown: bool = True,
) -> tuple[Block, ...]:
    """Group lines into blocks, in order.

    The lines at the indexes ``headings`` are headings whatever they look like, of level 0; those
    that Markdown marks have its level, unless the text is not ``markdown``. Lines in ``skipped``
    become noise. A line after a bullet or paragraph without a blank line between continues it.
    """
    blocks: list[Block] = []
    breaks = headings | skipped
    hashes = {i: rank for i, line in enumerate(lines) if (rank := _hashes(line)) and markdown}
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
            found, i = _next(lines, i, breaks, hashes)
            blocks += found
    return tuple(_drop_boilerplate(list(_label_references(blocks, lines)), lines))


def _next(
    lines: Sequence[Line], i: int, breaks: frozenset[int], hashes: dict[int, int]
) -> tuple[list[Block], int]:
    text = lines[i].text
    if end := _fence_end(lines, i):
        return [_block("paragraph", lines, i, end)], end
    if (end := _table_end(lines, i)) > i:
        return _table(lines, i, end), end
    if address_of(text):
        return [_block("reference", lines, i, i + 1)], i + 1
    if i in hashes:
        return [_block("heading", lines, i, i + 1, hashes[i])], i + 1
    if is_noise(text):
        return [_block("noise", lines, i, i + 1)], i + 1
    if rank := _underlined(lines, i):
        return [_block("heading", lines, i, i + 2, rank)], i + 2
    end = i + 1
    while end < len(lines) and not (end in breaks or end in hashes or _begins(lines, end)):
        end += 1
    if is_item(text):
        return [_block("item", lines, i, end, lines[i].indent)], end
    return [_block("paragraph", lines, i, end)], end


def _begins(lines: Sequence[Line], i: int) -> bool:
    """Whether a line cannot continue the paragraph or bullet above it."""
    text = lines[i].text
    if len(text) > LONGEST_LINE:
        return False
    return (
        not text
        or bool(is_item(text) or ARROW.match(text) or FENCE.match(text))
        or bool(ADDRESS.fullmatch(text))
        or is_noise(text)
        or _table_end(lines, i) > i
    )


def _hashes(line: Line) -> int:
    """The level of a Markdown heading, or 0."""
    match = MARKDOWN_HEADING.match(line.text) if line.indent < 4 else None
    return len(match.group(1)) if match else 0


def _underlined(lines: Sequence[Line], i: int) -> int:
    """The level of a heading with a line of signs right below it, or 0."""
    text, below = lines[i].text, lines[i + 1].text if i + 1 < len(lines) else ""
    if not 0 < len(text) <= LONGEST_HEADING or len(below) > LONGEST_HEADING or is_item(text):
        return 0
    level = UNDERLINES.get(below[:1], 0)
    # A longer line of minus signs is a rule that happens to follow a line of text.
    return level if level and RULE.fullmatch(below) and len(below) < 2 * len(text) + 4 else 0


def _fence_end(lines: Sequence[Line], i: int) -> int:
    """One past the line that closes the code block which begins at ``i``; 0 where none does."""
    fence = FENCE.match(lines[i].text)
    if not fence:
        return 0
    following = range(i + 1, len(lines))
    return next((j + 1 for j in following if lines[j].text.startswith(fence.group())), 0)


def _table_end(lines: Sequence[Line], i: int) -> int:
    """One past the last row of the table that begins at ``i``; ``i`` itself where none does."""
    # Markdown lets go of the outer bars where a rule below the first row says that it is a table.
    below = lines[i + 1].text if i + 1 < len(lines) else ""
    bare = "|" in lines[i].text and "|" in below and _is_rule(lines[i + 1])
    end = i
    while end < len(lines) and (is_row(lines[end].text) or (bare and "|" in lines[end].text)):
        end += 1
    return end if end - i >= 2 else i


def _table(lines: Sequence[Line], first: int, end: int) -> list[Block]:
    """The rows of a table; all but the header know the header's span.

    The header is the first row with two cells or more, unless its cells are numbers or sentences.
    A row before it with one cell is the table's title and belongs to the header, as does a
    Markdown rule below it.
    """
    head = first
    while head < end - 1 and (_is_rule(lines[head]) or sum(map(bool, cells(lines[head].text))) < 2):
        head += 1
    body = head + 1
    while body < end and _is_rule(lines[body]):
        body += 1
    named = body > head + 1 or _names_columns(cells(lines[head].text))
    header = (lines[first].start, lines[head].end) if named else None
    body = body if named else first
    rows = [_block("row", lines, first, body)] if named else []
    rows += [
        replace(_block("row", lines, i, i + 1), header=header)
        for i in range(body, end)
        if any(character.isalnum() for character in lines[i].text)
    ]
    return rows


def _is_rule(line: Line) -> bool:
    return bool(TABLE_RULE.fullmatch(line.text))


def _names_columns(row: Sequence[str]) -> bool:
    """Whether the cells of a row are no numbers, no sentences, and all capitalised if one is."""
    names = [cell for cell in row if cell]
    if all(cell.replace(".", "").replace(",", "").isdigit() for cell in names):
        return False
    if any(name[0].isupper() for name in names) and any(name[0].islower() for name in names):
        return False
    return not any(c[-1] in ".;。" or len(c.split()) > LONGEST_COLUMN_NAME for c in names)


def _label_references(blocks: Sequence[Block], lines: Sequence[Line]) -> Iterator[Block]:
    """Make the label over a run of addresses (``Reference:``) part of the references."""
    text = {line.start: line.text for line in lines if line.text}
    for block, following in zip(blocks, [*blocks[1:], None], strict=False):
        below = following is not None and following.kind == "reference"
        label = REFERENCE_LABEL.fullmatch(text.get(block.start, ""))
        if label and block.kind in ("paragraph", "heading") and (below or following is None):
            yield replace(block, kind="reference")
        else:
            yield block


def _drop_boilerplate(blocks: Sequence[Block], lines: Sequence[Line]) -> Iterable[Block]:
    """Turn all but the first of a long paragraph's many copies into noise: notices, disclaimers."""
    text = {line.start: line.text for line in lines if len(line.text) >= BOILERPLATE}
    copies = [text.get(block.start, "") if block.kind == "paragraph" else "" for block in blocks]
    often = {copy for copy, count in Counter(copies).items() if copy and count >= REPEATED}
    seen: set[str] = set()
    for block, copy in zip(blocks, copies, strict=True):
        whole = block.end - block.start == len(copy)
        yield replace(block, kind="noise") if whole and copy in seen else block
        if whole and copy in often:
            seen.add(copy)


def _block(kind: BlockKind, lines: Sequence[Line], first: int, end: int, level: int = 0) -> Block:
    last = max(i for i in range(first, end) if lines[i].text or i == first)
    return Block(kind, lines[first].start, lines[last].end, level)

"""Finding a printed table of contents, and other listings of pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from assistant.outline.lines import SECTION_NUMBER, Line
from assistant.types import TocEntry

# Title, then a tab or dot leaders, then a page number. Spaces alone are no leader, except right
# beside such lines: too many tables of figures look like that.
_ENTRY = re.compile(r"(?P<title>\S.*?)\s*(?:\t|\.{3,}|(?:\s\.){3,})\s*(?P<page>\d{1,4})")
_LOOSE_ENTRY = re.compile(r"(?P<title>\S.*?)\s+(?P<page>\d{1,4})")
# Other listings may have several pages, ranges, or Roman numbers, but only behind dots.
_LISTED = re.compile(
    r"(?P<title>\S.*?)\s*(?:\.{3,}|(?:\s\.){3,})\s*"
    r"(?P<page>\d{1,4}|[ivxlc]+)(?:(?:\s*[-–,]\s*)\d{1,4})*"
)
_SENTENCE_END = re.compile(r"[.!?:,;]$")
LONGEST_ENTRY = 200
MIN_ENTRIES = 5
# How many other lines may stand between two entries, or belong to the table above the first.
GAP = 4
# Other listings of pages: so many entries, and this share of them in order.
MIN_LISTED = 10
IN_ORDER = 0.9

_Value = TypeVar("_Value", int, str)


class _Row(NamedTuple):
    line: int
    title: str
    page: int


def find_contents(lines: Sequence[Line]) -> tuple[tuple[TocEntry, ...], range]:
    """Find the printed table of contents: its entries, and the lines that it fills.

    Entries are lines that end in a page number behind a tab or dot leaders, at least five of them
    with pages that never fall. A line without a page right above an entry is the part that holds
    the entries below it. Returns no entries and an empty range where there is no such table.
    """
    rows: list[_Row] = []
    best: list[_Row] = []
    for index in range(len(lines)):
        if rows and index - rows[-1].line > GAP:
            best, rows = max(best, rows, key=len), []
        if row := _entry(lines, index, _ENTRY):
            if rows and row.page < rows[-1].page:
                best, rows = max(best, rows, key=len), []
            rows.append(row)
    best = max(best, rows, key=len)
    if len(best) < MIN_ENTRIES:
        return (), range(0)
    above = [row for row in _beside(lines, best[0], -1) if row.page <= best[0].page]
    below = [row for row in _beside(lines, best[-1], 1) if row.page >= best[-1].page]
    return _with_parts(lines, [*above[::-1], *_between(lines, best), *below])


def find_listings(lines: Sequence[Line]) -> frozenset[int]:
    """The lines of all listings of pages, such as of contents, figures or tables, or an index.

    They tell where something is said, and do not say it. A listing is a run of at least ten lines
    that end in page numbers behind dot leaders, with pages that hardly ever fall or titles in the
    order of the alphabet; a price list is in neither order.
    """
    rows = [
        (index, row)
        for index, line in enumerate(lines)
        if len(line.text) <= LONGEST_ENTRY and (row := _LISTED.fullmatch(line.text))
    ]
    found: set[int] = set()
    start = 0
    for end in range(1, len(rows) + 1):
        if end < len(rows) and rows[end][0] - rows[end - 1][0] <= GAP:
            continue
        run = rows[start:end]
        pages = [int(row["page"]) for _, row in run if row["page"].isdigit()]
        titles = [row["title"].casefold() for _, row in run]
        if len(run) >= MIN_LISTED and max(_ordered(pages), _ordered(titles)) >= IN_ORDER:
            found.update(range(run[0][0], run[-1][0] + 1))
        start = end
    return frozenset(found)


def _ordered(values: Sequence[_Value]) -> float:
    """The share, 0…1, of neighbours that do not fall."""
    pairs = [before <= after for before, after in pairwise(values)]
    return sum(pairs) / len(pairs) if pairs else 0.0


def _entry(lines: Sequence[Line], index: int, form: re.Pattern[str]) -> _Row | None:
    text = lines[index].text
    match = form.fullmatch(text) if len(text) <= LONGEST_ENTRY else None
    return _Row(index, match["title"].strip(), int(match["page"])) if match else None


def _beside(lines: Sequence[Line], row: _Row, step: int) -> Iterator[_Row]:
    """The entries without a leader right above or below an entry, blank lines between or not.

    The top level of a table of contents is often set without leaders.
    """
    index, last = row.line + step, row
    while 0 <= index < len(lines) and abs(index - last.line) <= GAP:
        found = _entry(lines, index, _LOOSE_ENTRY)
        if lines[index].text and (not found or (found.page - last.page) * step < 0):
            return
        if found:
            last = found
            yield found
        index += step


def _between(lines: Sequence[Line], rows: Sequence[_Row]) -> Iterator[_Row]:
    """The entries, and those without a leader between them."""
    yield rows[0]
    for row, following in pairwise(rows):
        for index in range(row.line + 1, following.line):
            loose = _entry(lines, index, _LOOSE_ENTRY)
            if loose and row.page <= loose.page <= following.page:
                yield loose
        yield following


def _with_parts(lines: Sequence[Line], rows: Sequence[_Row]) -> tuple[tuple[TocEntry, ...], range]:
    pages = {row.line: row for row in rows}
    first = rows[0].line
    while first > 0 and rows[0].line - first < GAP and _belongs(lines[first - 1].text):
        first -= 1
    region = range(first, rows[-1].line + 1)
    parts = [index for index in region if _is_part(lines, index, pages)]
    if all(index < rows[0].line for index in parts):
        parts = []  # the only line without a page above an entry is the title of the table
    top = 2 if parts else 1
    found: list[TocEntry] = []
    for index in region:
        if row := pages.get(index):
            number = SECTION_NUMBER.match(row.title)
            depth = number.group().strip(" .").count(".") if number else 0
            found.append(TocEntry(row.title, top + depth, row.page))
        elif index in parts:
            found.append(TocEntry(lines[index].text.strip(), 1))
    return tuple(found), region


def _belongs(text: str) -> bool:
    """Whether a line above the first entry is still the table: its title, its column names."""
    return len(text) < 60 and not _SENTENCE_END.search(text)


def _is_part(lines: Sequence[Line], index: int, pages: dict[int, _Row]) -> bool:
    below = index + 1
    while below < len(lines) and not lines[below].text:
        below += 1
    text = lines[index].text.strip()
    return bool(text) and "\t" not in text and below in pages and index not in pages

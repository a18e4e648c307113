"""Tables of contents: finding a printed one, and finding its entries in the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from difflib import SequenceMatcher

from assistant.outline.lines import SECTION_NUMBER, Line, squeeze
from assistant.types import Page, TocEntry

# Title, then a tab or dot leaders, then a page number. Spaces alone are no leader: too many tables
# of figures look like that.
ENTRY = re.compile(r"(?P<title>\S.*?)\s*(?:\t|\.{3,}|(?:\s\.){3,})\s*(?P<page>\d{1,4})")
MIN_ENTRIES = 5
SIMILAR = 0.9
# A title that stands at more places than this (``Exercises``) places nothing.
MAX_PLACES = 50


def find_contents(lines: Sequence[Line]) -> tuple[tuple[TocEntry, ...], range]:
    """Find the printed table of contents: its entries, and the lines that it fills.

    Entries are lines that end in a page number behind a tab or dot leaders, at least five of them
    with pages that never fall. A line without a page right above an entry is the part that holds
    the entries below it. Returns no entries and an empty range where there is no such table.
    """
    rows: list[tuple[int, str, int]] = []
    best: list[tuple[int, str, int]] = []
    for index, line in enumerate(lines):
        if rows and index - rows[-1][0] > 4:
            best, rows = max(best, rows, key=len), []
        match = ENTRY.fullmatch(line.text)
        if match:
            if rows and int(match["page"]) < rows[-1][2]:
                best, rows = max(best, rows, key=len), []
            rows.append((index, match["title"].strip(), int(match["page"])))
    best = max(best, rows, key=len)
    if len(best) < MIN_ENTRIES:
        return (), range(0)
    return _with_parts(lines, best)


def _with_parts(
    lines: Sequence[Line], rows: Sequence[tuple[int, str, int]]
) -> tuple[tuple[TocEntry, ...], range]:
    pages = {index: (title, page) for index, title, page in rows}
    first = rows[0][0]
    while first > 0 and rows[0][0] - first < 4 and _belongs(lines, first - 1):
        first -= 1
    found: list[TocEntry] = []
    has_parts = False
    for index in range(first, rows[-1][0] + 1):
        if index in pages:
            title, page = pages[index]
            number = SECTION_NUMBER.match(title)
            depth = number.group().strip(" .").count(".") if number else 0
            found.append(TocEntry(title, 2 + depth, page))
        elif _is_part(lines, index, pages):
            has_parts = True
            found.append(TocEntry(lines[index].text.strip(), 1))
    if not has_parts:
        found = [TocEntry(entry.title, entry.level - 1, entry.page) for entry in found]
    return tuple(found), range(first, rows[-1][0] + 1)


def _belongs(lines: Sequence[Line], index: int) -> bool:
    """Whether a line above the first entry is still the table: its title, its column names."""
    return not lines[index].text or len(lines[index].text) < 60


def _is_part(lines: Sequence[Line], index: int, pages: dict[int, tuple[str, int]]) -> bool:
    below = index + 1
    while below < len(lines) and not lines[below].text:
        below += 1
    text = lines[index].text.strip()
    return bool(text) and "\t" not in text and below in pages


def anchor(
    entries: Sequence[TocEntry], lines: Sequence[Line], after: int, pages: Sequence[Page]
) -> dict[int, tuple[TocEntry, ...]]:
    """Find the line at which each entry's text begins: line index → entries that begin there.

    Lines before index ``after`` are not looked at. A title matches a line of the same letters and
    digits, or nearly so; the matches keep the order of the entries, and among all ways to do so the
    one that places most entries wins (a weighted longest increasing subsequence). Where the page
    map is known and an entry has a page, only lines on that page or a neighbour match. A part whose
    words are nowhere in the text begins with the first entry below it.
    """
    by_text: dict[str, list[int]] = {}
    for index in range(after, len(lines)):
        if 0 < len(lines[index].text) <= 200 and "\t" not in lines[index].text:
            by_text.setdefault(squeeze(lines[index].text), []).append(index)
    starts = [page.start for page in pages]
    candidates: list[tuple[int, int, float]] = []
    for number, entry in enumerate(entries):
        for index, weight in _matches(entry.title, by_text):
            page = bisect_right(starts, lines[index].start)
            if not pages or entry.page is None or abs(page - entry.page) <= 1:
                candidates.append((number, index, weight))
    placed = dict(_longest_chain(candidates))
    return {
        index: (*_unplaced_above(entries, number, placed), entries[number])
        for number, index in placed.items()
    }


def _unplaced_above(
    entries: Sequence[TocEntry], number: int, placed: dict[int, int]
) -> list[TocEntry]:
    """The entries right above ``number`` that hold it and have no line of their own."""
    above: list[TocEntry] = []
    level = entries[number].level
    for i in range(number - 1, -1, -1):
        if i in placed or entries[i].level >= level:
            break
        above.insert(0, entries[i])
        level = entries[i].level
    return above


def _matches(title: str, by_text: dict[str, list[int]]) -> list[tuple[int, float]]:
    wanted = squeeze(title)
    if not wanted:
        return []
    exact = [(index, 1.0) for index in by_text.get(wanted, ())]
    if exact or len(wanted) < 8:
        return exact if len(exact) <= MAX_PLACES else []
    found = []
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    for text, indexes in by_text.items():
        if abs(len(text) - len(wanted)) > 0.2 * len(wanted):
            continue
        matcher.set_seq1(text)
        if matcher.quick_ratio() >= SIMILAR and (ratio := matcher.ratio()) >= SIMILAR:
            found += [(index, ratio - 0.5) for index in indexes]
    return found


def _longest_chain(candidates: Sequence[tuple[int, int, float]]) -> list[tuple[int, int]]:
    """The heaviest sequence in which entry and line both rise; the earliest lines among equals."""
    ordered = sorted(candidates, key=lambda c: (c[1], c[0]))
    total: list[float] = []
    previous: list[int] = []
    for i, (number, index, weight) in enumerate(ordered):
        total.append(weight)
        previous.append(-1)
        for j in range(i):
            if ordered[j][0] < number and ordered[j][1] < index and total[j] + weight > total[i]:
                total[i], previous[i] = total[j] + weight, j
    if not total:
        return []
    at = max(range(len(total)), key=total.__getitem__)
    chain = []
    while at >= 0:
        chain.append(ordered[at][:2])
        at = previous[at]
    return chain[::-1]

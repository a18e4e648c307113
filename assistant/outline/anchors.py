"""Placing the entries of a table of contents: each at the line of the text where it begins."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from difflib import SequenceMatcher

from assistant.outline.lines import Line, squeeze
from assistant.types import Page, TocEntry

SIMILAR = 0.9
LONGEST_TITLE = 200
# A title that stands at more places than this (``Exercises``) places nothing.
MAX_PLACES = 50
# Similar titles are looked for among the first lines that begin or end with the same characters.
SHORTEST_SIMILAR, SAME, MAX_SIMILAR = 8, 4, 20


def anchor(
    entries: Sequence[TocEntry],
    lines: Sequence[Line],
    skipped: Container[int],
    pages: Sequence[Page],
) -> dict[int, tuple[TocEntry, ...]]:
    """Find the line at which each entry's text begins: line index → entries that begin there.

    Lines in ``skipped`` are not looked at. A title matches a line of the same letters and digits,
    or nearly so; the matches keep the order of the entries, and among all ways to do so the one
    that places most entries wins (a heaviest increasing subsequence). Where the page map is known
    and an entry has a page, only lines on that page or a neighbour match. A part whose words are
    nowhere in the text begins with the first entry below it.
    """
    if not entries:
        return {}
    places = _Places(lines, skipped)
    starts = [page.start for page in pages]
    candidates: list[tuple[int, int, float]] = []
    for number, entry in enumerate(entries):
        for index, weight in places.of(entry.title):
            page = bisect_right(starts, lines[index].start)
            away = abs(page - entry.page) if pages and entry.page is not None else 0
            if away <= 1:
                candidates.append((index, number, weight - 0.1 * away))
    placed = {number: index for index, number in _heaviest_chain(candidates, len(entries))}
    return {
        index: (*_unplaced_above(entries, number, placed), entries[number])
        for number, index in placed.items()
    }


class _Places:
    """Where in the text a title stands."""

    def __init__(self, lines: Sequence[Line], skipped: Container[int]) -> None:
        self._indexes: dict[str, list[int]] = defaultdict(list)
        self._similar: dict[tuple[str, str], list[str]] = defaultdict(list)
        for index, line in enumerate(lines):
            if index in skipped or len(line.text) > LONGEST_TITLE or "\t" in line.text:
                continue
            if text := squeeze(line.text):
                self._indexes[text].append(index)
        for text in self._indexes:
            for ends in {("head", text[:SAME]), ("tail", text[-SAME:])}:
                self._similar[ends].append(text)

    def of(self, title: str) -> Iterator[tuple[int, float]]:
        """The lines that a title may stand at, with weights from 0.4 (similar) to 1 (equal)."""
        wanted = squeeze(title)
        exact = self._indexes.get(wanted, [])
        if exact or len(wanted) < SHORTEST_SIMILAR:
            if len(exact) <= MAX_PLACES:
                yield from ((index, 1.0) for index in exact)
            return
        heads = self._similar.get(("head", wanted[:SAME]), [])
        tails = self._similar.get(("tail", wanted[-SAME:]), [])
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(wanted)
        for text in dict.fromkeys((*heads[:MAX_SIMILAR], *tails[:MAX_SIMILAR])):
            matcher.set_seq1(text)
            if matcher.quick_ratio() >= SIMILAR and (ratio := matcher.ratio()) >= SIMILAR:
                yield from ((index, ratio - 0.5) for index in self._indexes[text][:MAX_PLACES])


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


def _heaviest_chain(
    candidates: Sequence[tuple[int, int, float]], numbers: int
) -> list[tuple[int, int]]:
    """The heaviest choice of (index, number, weight) in which both index and number rise.

    >>> _heaviest_chain([(3, 0, 1.0), (5, 1, 1.0), (9, 0, 1.0), (9, 2, 0.5)], 3)
    [(3, 0), (5, 1), (9, 2)]
    """
    # tree[i] is the heaviest chain among some of those that end below number i (Fenwick, 1994).
    tree: list[tuple[float, int]] = [(0.0, -1)] * (numbers + 1)
    ordered = sorted(candidates, key=lambda c: (c[0], -c[1]))
    previous = []
    for at, (_, number, weight) in enumerate(ordered):
        best, i = (0.0, -1), number
        while i > 0:
            best = max(best, tree[i], key=lambda chain: chain[0])
            i -= i & -i
        previous.append(best[1])
        total, i = best[0] + weight, number + 1
        while i <= numbers:
            tree[i] = max(tree[i], (total, at), key=lambda chain: chain[0])
            i += i & -i
    at = max(tree, key=lambda chain: chain[0])[1]
    chain = []
    while at >= 0:
        chain.append(ordered[at][:2])
        at = previous[at]
    return chain[::-1]

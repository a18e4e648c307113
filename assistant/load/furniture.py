"""Running headers, footers and page numbers: found by their place and repetition, and dropped."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from assistant.load.lines import Line
from assistant.load.paragraphs import body_size

# How many lines at either end of a page may be furniture.
_EDGE = 3
# A running line stands on so many of the pages: left and right pages may differ.
_SHARE = 0.3
# Where the numbers or the titles of chapters stand, most pages have one; the titles are those of
# the pages before or behind, or of those opposite.
_MOST = 0.6
_NEAR = (-2, -1, 1, 2)
# Points that a running line may move up or down from page to page.
_DRIFT = 6.0
_LONGEST = 120

_DIGITS = re.compile(r"\d+")
_END_NUMBERS = re.compile(
    r"^\W*(\d{1,5}|[ivxlc]{1,8})\b|\b(\d{1,5}|[ivxlc]{1,8})\W*$", re.IGNORECASE
)

Pages = Sequence[Sequence[Line]]


def without_furniture(pages: Pages, labels: Sequence[str]) -> list[list[Line]]:
    """Return the pages without running headers and footers and without page numbers.

    ``labels`` are the printed page numbers. A line at the top or bottom edge is dropped where it
    recurs, digits aside, at the same height of several pages; or where most pages have a line
    there that begins or ends with a number that counts up with the pages, or one that a near page
    has as well.
    """
    edges = [_edges(lines) for lines in pages]
    running = _running(edges)
    dropped = _numbered(edges, labels) | _titles(edges, body_size(pages))
    return [
        [
            line
            for place, line in enumerate(lines)
            if not (place in edge and (_recurs(line, running) or (number, place) in dropped))
        ]
        for number, (lines, edge) in enumerate(zip(pages, edges, strict=True))
    ]


def _edges(lines: Sequence[Line]) -> dict[int, Line]:
    """The outermost lines of a page by their index, and those turned, which stand in the margin."""
    if not lines:
        return {}
    main = Counter(line.turn for line in lines).most_common(1)[0][0]
    upright = [place for place, line in enumerate(lines) if line.turn == main]
    if all(line.size for line in lines):
        upright.sort(key=lambda place: -lines[place].y)
    outer = {*upright[:_EDGE], *upright[-_EDGE:]}
    return {place: line for place, line in enumerate(lines) if place in outer or line.turn != main}


def _signature(text: str) -> str:
    return _DIGITS.sub("#", text).casefold()


def _running(edges: Sequence[dict[int, Line]]) -> dict[str, float]:
    """Lines that recur, by signature, with the height at which they do."""
    heights: dict[str, list[float]] = defaultdict(list)
    for edge in edges:
        for signature, y in {_signature(line.text): line.y for line in edge.values()}.items():
            heights[signature].append(y)
    pages = sum(map(bool, edges))
    found = {}
    for signature, ys in heights.items():
        middle = median(ys)
        count = sum(abs(y - middle) <= _DRIFT for y in ys)
        words = sum(map(str.isalpha, signature)) >= 3
        # Two pages are a document whose header shows only if both have it.
        if words and count >= max(2 if pages == 2 else 3, _SHARE * pages):
            found[signature] = middle
    return found


def _recurs(line: Line, running: dict[str, float]) -> bool:
    height = running.get(_signature(line.text))
    return height is not None and abs(line.y - height) <= _DRIFT


def _numbered(edges: Sequence[dict[int, Line]], labels: Sequence[str]) -> set[tuple[int, int]]:
    """Page and index of the lines that begin or end with the number of their page."""
    by_offset: dict[int | str, set[tuple[int, int]]] = defaultdict(set)
    for page, edge in enumerate(edges):
        for place, line in edge.items():
            if len(line.text) > _LONGEST:
                continue
            for match in _END_NUMBERS.finditer(line.text):
                token = match[1] or match[2]
                if token.casefold() == labels[page].casefold():
                    by_offset["label"].add((page, place))
                if token.isdecimal():
                    by_offset[int(token) - page].add((page, place))
    pages = sum(map(bool, edges))
    found: set[tuple[int, int]] = set()
    for places in by_offset.values():
        # Numbers may stand at the top of most pages and at the foot of those that open a chapter.
        heights = Counter(round(edges[page][place].y / _DRIFT) for page, place in places)
        level = {(p, i) for p, i in places if heights[round(edges[p][i].y / _DRIFT)] > 1}
        if len({page for page, _ in level}) >= max(3, _MOST * pages):
            found |= level
    return found


def _titles(edges: Sequence[dict[int, Line]], body: float) -> set[tuple[int, int]]:
    """Page and index of the lines that name the chapter or section which a page is in.

    They are no larger than the ``body`` of the text, as the titles of slides are.
    """
    heights: dict[int, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for page, edge in enumerate(edges):
        for place, line in edge.items():
            if any(map(str.isalpha, line.text)) and 0 < line.size <= body:
                heights[round(line.y / _DRIFT)][page][_signature(line.text)] = place
    pages = sum(map(bool, edges))
    found: set[tuple[int, int]] = set()
    for by_page in heights.values():
        same = {
            (page, place)
            for page, lines in by_page.items()
            for text, place in lines.items()
            if any(text in by_page.get(page + away, ()) for away in _NEAR)
        }
        if len({page for page, _ in same}) >= max(3, _MOST * pages):
            found |= same
    return found

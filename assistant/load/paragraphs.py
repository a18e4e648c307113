"""Lines of PDF pages to text: blank lines between paragraphs, ``- `` before list items."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.load.lines import Line

_BULLETS = "•◦▪▫●○■□‣\u2043∙⦁➢➤➔✓✔❖◆◇►▶\uf0b7\uf0a7\uf0d8\uf076\uf0fc\uf0a8"
_BULLET = re.compile(f"([{_BULLETS}]|[·\u2212o–—](?=\\s))\\s*(?=\\S)")
_ALONE = re.compile(f"[{_BULLETS}]")
_DASHES = "·\u2212o–—"
_ENDS_SENTENCE = re.compile("[.!?:;…。\uff01\uff1f\uff1a\uff1b\u061f][\"'”’»)\\]]*$")
_BROKEN_WORD = re.compile(r"[^\W\d_][-\u2010]$")

# In multiples of the distance between the lines of a paragraph, or of the size of letters.
_GAP = 1.2
_WIDE_GAP = 1.7
_LARGER = 1.1
_SMALLER = 0.8
_RAISED = 0.35
_INDENT = (0.6, 4.0)
_SAME_PLACE = 0.5


def to_texts(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Return the text of each page, lines in their order, paragraphs set apart by a blank line.

    A paragraph begins after a gap larger than that between lines, at an indented line, at a
    change to or from letters larger than the body's, and where a column begins anew.
    """
    marked = [_mark_items(_join_lone_bullets(lines)) for lines in pages]
    body = body_size(pages)
    leading = _leading([line for lines in pages for line in lines])
    texts = []
    for lines in marked:
        text = ""
        margins: list[float] = []
        for place, line in enumerate(lines):
            previous = lines[place - 1] if place else None
            following = lines[place + 1] if place + 1 < len(lines) else None
            broken = previous is not None and _breaks(previous, line, following, body, leading)
            if line.bullet:
                margins = [x for x in margins if x < line.x - line.size * _SAME_PLACE]
                margins.append(line.x)
            elif broken:
                margins = []
            text += ("\n\n" if broken else "\n") if previous else ""
            text += "  " * (len(margins) - 1) + "- " + line.text if line.bullet else line.text
        texts.append(text)
    return texts


def body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the size of letters, in points, in which most of the text is set; 0 if unknown."""
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def continues(text: str, following: str) -> bool:
    """Whether the paragraph at the end of one page goes on at the start of the ``following``."""
    return bool(text) and following[:1].islower() and not _ENDS_SENTENCE.search(text)


def _leading(lines: Sequence[Line]) -> dict[float, float]:
    """The usual distance between two lines of a paragraph, for each size of letters."""
    gaps: dict[float, Counter[float]] = {}
    for upper, lower in pairwise(lines):
        gap = upper.y - lower.y
        if upper.size == lower.size and 0.8 * upper.size < gap < 2.2 * upper.size:
            gaps.setdefault(upper.size, Counter())[round(gap * 2) / 2] += 1
    usual = {}
    for size, counted in gaps.items():
        most = max(counted.values())
        # Where lists or headings make a larger gap nearly as common, the smaller one is meant.
        usual[size] = min(gap for gap, count in counted.items() if count >= 0.5 * most)
    return usual


def _breaks(
    previous: Line, line: Line, following: Line | None, body: float, leading: dict[float, float]
) -> bool:
    if not previous.size or not line.size:
        return False
    if previous.turn != line.turn:
        return True
    if _BROKEN_WORD.search(previous.text) and line.text[:1].islower():
        return False
    larger = max(previous.size, line.size)
    if larger >= _LARGER * body and abs(previous.size - line.size) > 0.08 * larger:
        return _is_heading(previous, body) or _is_heading(line, body)
    # A line that begins with a raised number is reported at the height and size of that number.
    raised = _RAISED * line.size if previous.size < _SMALLER * line.size else 0.0
    gap = previous.y - line.y - raised
    usual = leading.get(larger, 1.25 * larger)
    if gap > _GAP * usual:
        # Tall formulas push lines apart; what goes on in the middle of a sentence still goes on.
        return gap > _WIDE_GAP * usual or not continues(previous.text, line.text)
    if gap < -usual:
        return bool(_ENDS_SENTENCE.search(previous.text)) or not line.text[:1].islower()
    return not line.bullet and _is_indented(previous, line, following)


def _is_heading(line: Line, body: float) -> bool:
    return line.size >= _LARGER * body and sum(map(str.isalpha, line.text)) >= 3


def _is_indented(previous: Line, line: Line, following: Line | None) -> bool:
    """Whether a line stands in from both the one above and the one below it."""
    if following is None or previous.bullet or following.bullet:
        return False
    low, high = _INDENT
    same = abs(previous.x - following.x) <= _SAME_PLACE * line.size
    return same and low * line.size <= line.x - previous.x <= high * line.size


def _join_lone_bullets(lines: Sequence[Line]) -> list[Line]:
    """Put a bullet that came out as a line of its own before the line that follows it."""
    joined: list[Line] = []
    waiting: Line | None = None
    for line in lines:
        if waiting is not None and abs(waiting.y - line.y) <= max(line.size, 1.0):
            line = replace(line, x=waiting.x, bullet=True)
        elif waiting is not None:
            joined.append(waiting)
        waiting = line if _ALONE.fullmatch(line.text) else None
        if waiting is None:
            joined.append(line)
    return joined if waiting is None else [*joined, waiting]


def _mark_items(lines: Sequence[Line]) -> list[Line]:
    """Turn the bullet that a line begins with into its flag.

    A dash at the start of a line may also be one within a sentence: it is a bullet only where
    another line that stands just as far in begins with the same one.
    """
    starts = Counter((line.text[0], round(line.x)) for line in lines if line.text[0] in _DASHES)
    marked = []
    for line in lines:
        match = None if line.bullet else _BULLET.match(line.text)
        if match and (match[1] not in _DASHES or starts[match[1], round(line.x)] > 1):
            line = replace(line, text=line.text[match.end() :], bullet=True)
        marked.append(line)
    return marked

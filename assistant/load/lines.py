"""The lines of a PDF page with their place, as far as the PDF library tells it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assistant.load.clean import clean
from assistant.load.rtl import is_rtl, reading_order, separate_words

if TYPE_CHECKING:
    from pypdf import PageObject

# Fonts of ornaments: what they draw at the start of a line is a bullet, whatever it decodes to.
_ORNAMENTS = re.compile("dingbat|wingding|webding|marvosym", re.IGNORECASE)
# TeX's symbol fonts have the minus sign at code 0, and older files do not say what it stands for.
_TEX_SYMBOLS = re.compile(r"CMSY|LMMathSymbols|LMSY")
_BLANKS = re.compile(r"\s+")
_LEADERS = re.compile(r"(?:\s*\.){4,}\s*")


# What the library hands over at once: text, its place as a matrix, the font, and the size in it.
_Piece = tuple[str, list[float], str, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text.

    ``x`` (left end) and ``y`` (baseline, growing upwards) are in points, turned so that the line
    runs to the right; ``turn`` says by how many degrees it was turned. ``size`` is the height of
    its letters in points, 0 where the place is unknown. ``bullet``: an ornament stood before it.
    """

    text: str
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    turn: int = 0
    bullet: bool = False


@dataclass(slots=True)
class _Open:
    """A line in the making."""

    pieces: list[_Piece] = field(default_factory=list)

    def close(self) -> Line | None:
        seen = [piece for piece in self.pieces if piece[0].strip()]
        if not seen:
            return None
        texts = [
            text.replace("\0", "\u2212") if _TEX_SYMBOLS.search(font) else text
            for text, _, font, _ in self.pieces
        ]
        bullet = _ornament(seen)
        if bullet is not None:
            texts[next(i for i, piece in enumerate(self.pieces) if piece is bullet)] = ""
        sizes: Counter[float] = Counter()
        for text, matrix, _, size in seen:
            sizes[_height(matrix, size)] += len(text)
        size = sizes.most_common(1)[0][0]
        turn, x, _ = _place(seen[0][1])
        # A line may begin with a raised footnote number: its height is that of its main letters.
        y = next(_place(m)[2] for _, m, _, s in seen if _height(m, s) == size)
        text = _words("".join(texts))
        return Line(text, x, y, size, turn, bullet is not None) if text else None


def page_lines(page: PageObject) -> list[Line]:
    """Return the lines of a page in the order of its content, which is how it was typeset.

    Columns written one after the other so stay apart. Raises what the PDF library raises.
    """
    pieces: list[_Piece] = []

    def collect(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        if text:
            name = str((font or {}).get("/BaseFont", ""))
            pieces.append((text, _product(tm, cm), name, size))

    plain = page.extract_text(visitor_text=collect)
    if "".join(piece[0] for piece in pieces) != plain:
        # The pieces are not the text: then it is the text that counts, without places.
        return [Line(words) for line in plain.split("\n") if (words := _words(line))]
    lines, current = [], _Open()
    for text, matrix, font, size in pieces:
        parts = text.split("\n")
        for number, part in enumerate(parts):
            if part:
                current.pieces.append((part, matrix, font, size))
            if number < len(parts) - 1:
                lines.append(current.close())
                current = _Open()
    lines.append(current.close())
    return [line for line in lines if line is not None]


def _words(text: str) -> str:
    """Clean the text of one line: single blanks, short dot leaders, right-to-left put in order."""
    text = _BLANKS.sub(" ", separate_words(text)).strip()
    text = _LEADERS.sub(" ... ", clean(text)).strip()
    return reading_order(text) if is_rtl(text) else text


def _ornament(
    seen: Sequence[_Piece],
) -> _Piece | None:
    """The piece that is a bullet from a font of ornaments: first, or last from right to left."""
    if len(seen) > 1:
        for piece in (seen[0], seen[-1]):
            if len(piece[0].strip()) == 1 and _ORNAMENTS.search(piece[2]):
                return piece
    return None


def _height(matrix: list[float], size: float) -> float:
    """The height of letters on the page, in points to one decimal."""
    return round(size * math.hypot(matrix[2], matrix[3]), 1)


def _place(matrix: list[float]) -> tuple[int, float, float]:
    """How far a line is turned, and its start in axes turned back by as much."""
    turn = round(math.degrees(math.atan2(matrix[1], matrix[0])) / 90) % 4 * 90
    x, y = matrix[4], matrix[5]
    return (turn, *{0: (x, y), 90: (y, -x), 180: (-x, -y), 270: (-y, x)}[turn])


def _product(m: Sequence[float], n: Sequence[float]) -> list[float]:
    """The product of two PDF matrices: first ``m``, then ``n`` (ISO 32000-2, 8.3.3)."""
    return [
        m[0] * n[0] + m[1] * n[2],
        m[0] * n[1] + m[1] * n[3],
        m[2] * n[0] + m[3] * n[2],
        m[2] * n[1] + m[3] * n[3],
        m[4] * n[0] + m[5] * n[2] + n[4],
        m[4] * n[1] + m[5] * n[3] + n[5],
    ]

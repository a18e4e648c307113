"""Draws a page of a PDF, in a process of its own: ``python -m assistant.load.picture SECONDS MB``.

It speaks the protocol of ``worker.py``. A request is ``{"path", "sha256", "password", "page",
"quote", "before"}``; the reply is ``{"picture": {"image", "width", "height", "marks"}}``, or an
error.
"""

from __future__ import annotations

import base64
import hashlib
import io
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2

from assistant.load import reasons, worker
from assistant.load.places import fold, places

MOST_PIXELS = 2_000_000
LARGEST_SCALE = 2.5  # pixels to a point: 180 dots per inch
LONGEST_SIDE = 4000
QUALITY = 80  # of WebP, where letters have no halos yet
# A page with more has no text that people read, and looking at each takes a while.
MOST_CHARACTERS = 100_000
MOST_MARKS = 300
GAP = 0.02  # between two words, as a share of the page's width

Box = tuple[float, float, float, float]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Draw the page of one request and return the reply; raises nothing."""
    return worker.replied(lambda: {"picture": draw(**request)}, "PDF")


def draw(
    path: str, sha256: str, password: str | None, page: int, quote: str, before: str
) -> dict[str, Any]:
    """Page ``page`` (from 1) of exactly the file with this hash, with the boxes of ``quote``.

    ``before`` is the text of the page in front of the quote: it tells which of several equal places
    is meant. The boxes are (left, top, width, height) as shares of the picture. Raises
    :class:`LoadError`.
    """
    content = Path(path).read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise reasons.changed()
    with _opened(content, password) as document:
        if not 1 <= page <= len(document):
            raise reasons.damaged("PDF", f"it has no page {page}")
        document.init_forms()  # What was filled in is drawn, too; scripts are never run.
        drawn = document[page - 1]
        width, height = drawn.get_size()
        bitmap = drawn.render(scale=scale(width, height))
        picture = bitmap.to_pil().convert("RGB")
        file = io.BytesIO()
        picture.save(file, "WEBP", quality=QUALITY, method=2)
        marks = _marks(drawn, bitmap, quote, before) if quote.strip() else []
        return {
            "image": base64.b64encode(file.getvalue()).decode("ascii"),
            "width": picture.width,
            "height": picture.height,
            "marks": marks,
        }


def scale(width: float, height: float) -> float:
    """Pixels to a point for a page of this size, so that no picture is too large.

    >>> scale(400, 500), scale(100_000, 10)
    (2.5, 0.04)
    """
    if min(width, height) <= 0:
        raise reasons.damaged("PDF", "the page has no size")
    most = math.sqrt(MOST_PIXELS / (width * height))
    return min(most, LARGEST_SCALE, LONGEST_SIDE / max(width, height))


def _opened(content: bytes, password: str | None) -> pypdfium2.PdfDocument:
    """As for reading, an encrypted file is tried without the password first."""
    for tried in dict.fromkeys([None, password]):
        try:
            return pypdfium2.PdfDocument(content, password=tried)
        except pypdfium2.PdfiumError as error:
            if error.err_code != pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise
    raise reasons.encrypted_pdf("FILE", tried=password is not None)


def _marks(
    page: pypdfium2.PdfPage, bitmap: pypdfium2.PdfBitmap, quote: str, before: str
) -> list[Box]:
    """Where the words of the quote stand: a box for each line."""
    text = page.get_textpage()
    count = text.count_chars()
    if count > MOST_CHARACTERS:
        return []
    letters: list[str] = []
    owners: list[int] = []  # which character of the page each letter belongs to
    for index in range(count):
        folded = fold(chr(pypdfium2.raw.FPDFText_GetUnicode(text, index) % 0x110000))
        letters.extend(folded)
        owners.extend([index] * len(folded))
    found = places("".join(letters), quote, before)
    boxes: list[Box] = []
    text.count_rects()  # Without this call first, no rectangle is given.
    to_bitmap = bitmap.get_posconv(page).to_bitmap
    for start, end in found:
        first, last = owners[start], owners[end - 1]
        for number in range(text.count_rects(first, last - first + 1)):
            left, bottom, right, top = text.get_rect(number)
            corners = to_bitmap(left, top), to_bitmap(right, bottom)
            boxes.append(_share(corners, bitmap.width, bitmap.height))
    return joined(boxes)[:MOST_MARKS]


def joined(boxes: Sequence[Box]) -> list[Box]:
    """The boxes, with those that stand beside each other in a line made one.

    >>> joined([(0.1, 0.1, 0.2, 0.02), (0.31, 0.105, 0.1, 0.01), (0.1, 0.13, 0.2, 0.02)])
    [(0.1, 0.1, 0.31, 0.02), (0.1, 0.13, 0.2, 0.02)]
    """
    lines: list[Box] = []
    for left, top, width, height in boxes:
        if lines:
            x, y, w, h = lines[-1]
            shared = min(y + h, top + height) - max(y, top)
            apart = max(left - (x + w), x - (left + width))
            if shared >= min(h, height) / 2 and apart < GAP:
                start, end = min(x, left), max(x + w, left + width)
                upper, lower = min(y, top), max(y + h, top + height)
                size = (round(end - start, 4), round(lower - upper, 4))
                lines[-1] = (start, upper, *size)
                continue
        lines.append((left, top, width, height))
    return lines


def _share(corners: Sequence[tuple[float, float]], width: int, height: int) -> Box:
    (left, right), (top, bottom) = (sorted(each) for each in zip(*corners, strict=True))
    left, right = (min(max(x / width, 0.0), 1.0) for x in (left, right))
    top, bottom = (min(max(y / height, 0.0), 1.0) for y in (top, bottom))
    return round(left, 4), round(top, 4), round(right - left, 4), round(bottom - top, 4)


if __name__ == "__main__":
    worker.main(sys.argv[1:], answer)

"""What the bytes of a file say that it is, whatever its ending says."""

from __future__ import annotations

import codecs
from pathlib import Path

# UTF-32 comes first: its little-endian mark starts with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Word and PowerPoint wrap an encrypted document in their old container.
OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
HEADER_BYTES = 1024  # of a PDF file, which may begin with something else

_LOOKED_AT = 1 << 16  # bytes


def is_pdf(start: bytes) -> bool:
    """Whether a file that starts so is a PDF file."""
    return b"%PDF-" in start[:HEADER_BYTES]


def is_archive(start: bytes) -> bool:
    """Whether a file that starts so is a zip archive, as office files are."""
    return start.startswith(b"PK")


def is_binary(data: bytes) -> bool:
    """Whether there are bytes in the data that no text has, without a mark that allows them."""
    return b"\0" in data and not data.startswith(tuple(mark for mark, _ in MARKS))


def fit(path: Path, suffix: str) -> bool:
    """Whether the start of a file is one of a file with this ending; nothing at all fits each.

    Raises :class:`OSError`.
    """
    with path.open("rb") as file:
        start = file.read(_LOOKED_AT)
    if suffix == ".pdf":
        return not start or is_pdf(start)
    if suffix in (".docx", ".pptx"):
        return not start or is_archive(start) or start.startswith(OLD_OFFICE)
    return not is_binary(start)

"""What a row of the library, several of them, and all documents are recognised by; pure."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from typing import cast

from assistant.database import Cell, Row


def checksum(row: Row, seed: int = 0) -> int:
    """CRC-32 of a row's values: the plain ones in order, then the blobs, which stand last.

    ``seed`` is the checksum of what the row is bound to.
    """
    plain = len(row)
    while plain and isinstance(row[plain - 1], bytes):
        plain -= 1
    total = zlib.crc32("\x1f".join(map(str, row[:plain])).encode(), seed)
    for blob in row[plain:]:
        total = zlib.crc32(cast(bytes, blob), total)
    return total


def combined(checksums: Sequence[Cell]) -> int:
    """One checksum of several, in their order."""
    return checksum(tuple(checksums))


def digest(rows: Sequence[Row]) -> str:
    """The sha256 of rows of one checksum each, in their order, as 32 hexadecimal digits."""
    return hashlib.sha256(",".join(str(row[0]) for row in rows).encode()).hexdigest()[:32]

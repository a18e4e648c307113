"""How the vectors of a passage lie in its row, and those of all passages in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.errors import LibraryError
from assistant.protocols import Pieces

# The numbers of a word piece's vector, -1…1, are kept as so many parts of 1: to rank passages by
# them, a byte for each is as good as four.
PARTS = 127

# The vector of a passage, those of its units, those of its word pieces, and where these stand.
Cells = tuple[bytes, bytes, bytes, bytes]


@dataclass(frozen=True, slots=True)
class Stacked:
    """The vectors of n passages: ``matrix`` float32 (n, d), (0, 0) where n = 0.

    Those of the units of passage i are the rows ``offsets[i]:offsets[i + 1]`` of ``unit_vectors``,
    float16 (m, d). Those of its word pieces are the rows ``piece_offsets[i]:piece_offsets[i + 1]``
    of ``pieces``, int8 (p, c), and of ``spans``, int32 (p, 2). Both offsets are int64 (n + 1,).
    """

    matrix: NDArray[np.float32]
    unit_vectors: NDArray[np.float16]
    offsets: NDArray[np.int64]
    pieces: NDArray[np.int8]
    spans: NDArray[np.int32]
    piece_offsets: NDArray[np.int64]

    def cells(self, position: int) -> Cells:
        """Those of one passage, as :func:`pack` makes them."""
        units = slice(*self.offsets[position : position + 2])
        pieces = slice(*self.piece_offsets[position : position + 2])
        return (
            self.matrix[position].tobytes(),
            self.unit_vectors[units].tobytes(),
            self.pieces[pieces].tobytes(),
            self.spans[pieces].tobytes(),
        )

    @property
    def arrays(self) -> tuple[NDArray[Any], ...]:
        """All of them, in order."""
        return tuple(getattr(self, field.name) for field in fields(Stacked))

    def word_pieces(self, position: int) -> Pieces:
        """The word pieces of one passage, in what is embedded of it."""
        own = slice(*self.piece_offsets[position : position + 2])
        vectors = self.pieces[own] * np.float32(1 / PARTS)
        return Pieces(self.matrix[position], vectors, self.spans[own])


def pack(pieces: Pieces, units: NDArray[np.float32] | NDArray[np.float16]) -> Cells:
    """Little-endian bytes: float32 (d,), float16 (m, d), int8 (p, c) and int32 (p, 2)."""
    return (
        pieces.whole.astype("<f4").tobytes(),
        units.astype("<f2").tobytes(),
        np.rint(pieces.vectors * PARTS).astype(np.int8).tobytes(),
        pieces.spans.astype("<i4").tobytes(),
    )


def unpack(cells: Cells) -> tuple[Pieces, NDArray[np.float16]]:
    """The word pieces, and the vectors of the units, that :func:`pack` was given."""
    alone = stack([cells])
    return alone.word_pieces(0), alone.unit_vectors


def stack(rows: Sequence[Cells]) -> Stacked:
    """The vectors of all rows. Raises :class:`LibraryError` where they differ in length."""
    vectors, units, pieces, spans = zip(*rows, strict=True) if rows else ((), (), (), ())
    counts = [len(own) // 8 for own in spans]
    read = sum(counts)
    depth = sum(map(len, pieces)) // max(read, 1)
    width = len(vectors[0]) if rows else 0
    fit = all(len(one) == count * depth for one, count in zip(pieces, counts, strict=True))
    if not fit or any(len(vector) != width for vector in vectors):
        raise LibraryError(
            "The library holds vectors of more than one encoder.", "Run: assistant index"
        )
    dim = width // 4
    return Stacked(
        np.frombuffer(b"".join(vectors), "<f4").reshape(-1, dim or 1)[:, :dim],
        np.frombuffer(b"".join(units), "<f2").reshape(-1, dim or 1)[:, :dim],
        _offsets([len(own) // max(2 * dim, 1) for own in units]),
        np.frombuffer(b"".join(pieces), np.int8).reshape(read, depth),
        np.frombuffer(b"".join(spans), "<i4").reshape(-1, 2),
        _offsets(counts),
    )


def _offsets(counts: Sequence[int]) -> NDArray[np.int64]:
    return np.cumsum([0, *counts], dtype=np.int64)

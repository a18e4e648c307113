from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import LibraryError
from assistant.packed import PARTS, pack, stack, unpack
from assistant.protocols import Pieces


def made(
    pieces: int, units: int, seed: int = 0, dim: int = 6, depth: int = 4
) -> tuple[Pieces, np.ndarray]:
    chance = np.random.default_rng(seed)
    vectors = chance.uniform(-1, 1, (pieces, depth)).astype(np.float32)
    spans = np.sort(chance.integers(0, 10**6, (pieces, 2)), axis=1).astype(np.int32)
    whole = chance.uniform(-1, 1, dim).astype(np.float32)
    return Pieces(whole, vectors, spans), chance.uniform(-1, 1, (units, dim)).astype(np.float32)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=6))
def test_what_is_packed_can_be_unpacked(sizes: list[tuple[int, int]]) -> None:
    given_ = [made(pieces, units, seed) for seed, (pieces, units) in enumerate(sizes)]
    cells = [pack(*one) for one in given_]
    stacked = stack(cells)
    assert len(stacked.matrix) == len(sizes)
    for position, (pieces, units) in enumerate(given_):
        found = stacked.word_pieces(position)
        assert (found.whole == pieces.whole).all()
        assert (found.spans == pieces.spans).all()
        assert found.vectors.dtype == np.float32
        with pytest.raises(ValueError, match="not stored with a passage"):
            _ = found.kind
        if len(pieces.vectors):
            np.testing.assert_allclose(found.vectors, pieces.vectors, atol=0.51 / PARTS)
        assert stacked.cells(position) == cells[position]
        alone, own = unpack(cells[position])
        assert (own == units.astype(np.float16)).all()
        assert pack(alone, own) == cells[position]  # packed again, nothing changes


def test_nothing_stacks_to_nothing() -> None:
    stacked = stack([])
    assert (stacked.matrix.shape, stacked.pieces.shape, stacked.spans.shape) == (
        (0, 0),
        (0, 0),
        (0, 2),
    )
    assert stacked.offsets.tolist() == stacked.piece_offsets.tolist() == [0]


@pytest.mark.parametrize("other", [made(2, 1, dim=8), made(2, 1, depth=3)])
def test_vectors_of_two_encoders_do_not_stack(other: tuple[Pieces, np.ndarray]) -> None:
    with pytest.raises(LibraryError, match="more than one encoder"):
        stack([pack(*made(2, 1)), pack(*other)])

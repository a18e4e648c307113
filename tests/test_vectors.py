from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from assistant import vectors
from assistant.derived import Origin

Vectors = NDArray[np.float32]
ORIGIN = Origin("a" * 32, 3, 4)


def brute_force(
    matrix: Vectors, query: Vectors, k: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    scores = matrix @ query
    order = np.lexsort((np.arange(len(matrix)), -scores))[: max(k, 0)]
    return order, scores[order]


# Sums of small whole numbers are exact in float32, whatever the order of the additions.
small = st.integers(-3, 3).map(float)


@settings(max_examples=200, deadline=None)
@given(
    matrix=arrays.arrays(np.float32, st.tuples(st.integers(0, 40), st.just(5)), elements=small),
    query=arrays.arrays(np.float32, 5, elements=small),
    k=st.integers(-1, 50),
)
def test_equals_brute_force_with_ties(matrix: Vectors, query: Vectors, k: int) -> None:
    positions, scores = vectors.build(matrix).search(query, k)
    expected_positions, expected_scores = brute_force(matrix, query, k)
    assert positions.dtype == np.int64
    assert scores.dtype == np.float32
    np.testing.assert_array_equal(positions, expected_positions)
    np.testing.assert_array_equal(scores, expected_scores)


def test_equals_brute_force_on_unit_vectors() -> None:
    chance = np.random.default_rng(1)
    matrix = chance.standard_normal((2000, 384), np.float32)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    index = vectors.build(matrix)
    for row in (0, 777, 1999):
        positions, scores = index.search(matrix[row], 50)
        expected_positions, expected_scores = brute_force(matrix, matrix[row], 50)
        np.testing.assert_array_equal(positions, expected_positions)
        np.testing.assert_allclose(scores, expected_scores, atol=1e-6)
        assert positions[0] == row


def test_equal_scores_are_ordered_by_position_wherever_the_cut_falls() -> None:
    matrix = np.zeros((5000, 4), np.float32)
    matrix[:, 0] = 1
    matrix[4321, 0] = 2
    index = vectors.build(matrix)
    query = np.array([1, 0, 0, 0], np.float32)
    for k in (1, 2, 3, 500, 4999, 5000, 9000):
        expected = [4321, *(i for i in range(5000) if i != 4321)][:k]
        assert index.search(query, k)[0].tolist() == expected


def test_a_query_of_another_shape_is_refused() -> None:
    index = vectors.build(np.eye(3, dtype=np.float32))
    with pytest.raises(ValueError, match="3 finite numbers"):
        index.search(np.ones(4, np.float32), 1)
    with pytest.raises(ValueError, match="3 finite numbers"):
        index.search(np.array([1, np.nan, 0], np.float32), 1)


def test_nothing_to_search_in() -> None:
    index = vectors.build(np.zeros((0, 0), np.float32))
    positions, scores = index.search(np.ones(384, np.float32), 5)
    assert (len(index), positions.tolist(), scores.tolist()) == (0, [], [])


def saved(path: Path) -> Vectors:
    matrix = np.arange(16, dtype=np.float32).reshape(4, 4)
    vectors.save(vectors.build(matrix), path, ORIGIN)
    return matrix


def test_saved_and_loaded_again(tmp_path: Path) -> None:
    path = tmp_path / "ordner ä" / "vectors.faiss"
    matrix = saved(path)
    index = vectors.load(path, ORIGIN)
    assert index is not None
    assert (len(index), index.dim) == (4, 4)
    query = np.array([0, 0, 1, -1], np.float32)
    np.testing.assert_array_equal(index.search(query, 4)[0], brute_force(matrix, query, 4)[0])
    assert [file.name for file in path.parent.iterdir()] == ["vectors.faiss"]


def test_an_empty_index_is_saved_too(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    origin = Origin("b", 1, 0)
    vectors.save(vectors.build(np.zeros((0, 0), np.float32)), path, origin)
    index = vectors.load(path, origin)
    assert index is not None
    assert len(index) == 0


@pytest.mark.parametrize(
    "other", [Origin("b" * 32, 3, 4), Origin("a" * 32, 4, 4), Origin("a" * 32, 3, 5)]
)
def test_an_index_of_something_else_is_not_used(tmp_path: Path, other: Origin) -> None:
    saved(tmp_path / "vectors.faiss")
    assert vectors.load(tmp_path / "vectors.faiss", other) is None


def test_a_missing_or_damaged_file_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "vectors.faiss"
    assert vectors.load(path, ORIGIN) is None
    saved(path)
    content = path.read_bytes()
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        assert vectors.load(path, ORIGIN) is None
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        assert vectors.load(path, ORIGIN) is None
    path.write_bytes(content + b"x")
    assert vectors.load(path, ORIGIN) is None
    path.write_bytes(content)
    assert vectors.load(path, ORIGIN) is not None


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "vectors.faiss"
    saved(path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        saved(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["vectors.faiss"]

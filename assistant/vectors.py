"""Exact nearest neighbours by inner product over the stored vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from assistant.derived import Origin, read_file, write_file


class VectorIndex:
    """Vectors to search in; made by :func:`build` or :func:`load`. Threads may share it."""

    def __init__(self, flat: faiss.IndexFlatIP) -> None:
        self._flat = flat

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self._flat.d)

    def search(
        self, query: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The ``k`` rows nearest to ``query``, best first: positions int64 and inner products.

        ``query`` is float32 (d,) and finite. Fewer than ``k`` come back where there are fewer rows;
        equal scores are ordered by position. Raises :class:`ValueError` for another shape.
        """
        count = len(self)
        if not count or k < 1:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        if query.shape != (self.dim,) or not np.isfinite(query).all():
            raise ValueError(f"a query must be {self.dim} finite numbers, not {query.shape}")
        batch = np.ascontiguousarray(query[None], np.float32)
        k = min(k, count)
        fetched = min(k + 16, count)
        while True:
            with _one_thread():
                scores, positions = (row[0] for row in self._flat.search(batch, fetched))
            # Which of several rows with the score at the cut come back is left to chance by FAISS,
            # so the cut is moved behind the last of them.
            if fetched == count or scores[-1] < scores[k - 1]:
                break
            fetched = min(count, 2 * fetched)
        order = np.lexsort((positions, -scores))[:k]
        return positions[order], scores[order]


@contextmanager
def _one_thread() -> Iterator[None]:
    """One question is quicker without waiting for a second thread to start and finish.

    The setting is restored, because other libraries may share the OpenMP runtime.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def build(matrix: NDArray[np.float32]) -> VectorIndex:
    """An index over the rows of ``matrix``, float32 (n, d); positions are row numbers."""
    flat = faiss.IndexFlatIP(matrix.shape[1])
    flat.add(np.ascontiguousarray(matrix, np.float32))
    return VectorIndex(flat)


def save(index: VectorIndex, path: Path, origin: Origin) -> None:
    """Write the index with what it was built from. Raises :class:`OSError`."""
    # Serialised in memory, because FAISS cannot open every path on Windows.
    write_file(path, faiss.serialize_index(index._flat).tobytes(), origin)


def load(path: Path, origin: Origin) -> VectorIndex | None:
    """The index in the file, or ``None`` where it must be built again.

    That is where the file is missing or damaged, or was built from something else.
    """
    payload = read_file(path, origin)
    if payload is None:
        return None
    flat = faiss.deserialize_index(np.frombuffer(payload, np.uint8))
    if not isinstance(flat, faiss.IndexFlatIP) or flat.ntotal != origin.passages:
        return None
    return VectorIndex(flat)

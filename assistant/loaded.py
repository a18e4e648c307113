"""What a library holds at one generation, in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.derived import Origin
from assistant.types import Passage


@dataclass(frozen=True, slots=True)
class Loaded:
    """All passages at one generation, ordered by document path, then by place in the document.

    ``keys`` is int64 (n,); ``matrix`` is float32 (n, d) with unit rows, (0, 0) where n = 0. The
    vectors of the units of passage i are the rows ``offsets[i]:offsets[i + 1]`` of
    ``unit_vectors``, float16 (total, d), one for each of ``passages[i].units``; ``offsets`` is
    int64 (n + 1,). ``library_id`` and ``digest`` are those of the store.
    """

    generation: int
    passages: tuple[Passage, ...]
    keys: NDArray[np.int64]
    matrix: NDArray[np.float32]
    unit_vectors: NDArray[np.float16]
    offsets: NDArray[np.int64]
    encoder_sha256: str | None = None
    library_id: str = ""
    digest: str = ""

    @property
    def origin(self) -> Origin:
        """What an index over these passages is built from."""
        return Origin(self.library_id, self.generation, len(self.passages), self.digest)

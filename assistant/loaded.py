"""What a library holds at one generation, in memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.derived import Origin
from assistant.packed import Stacked
from assistant.types import Passage


@dataclass(frozen=True, slots=True)
class Loaded:
    """All passages at one generation, ordered by document path, then by place in the document.

    Their vectors have one row in ``stacked.unit_vectors`` for each of ``passages[i].units``.
    ``keys`` is int64 (n,). ``library_id`` and ``digest`` are those of the store.
    """

    generation: int
    passages: tuple[Passage, ...]
    keys: NDArray[np.int64]
    stacked: Stacked
    encoder_sha256: str | None = None
    library_id: str = ""
    digest: str = ""

    @property
    def origin(self) -> Origin:
        """What an index over these passages is built from."""
        return Origin(self.library_id, self.generation, len(self.passages), self.digest)

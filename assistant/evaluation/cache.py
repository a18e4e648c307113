"""Embeddings kept by what was embedded, so that another run costs only what changed.

A cache is a folder of NumPy archives, each with the vectors of some passages; a passage is found by
the checksum of the encoder, the text, and the spans in it. Nothing is unpickled, an archive is
complete or not there, and one that cannot be read counts as not there: the folder may be deleted at
any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from assistant.evaluation.spans import Span
from assistant.packed import Cells, Stacked, pack, stack
from assistant.protocols import Encoder, Progress

ARCHIVE = 512  # texts that are embedded before they are written


class EmbeddingCache:
    """The vectors made by one encoder, in a folder of their own below ``folder``."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self._encoder = encoder
        self._folder = folder / encoder.sha256[:16]

    def passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[Span]],
        progress: Progress | None = None,
    ) -> list[Cells]:
        """The vectors of each text, of the spans in it and of its word pieces; only those not kept
        yet are made.
        """
        keys = [self._key(text, own) for text, own in zip(texts, spans, strict=True)]
        found = self._find(keys)
        new = list({keys[i]: i for i in range(len(keys)) if keys[i] not in found}.values())
        # Texts of one length go through the model together, without filling up.
        new.sort(key=lambda i: (-len(texts[i]), i))
        for first in range(0, len(new), ARCHIVE):
            part = new[first : first + ARCHIVE]

            def report(done: int, before: int = first) -> None:
                if progress is not None:
                    progress("embed", before + done, len(new))

            made = self._encoder.encode_passages(
                [texts[i] for i in part], [spans[i] for i in part], report
            )
            cells = list(map(pack, made.pieces, made.units))
            found.update(self._keep([keys[i] for i in part], cells))
        return [found[key] for key in keys]

    def _key(self, text: str, spans: Sequence[Span]) -> str:
        content = json.dumps([self._encoder.sha256, text, [list(span) for span in spans]])
        return hashlib.sha256(content.encode()).hexdigest()

    def _find(self, keys: Sequence[str]) -> dict[str, Cells]:
        """What is kept for these keys."""
        missing = set(keys)
        found: dict[str, Cells] = {}
        for path in sorted(self._folder.glob("*.npz")):
            if not missing:
                break
            try:
                found.update(_read(path, missing))
            except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile):
                continue
            missing -= found.keys()
        return found

    def _keep(self, keys: Sequence[str], cells: Sequence[Cells]) -> dict[str, Cells]:
        """Write the cells into an archive, and return them by key."""
        name = hashlib.sha256("".join(keys).encode()).hexdigest()[:24]
        self._folder.mkdir(parents=True, exist_ok=True)
        new = self._folder / f"{name}.{os.getpid()}.new"
        with new.open("wb") as file:
            np.savez(file, np.array([key.encode() for key in keys]), *stack(cells).arrays)
        new.replace(self._folder / f"{name}.npz")
        return dict(zip(keys, cells, strict=True))


def _read(path: Path, wanted: set[str]) -> Iterator[tuple[str, Cells]]:
    """What is wanted of one archive; the arrays are read only if there is any."""
    # NumPy would leave a damaged file open.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        names, *others = archive.files
        keys = [key.decode() for key in archive[names].tolist()]
        rows = [row for row, key in enumerate(keys) if key in wanted]
        if not rows:
            return
        stacked = Stacked(*(archive[name] for name in others))
    for row in rows:
        yield keys[row], stacked.cells(row)

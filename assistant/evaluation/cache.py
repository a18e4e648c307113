"""Embeddings kept by what was embedded, so that another run costs only what changed.

A cache is a folder of NumPy archives, each with the vectors of some texts; a text is found by the
checksum of the encoder, the text, and the spans in it. Nothing is unpickled, an archive is complete
or not there, and one that cannot be read counts as not there: the folder may be deleted at any
time.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation.spans import Span
from assistant.protocols import Encoder, Progress

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.types import Vectors

ARCHIVE = 512  # texts that are embedded before they are written

# The vector of a text, float32 (d,), and those of its spans, float16 (m, d).
Pair = tuple["Vectors", "NDArray[np.float16]"]


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
    ) -> list[Pair]:
        """The vectors of each text and of the spans in it; only those not kept yet are made."""
        keys = [self._key("passage", text, own) for text, own in zip(texts, spans, strict=True)]
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
            pairs = [
                (vector, np.asarray(units, np.float16).reshape(-1, len(vector)))
                for vector, units in zip(made.passages, made.units, strict=True)
            ]
            found.update(self._keep([keys[i] for i in part], pairs))
        return [found[key] for key in keys]

    def questions(
        self, questions: Sequence[str], progress: Progress | None = None
    ) -> dict[str, Vectors]:
        """The vector of each question, float32 (d,), by its text."""
        keys = {question: self._key("question", question, ()) for question in questions}
        found = self._find(list(keys.values()))
        new = [question for question, key in keys.items() if key not in found]
        pairs: list[Pair] = []
        for question in new:
            vector = self._encoder.encode_query(question)
            pairs.append((vector, np.empty((0, len(vector)), np.float16)))
            if progress is not None:
                progress("embed", len(pairs), len(new))
        if new:
            found.update(self._keep([keys[question] for question in new], pairs))
        return {question: found[key][0] for question, key in keys.items()}

    def _key(self, kind: str, text: str, spans: Sequence[Span]) -> str:
        content = json.dumps([kind, self._encoder.sha256, text, [list(span) for span in spans]])
        return hashlib.sha256(content.encode()).hexdigest()

    def _find(self, keys: Sequence[str]) -> dict[str, Pair]:
        """The pairs that are kept for these keys."""
        missing = set(keys)
        found: dict[str, Pair] = {}
        for path in sorted(self._folder.glob("*.npz")):
            if not missing:
                break
            try:
                found.update(_read(path, missing))
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
                continue
            missing -= found.keys()
        return found

    def _keep(self, keys: Sequence[str], pairs: Sequence[Pair]) -> dict[str, Pair]:
        """Write the pairs into an archive, and return them by key."""
        units = [own for _, own in pairs]
        name = hashlib.sha256("".join(keys).encode()).hexdigest()[:24]
        self._folder.mkdir(parents=True, exist_ok=True)
        new = self._folder / f"{name}.{os.getpid()}.new"
        with new.open("wb") as file:
            np.savez(
                file,
                keys=np.array([key.encode() for key in keys]),
                vectors=np.stack([vector for vector, _ in pairs]),
                units=np.concatenate(units),
                offsets=np.cumsum([0, *(len(own) for own in units)], dtype=np.int64),
            )
        new.replace(self._folder / f"{name}.npz")
        return dict(zip(keys, pairs, strict=True))


def _read(path: Path, wanted: set[str]) -> Iterator[tuple[str, Pair]]:
    """The wanted pairs of one archive; the arrays are read only if there are any."""
    # NumPy would leave a damaged file open.
    with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
        keys = [key.decode() for key in archive["keys"].tolist()]
        rows = [row for row, key in enumerate(keys) if key in wanted]
        if not rows:
            return
        vectors, units, offsets = archive["vectors"], archive["units"], archive["offsets"]
    for row in rows:
        yield keys[row], (vectors[row], units[offsets[row] : offsets[row + 1]])

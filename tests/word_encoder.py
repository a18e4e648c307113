"""An encoder whose vectors can be worked out by hand, for tests that are not about the encoder."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.protocols import Embedded, Pieces

Vectors = NDArray[np.float32]


class WordEncoder:
    """A text's vector counts its words, each in the bin that its checksum names, at unit length.

    Texts of the same words are the same; texts without a common word are at right angles, but for
    words that share a bin. ``encoded`` keeps the passages that were asked for, in order.
    """

    def __init__(self, name: str = "words", dim: int = 256) -> None:
        self.name = name
        self.dim = dim
        self.max_tokens = 256
        self.sha256 = hashlib.sha256(f"{name}/{dim}".encode()).hexdigest()
        self.encoded: list[str] = []

    def warm_up(self) -> None:
        pass

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[tuple[int, int]]],
        progress: Callable[[int], None] | None = None,
    ) -> Embedded:
        self.encoded += texts
        if progress is not None:
            progress(len(texts))
        return Embedded(
            tuple(self.encode_pieces(texts)),
            tuple(
                self._rows([text[start:end] for start, end in own])
                for text, own in zip(texts, spans, strict=True)
            ),
        )

    def encode_query(self, question: str) -> Vectors:
        counts = np.zeros(self.dim, np.float32)
        for word in re.findall(r"\w+", question.casefold()) or [""]:
            counts[zlib.crc32(f"{self.name} {word}".encode()) % self.dim] += 1
        return np.asarray(counts / np.linalg.norm(counts), np.float32)

    def encode_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        return list(map(self._pieces, texts))

    def _pieces(self, text: str) -> Pieces:
        words = list(re.finditer(r"\w+", text))
        rows = self._rows([word.group() for word in words])
        spans = np.array([word.span() for word in words], np.int32).reshape(-1, 2)
        return Pieces(self.encode_query(text), rows, spans, rows.sum(axis=0) / max(len(rows), 1))

    def _rows(self, texts: Sequence[str]) -> Vectors:
        return np.array([self.encode_query(text) for text in texts], np.float32).reshape(
            -1, self.dim
        )

"""What can be exchanged: the encoder, the chat model, and who is told about progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from assistant.types import Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.types import Vectors


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of a text as they are in its context: ``vectors`` is float32 (p, c) with unit
    rows, ``spans`` int32 (p, 2), from which character of the text to which each piece goes.
    ``whole`` is the vector of the text, float32 (d,) of unit length. ``mean`` is that of its pieces
    in several layers of the model, one after the other, before they were brought to c numbers:
    float32 (l d,). It is not stored with a passage.
    """

    whole: Vectors
    vectors: Vectors
    spans: NDArray[np.int32]
    mean: Vectors | None = None

    @property
    def kind(self) -> Vectors:
        """The ``mean``, which tells what kind of thing a question asks, float32 (l d,). Raises
        :class:`ValueError` for the word pieces of a stored passage.
        """
        if self.mean is None:
            raise ValueError("the mean of word pieces is not stored with a passage")
        return self.mean


@dataclass(frozen=True, slots=True)
class Embedded:
    """What the encoder made of n passages: the word ``pieces`` of each, and in ``units`` float32
    (m, d) with unit rows, one row for each span that was asked for.
    """

    pieces: tuple[Pieces, ...]
    units: tuple[Vectors, ...]

    @property
    def passages(self) -> Vectors:
        """The vectors of the passages: float32 (n, d), unit rows; (0, 0) where there are none."""
        rows = [one.whole for one in self.pieces]
        return np.stack(rows) if rows else np.empty((0, 0), np.float32)


class Encoder(Protocol):
    """Text to unit-length float32 vectors; the batch is the primitive. Threads may share one."""

    def __hash__(self) -> int:
        """What is kept of an encoder's vectors is kept by encoder."""

    @property
    def name(self) -> str:
        """The model's name, as recorded in the library."""

    @property
    def sha256(self) -> str:
        """The checksum of its weights, as lower-case hex: vectors of another one do not compare."""

    @property
    def dim(self) -> int:
        """The length of a vector."""

    @property
    def max_tokens(self) -> int:
        """How many word pieces it reads, special ones included; the rest is ignored."""

    def warm_up(self) -> None:
        """Load what encoding needs; may take seconds."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the special ones."""

    def encode_passages(
        self,
        texts: Sequence[str],
        spans: Sequence[Sequence[tuple[int, int]]],
        progress: Callable[[int], None] | None = None,
    ) -> Embedded:
        """Vectors of the texts, and of character spans within each of them.

        ``progress`` is told how many texts are done.
        """

    def encode_query(self, question: str) -> Vectors:
        """The vector of one question: float32 (d,), unit length."""

    def encode_pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """The word pieces of each text, without the special ones, as far as the encoder reads."""


class Generator(Protocol):
    """A chat model that continues a prompt."""

    @property
    def name(self) -> str:
        """The model's name, such as ``ollama:llama3.2``."""

    @property
    def room(self) -> int:
        """How many tokens a prompt may have."""

    def stream(self, prompt: str) -> Iterator[str]:
        """The answer in pieces, in order. Raises ``GeneratorError`` when the model fails."""


class Progress(Protocol):
    """Called as a long action advances: a stage, how much of it is done, and out of how many."""

    def __call__(self, stage: Stage, done: int, total: int, detail: str = "") -> None:
        """Report progress. It raises only to end the action; what it raises reaches the caller."""

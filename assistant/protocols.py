"""What can be exchanged: the encoder, the chat model, and who is told about progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Protocol

from assistant.types import Embedded, Stage

if TYPE_CHECKING:
    from assistant.types import Vectors


class Encoder(Protocol):
    """Text to unit-length float32 vectors; the batch is the primitive. Threads may share one."""

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


class Generator(Protocol):
    """A chat model that continues a prompt."""

    @property
    def name(self) -> str:
        """The model's name, such as ``ollama:llama3.2``."""

    def stream(self, prompt: str) -> Iterator[str]:
        """The answer in pieces, in order. Raises ``GeneratorError`` when the model fails."""


class Progress(Protocol):
    """Called as a long action advances: a stage, how much of it is done, and out of how many."""

    def __call__(self, stage: Stage, done: int, total: int, detail: str = "") -> None:
        """Report progress; never raises."""

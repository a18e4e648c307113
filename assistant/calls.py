"""What a program asks of a library, and the object it gets: by ``--json``, HTTP and MCP alike."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar

from assistant import contract
from assistant.contract import Json
from assistant.library import Library
from assistant.types import Mode

Result = TypeVar("Result")


def ask(library: Library, question: str, k: int = 5) -> Json:
    """The answer to a question; see :func:`contract.answer`."""
    return contract.answer(*timed(lambda: library.ask(question, k)))


def search(library: Library, question: str, k: int = 5, mode: Mode = "hybrid") -> Json:
    """The passages nearest to a question; see :func:`contract.search`."""
    return contract.search(question, mode, *timed(lambda: library.search(question, k, mode)))


def show(library: Library, passage_id: str) -> Json:
    """One passage; see :func:`contract.passage`."""
    return contract.passage(library.passage(passage_id))


def timed(action: Callable[[], Result]) -> tuple[Result, float]:
    """The result, and how many milliseconds it took."""
    start = perf_counter()
    result = action()
    return result, (perf_counter() - start) * 1000

"""A long action of the page: done beside it, watched while it goes on, and ended when nobody does.

Gradio cannot end a function that is at work. Work in a thread of its own is ended at its next
report of progress, and whoever watches it need not wait for that.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

from assistant.protocols import Progress
from assistant.types import Stage

INTERVAL = 0.25  # seconds between two looks

T = TypeVar("T")


class EndedError(Exception):
    """The action was ended before it was done."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far an action has come in one of its stages."""

    stage: Stage
    done: int
    total: int
    detail: str = ""


class Action(Generic[T]):
    """Work that goes on in a thread from the start. Iterating gives the latest step until it ends.

    >>> action = Action(lambda progress: progress("ask", 1, 2) or "done")
    >>> steps = list(action)
    >>> action.result()
    'done'
    """

    def __init__(self, work: Callable[[Progress], T]) -> None:
        self._latest: Step | None = None
        self._ended = threading.Event()
        self._outcome: Future[T] = Future()
        threading.Thread(target=self._act, args=(work,), name="action", daemon=True).start()

    def __iter__(self) -> Iterator[Step | None]:
        """Yield the step that was reported last, or nothing before the first, several a second.

        Stops when the work is done, or has been told to end.
        """
        while not self._outcome.done() and not self._ended.is_set():
            yield self._latest
            wait([self._outcome], INTERVAL)

    def result(self) -> T:
        """What the work gave; waits for it. Raises what the work raised, or :class:`EndedError`."""
        if self._ended.is_set() and not self._outcome.done():
            raise EndedError
        return self._outcome.result()

    def end(self) -> None:
        """Let the work end at its next report of progress; returns at once."""
        self._ended.set()

    def _act(self, work: Callable[[Progress], T]) -> None:
        try:
            self._outcome.set_result(work(self._report))
        except BaseException as error:  # Handed to whoever asks for the result.
            self._outcome.set_exception(error)

    def _report(self, stage: Stage, done: int, total: int, detail: str = "") -> None:
        if self._ended.is_set():
            raise EndedError
        self._latest = Step(stage, done, total, detail)

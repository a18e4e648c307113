"""A limit of time and memory for work on one file that is done in this process.

What cannot be stopped from outside asks from time to time whether it may go on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import psutil

from assistant.load import reasons


class Limit:
    """``seconds`` from now on, and ``memory_mb`` megabytes more than this process has now."""

    def __init__(self, seconds: float, memory_mb: int) -> None:
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._process = psutil.Process()
        self._end = time.monotonic() + seconds
        self._most = self._resident() + memory_mb * 1_000_000

    def check(self) -> None:
        """Raise :class:`LoadError` where the time is over or the memory used up."""
        if time.monotonic() > self._end:
            raise reasons.too_slow(self._seconds)
        if self._resident() > self._most:
            raise reasons.too_hungry(self._memory_mb)

    def on(
        self, count: Callable[[Sequence[str]], list[int]]
    ) -> Callable[[Sequence[str]], list[int]]:
        """The same function, which asks first whether it may go on."""

        def counted(texts: Sequence[str]) -> list[int]:
            self.check()
            return count(texts)

        return counted

    def _resident(self) -> int:
        return int(self._process.memory_info().rss)

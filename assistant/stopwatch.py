"""How long each stage of some work takes."""

from __future__ import annotations

from time import perf_counter


class Stopwatch:
    """Adds up seconds by the name of the stage that has just ended."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, stage: str) -> None:
        """The time since the last lap, or the start, was spent on ``stage``."""
        now = perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._last
        self._last = now

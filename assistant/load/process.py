"""Processes for parsers, under a limit of time and memory."""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import psutil

from assistant.load import wire

Stop = Literal["time", "memory", "crash", "start"]

# The folder that holds the package: "-m" finds it there from whatever folder the user is in, and
# no module in the user's folder can be taken for one of the standard library.
ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
POLL_SECONDS = 0.05


class Stopped(Exception):
    """The process did not answer and has been ended: ``why`` says on what account."""

    def __init__(self, why: Stop) -> None:
        super().__init__(why)
        self.why = why


class Worker:
    """Answers requests in a process that starts with the first and is replaced once it was stopped.

    Not for several threads at once. ``command`` starts a program that speaks the protocol of
    ``worker.py``; a request may take ``seconds``, and ``memory_mb`` megabytes of resident memory.
    """

    def __init__(self, command: Sequence[str], seconds: float, memory_mb: int) -> None:
        self._command = tuple(command)
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._child: Child | None = None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """The reply to one request. Raises :class:`Stopped`; the next call works all the same."""
        try:
            reply = self._running().ask(request)
        except BaseException:
            # An interrupted call, too, leaves an answer under way that the next must not get.
            self.close()
            raise
        if reply.get("out_of_memory"):
            self.close()
            raise Stopped("memory")
        return reply

    def close(self) -> None:
        """End the process, if one runs."""
        if self._child is not None:
            self._child.close()
            self._child = None

    def _running(self) -> Child:
        if self._child is not None and not self._child.alive():
            self.close()
        if self._child is None:
            self._child = Child(self._command, self._seconds, self._memory_mb)
        return self._child


class Child:
    """A running worker. Its memory is watched from here, which works on every platform.

    Raises :class:`Stopped` where the process does not come up.
    """

    def __init__(self, command: Sequence[str], seconds: float, memory_mb: int) -> None:
        self._seconds = seconds
        self._memory = memory_mb * 1_000_000
        try:
            self._process = subprocess.Popen(
                [*command, str(seconds), str(memory_mb)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
            )
        except OSError:
            raise Stopped("start") from None
        self._replies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self._watched: psutil.Process | None = None
        try:
            # The worker names itself: a virtual environment on Windows puts a launcher between.
            self._watched = psutil.Process(self._answer(START_SECONDS)["pid"])
        except (Stopped, psutil.Error, KeyError):
            self.close()
            raise Stopped("start") from None

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send one request and return its reply. Raises :class:`Stopped` when a limit is hit."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(wire.line(request))
            self._process.stdin.flush()
        except OSError:
            raise Stopped("crash") from None
        return self._answer(self._seconds)

    def close(self) -> None:
        """End the process and wait for it, so that no zombie is left. Safe to call again."""
        self._process.kill()
        self._process.wait()
        self._listener.join(1.0)
        assert self._process.stdin is not None
        # A request that was never read may still wait to be written: nobody misses it.
        with contextlib.suppress(OSError):
            self._process.stdin.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as replies:
            for reply in replies:
                self._replies.put(reply)
        self._replies.put(b"")

    def _answer(self, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        while True:
            try:
                reply = self._replies.get(timeout=POLL_SECONDS)
                break
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise Stopped("time") from None
                if self._resident() > self._memory:
                    raise Stopped("memory") from None
        try:
            message = json.loads(reply)
        except ValueError:
            raise Stopped("crash") from None
        if not isinstance(message, dict):
            raise Stopped("crash")
        return message

    def _resident(self) -> int:
        try:
            return self._watched.memory_info().rss if self._watched else 0
        except psutil.Error:
            return 0  # it has just ended: the end of its output says so

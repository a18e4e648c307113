"""The parser process: ``python -m assistant.load.worker SECONDS MEMORY_MB``.

Reads one request a line from standard input, ``{"path", "name", "password", "outline"}``, and
answers each with one line, ``{"extracted"}``, ``{"error": {"message", "hint"}}`` or
``{"out_of_memory"}``; where ``outline`` is true, ``{"extracted", "outline"}``. The first line it
writes is ``{"pid"}``.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from assistant.errors import LoadError
from assistant.load import reasons, wire
from assistant.load.formats import read_file
from assistant.outline import parse

# Address space is more than memory in use: libraries, thread stacks and reserved regions count
# too. The exact limit, of memory in use, is kept by the parent.
_ADDRESS_SPACE_MARGIN_MB = 1024
# The parent stops a slow parser; the alarm is for the case that there is no parent any more.
_ALARM_MARGIN_SECONDS = 10

Message = dict[str, Any]


def main(arguments: list[str], answer: Callable[[Message], Message] | None = None) -> None:
    """Answer requests until standard input ends, with :func:`read` or another ``answer``."""
    answer = answer or read
    seconds, memory_mb = float(arguments[0]), int(arguments[1])
    requests, replies = _take_pipes()
    _limit_memory(memory_mb + _ADDRESS_SPACE_MARGIN_MB)
    with contextlib.suppress(AttributeError, ValueError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    pending: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, pending), daemon=True).start()
    _send(replies, {"pid": os.getpid()})
    while True:
        request = json.loads(pending.get())
        _set_alarm(seconds + _ALARM_MARGIN_SECONDS)
        try:
            _send(replies, answer(request))
        except MemoryError:
            _send(replies, {"out_of_memory": True})
        _set_alarm(0)


def read(request: Message) -> Message:
    """Read the file of one request and return the reply; raises nothing."""
    path = Path(request["path"])

    def make() -> Message:
        extracted = read_file(path, name=request["name"], password=request["password"])
        return wire.success(extracted, parse(extracted) if request["outline"] else None)

    return replied(make, path.suffix.lstrip(".").upper())


def replied(make: Callable[[], Message], kind: str) -> Message:
    """The reply that ``make`` gives for a file of this ``kind``, or the error; raises nothing."""
    try:
        return make()
    except LoadError as error:
        return wire.failure(error)
    except MemoryError:
        return {"out_of_memory": True}
    except Exception as error:
        # The system says by a number why it does not hand a file out. All else, and to look for
        # something at a place before the beginning, is how parsers give up, in many ways that to
        # the reader of one file are all the same.
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            return wire.failure(reasons.unreadable(error))
        return wire.failure(reasons.damaged(kind, f"{type(error).__name__}: {error}"))


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep both pipes for the protocol, and give parsers that read or print an empty device."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    return requests, replies


def _listen(requests: BinaryIO, pending: queue.SimpleQueue[bytes]) -> None:
    """Pass requests on; when the parent is gone, end at once, even in the middle of a file."""
    for request in requests:
        pending.put(request)
    os._exit(0)


def _send(replies: BinaryIO, message: dict[str, Any]) -> None:
    try:
        replies.write(wire.line(message))
        replies.flush()
    except OSError:
        os._exit(0)  # nobody listens any more


def _limit_memory(megabytes: int) -> None:
    """Bound the address space where the system can (not on Windows, hardly on macOS)."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        size = megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def _set_alarm(seconds: float) -> None:
    """End this process by the system's own clock, which no busy parser can hold up."""
    with contextlib.suppress(AttributeError):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    main(sys.argv[1:])

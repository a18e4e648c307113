"""One writer at a time, on every platform; what one left that was stopped."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from assistant.errors import LibraryError

# There while two databases are exchanged; holds the path of the backup that they come from.
RESTORING = "restore.unfinished"
# There while a process writes; holds its number and the time it began. Not in the lock itself,
# which those who fail to get it empty.
HOLDER = "sync.holder"
TURN_SECONDS = 30.0  # longer than a restore takes


def interrupted(folder: Path) -> str:
    """What to say where a restore was interrupted between its two databases, or nothing."""
    try:
        file = (folder / RESTORING).read_text("utf-8", "replace").strip()
    except OSError:
        return ""
    return (
        "A restore was interrupted: the library and the conversations may be of two states. "
        f"Run it again: assistant restore {shlex.quote(file)}"
    )


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the only writer in ``folder``, which is made where it is missing.

    Raises :class:`LibraryError` at once where another process writes, which it names, or the folder
    cannot be written. A process that is killed leaves nothing behind that keeps others out.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "sync.lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise LibraryError(
            f"Another process{_holder(folder)} is writing to the library in {folder}.",
            "Wait until it has finished, then run the command again.",
        ) from None
    except OSError as error:
        raise LibraryError(
            f"The library in {folder} cannot be written ({error.strerror}).",
            "Check the permissions of the folder, or choose another with --library.",
        ) from None
    holder = folder / HOLDER
    try:
        with suppress(OSError):  # on a full disk the process goes without a name
            holder.write_text(f"{os.getpid()} {datetime.now():%H:%M}", "utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink()
        lock.release()


@contextmanager
def turn(path: Path, seconds: float = TURN_SECONDS) -> Iterator[None]:
    """Be alone in changing the file at ``path``, in an existing folder, after those before.

    It is for changes of several steps; who only reads need not wait. Raises :class:`LibraryError`
    after so many seconds.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_suffix(".lock"), timeout=seconds, poll_interval=0.01)
    try:
        lock.acquire()
    except Timeout:
        raise LibraryError(
            f"Another process is writing to {path}.",
            "Wait until it has finished, then try again.",
        ) from None
    except (OSError, NotImplementedError):
        pass  # a folder that cannot be written; who tries to change the file in it is told so
    try:
        yield
    finally:
        lock.release()


def _holder(folder: Path) -> str:
    """Who writes, as far as it has said so."""
    try:
        number, since = (folder / HOLDER).read_text("utf-8").split()
    except (OSError, ValueError):
        return ""
    return f" (number {number}, since {since})"

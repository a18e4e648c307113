"""One writer at a time in a library's folder, on every platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import LibraryError


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Be the only writer in ``folder``, which is made where it is missing.

    Raises :class:`LibraryError` at once where another process writes, or the folder cannot be
    written. A process that is killed leaves nothing behind that keeps others out.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "sync.lock", timeout=0)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise LibraryError(
            f"Another process is writing to the library in {folder}.",
            "Wait until it has finished, then run the command again.",
        ) from None
    except OSError as error:
        raise LibraryError(
            f"The library in {folder} cannot be written ({error.strerror}).",
            "Check the permissions of the folder, or choose another with --library.",
        ) from None
    try:
        yield
    finally:
        lock.release()

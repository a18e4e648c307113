"""Files to text: each one is parsed in a process of its own that cannot hang or exhaust this one.

with Reader(password=None, max_mb=200, seconds=120, memory_mb=2048) as reader:
    extracted = reader.read(Path("corpus/notes.pdf"))
"""

from __future__ import annotations

import shlex
import stat
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from assistant.errors import LoadError
from assistant.load import reasons, wire
from assistant.load.clean import clean_line
from assistant.load.formats import SUPPORTED, is_markdown
from assistant.load.limit import Limit
from assistant.load.process import Stop, Stopped, Worker
from assistant.types import Extracted

__all__ = ["SUPPORTED", "Limit", "Reader", "is_markdown"]

WORKER = (sys.executable, "-m", "assistant.load.worker")


class Reader:
    """Reads files one after the other; a context manager; not for several threads at once.

    The parser process starts with the first file, serves all of them, and is replaced after it had
    to be stopped. ``password`` is tried on encrypted PDF files. A file of more than ``max_mb``
    megabytes is refused; a parser is stopped after ``seconds`` or above ``memory_mb`` megabytes of
    resident memory. ``command`` starts another worker that speaks the same protocol.
    """

    def __init__(
        self,
        *,
        password: str | None = None,
        max_mb: int = 200,
        seconds: float = 120,
        memory_mb: int = 2048,
        command: Sequence[str] = WORKER,
    ) -> None:
        self._password = password
        self._max_mb = max_mb
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._worker = Worker(command, seconds, memory_mb)

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the parser process, if one runs. The reader can be used again afterwards."""
        self._worker.close()

    def read(self, path: Path) -> Extracted:
        """Return the text of the file at ``path`` with its pages, title, bookmarks and warnings.

        Raises :class:`LoadError` with the exact reason where the file cannot be read. Other
        files are not affected: the next call works.
        """
        return wire.result(self._ask(path, outline=False))

    def read_outlined(self, path: Path) -> tuple[Extracted, wire.Outline]:
        """Return what :meth:`read` does, and its outline, both made within the limits.

        Raises :class:`LoadError`.
        """
        reply = self._ask(path, outline=True)
        return wire.result(reply), wire.outline(reply)

    def limited(self) -> Limit:
        """The same limits for what is done with one file in this process, from now on."""
        return Limit(self._seconds, self._memory_mb)

    def _ask(self, path: Path, *, outline: bool) -> dict[str, Any]:
        check(path, self._max_mb)
        request = {
            "path": str(path.absolute()),
            "name": clean_line(shlex.quote(str(path))),
            "password": self._password,
            "outline": outline,
        }
        try:
            return wire.content(self._worker.ask(request))
        except Stopped as stopped:
            raise self._explain(stopped.why) from None

    def _explain(self, why: Stop) -> LoadError:
        if why == "time":
            return reasons.too_slow(self._seconds)
        if why == "memory":
            return reasons.too_hungry(self._memory_mb)
        return reasons.crashed() if why == "crash" else reasons.not_started()


def check(path: Path, max_mb: int) -> None:
    """Raise :class:`LoadError` for what is not worth opening; never opens ``path`` itself.

    Opening a pipe would wait for a writer for ever, so the kind of file is looked up first.
    """
    try:
        status = path.stat()
    except OSError as error:
        raise reasons.unreadable(error) from None
    if not stat.S_ISREG(status.st_mode):
        kinds = {stat.S_IFDIR: "folder", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}
        raise reasons.not_a_file(kinds.get(stat.S_IFMT(status.st_mode), "device"))
    suffix = path.suffix.lower()
    if suffix not in SUPPORTED:
        raise reasons.unknown_format(suffix, SUPPORTED)
    if status.st_size == 0:
        raise reasons.empty()
    if status.st_size > max_mb * 1_000_000:
        raise reasons.too_large(max_mb)

"""Pictures of the pages of PDF files: each is drawn in a process that cannot hang this one.

pictures = Pictures(password=None, max_mb=200)
picture = pictures.draw(Path("corpus/notes.pdf"), sha256, page=3, quote="a sentence of it")
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import LoadError
from assistant.load import check, reasons, wire
from assistant.load.process import Stop, Stopped, Worker

DRAWER = (sys.executable, "-m", "assistant.load.picture")
SECONDS = 20.0
KEPT = 16  # pictures, of which each takes some hundred kilobytes

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a WebP file in base64, its size in pixels, and where the quote stands on it.

    ``marks`` are (left, top, width, height) as shares of the picture, from 0 to 1.
    """

    image: str
    width: int
    height: int
    marks: tuple[Box, ...] = ()


class Pictures:
    """Draws pages, one at a time, and keeps the last :data:`KEPT` of them. Threads may share it.

    ``password`` is tried on encrypted files; a file of more than ``max_mb`` megabytes is refused;
    a page may take ``seconds`` and ``memory_mb`` megabytes. The process starts with the first page.
    """

    def __init__(
        self,
        *,
        password: str | None = None,
        max_mb: int = 200,
        seconds: float = SECONDS,
        memory_mb: int = 2048,
        command: Sequence[str] = DRAWER,
    ) -> None:
        self._password = password
        self._max_mb = max_mb
        self._seconds = seconds
        self._memory_mb = memory_mb
        self._worker = Worker(command, seconds, memory_mb)
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Picture | LoadError] = OrderedDict()

    def draw(
        self, path: Path, sha256: str, page: int, quote: str = "", before: str = ""
    ) -> Picture:
        """Page ``page`` (from 1) of the file with this hash, with the place of ``quote`` on it.

        ``before`` is the text of the page in front of the quote. Raises :class:`LoadError` where
        the file is not there, is another by now, or cannot be drawn within the limits.
        """
        check(path, self._max_mb)
        status = path.stat()
        key = (path, status.st_mtime_ns, status.st_size, sha256, page, quote, before)
        with self._lock:
            if key not in self._kept:
                # A page that cannot be drawn is remembered as well: it may take the longest.
                self._kept[key] = self._drawn(path, sha256, page, quote, before)
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            found = self._kept[key]
        if isinstance(found, LoadError):
            raise LoadError(found.message, found.hint)
        return found

    def close(self) -> None:
        """End the process, if one runs. Pages can be drawn again afterwards."""
        with self._lock:
            self._worker.close()

    def _drawn(
        self, path: Path, sha256: str, page: int, quote: str, before: str
    ) -> Picture | LoadError:
        request = {
            "path": str(path.absolute()),
            "sha256": sha256,
            "password": self._password,
            "page": page,
            "quote": quote,
            "before": before,
        }
        try:
            fields = wire.content(self._worker.ask(request))["picture"]
        except Stopped as stopped:
            return self._explained(stopped.why)
        except LoadError as error:
            return error
        marks = tuple((left, top, width, height) for left, top, width, height in fields["marks"])
        return Picture(fields["image"], fields["width"], fields["height"], marks)

    def _explained(self, why: Stop) -> LoadError:
        if why == "start":
            return reasons.not_started()
        ends = {
            "time": f"took longer than {self._seconds:g} s",
            "memory": f"took more than {self._memory_mb} MB of memory",
            "crash": "crashed",
        }
        return reasons.not_drawn(ends[why])

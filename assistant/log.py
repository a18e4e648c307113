"""The program's log: one JSON object a line, in a file that rotates. It holds no content.

What is asked, what documents say and what they are called never goes in, unless the setting
``log_content`` asks for it; an error is logged by its kind and place, as its message may quote.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from assistant.config import Config

FILE = "assistant.log"
MOST_BYTES = 1_000_000
KEPT = 3  # older files beside the current one

_logger = logging.getLogger("assistant")


class JsonLines(logging.Formatter):
    """A record as one line of JSON: time in UTC, level, event, and the fields given with it."""

    def __init__(self, content: bool) -> None:
        super().__init__()
        self.content = content

    def format(self, record: logging.LogRecord) -> str:
        """The line. Raises nothing: what JSON does not know is written as text."""
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if self.content:
            fields |= getattr(record, "private", {})
        if record.exc_info and record.exc_info[0] is not None:
            fields |= _place(record.exc_info[1], content=self.content)
        return json.dumps(fields, ensure_ascii=False, default=str)


def set_up(config: Config) -> None:
    """Write the log into ``config.log`` from now on; without a place that can be written, nowhere.

    Called again, it replaces what was set up before.
    """
    for handler in [*_logger.handlers]:
        _logger.removeHandler(handler)
        with suppress(OSError):  # what is left of it does not fit onto a full disk
            handler.close()
    _logger.propagate = False
    _logger.setLevel(logging.INFO)
    try:
        config.log.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            config.log / FILE, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", delay=True
        )
    except OSError:
        _logger.addHandler(logging.NullHandler())
        return
    if config.debug:
        _logger.addHandler(logging.StreamHandler())
    handler.setFormatter(JsonLines(config.log_content))
    # A full disk must not stop an answer; the default would print a traceback.
    handler.handleError = lambda record: None  # type: ignore[method-assign]
    _logger.addHandler(handler)


def note(event: str, private: Mapping[str, Any] | None = None, **fields: Any) -> None:
    """Log that something happened; ``private`` fields only where content may be logged."""
    _logger.info(event, extra={"fields": fields, "private": dict(private or {})})


def fault(event: str, error: BaseException) -> None:
    """Log an error that was caught: its kind, and where it came from."""
    _logger.error(event, exc_info=error)


def lines(folder: Path) -> Iterator[dict[str, Any]]:
    """What was logged, oldest first; lines that cannot be read are left out."""
    for number in range(KEPT, -1, -1):
        file = folder / (f"{FILE}.{number}" if number else FILE)
        try:
            text = file.read_text("utf-8", "replace")
        except OSError:
            continue
        for line in text.splitlines():
            try:
                found = json.loads(line)
            except ValueError:
                continue
            if isinstance(found, dict):
                yield found


def _place(error: BaseException | None, *, content: bool) -> dict[str, Any]:
    """The kind of an error, and the modules and lines that it passed through, innermost last."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    places = [f"{_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]
    found: dict[str, Any] = {"error": type(error).__name__, "at": places}
    return found | ({"message": str(error)} if content else {})


def _module(filename: str) -> str:
    """The last two parts of a path: enough to find the line, and nothing of the machine."""
    return "/".join(Path(filename).parts[-2:])

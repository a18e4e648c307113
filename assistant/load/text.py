"""Plain text: find the encoding, refuse what is no text."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from assistant.load import reasons, signs
from assistant.load.clean import clean
from assistant.types import Extracted

FALLBACK_WARNING = "the text is not UTF-8 and was read as Windows-1252; letters may be wrong"


def read_text(path: Path) -> Extracted:
    """Read a ``.txt`` file. Clean UTF-8 comes out as it is; raises ``LoadError``."""
    text, warnings = decode(path.read_bytes())
    return Extracted(clean(text), warnings=warnings)


def decode(
    data: bytes, declared: Callable[[bytes], str | None] = lambda data: None
) -> tuple[str, tuple[str, ...]]:
    """Return the text of ``data`` and warnings about its encoding.

    A byte order mark decides; without one it is UTF-8 where it can be, else the encoding that
    ``declared`` finds in the data, else Windows-1252 with a warning. Raises ``LoadError`` for
    bytes that are no text.
    """
    for mark, encoding in signs.MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), ()
    if signs.is_binary(data):
        raise reasons.binary()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        with contextlib.suppress(LookupError, UnicodeDecodeError):
            return data.decode(declared(data) or ""), ()
        return data.decode("cp1252", "replace"), (FALLBACK_WARNING,)

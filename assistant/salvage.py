"""What can still be read of a damaged SQLite file; the file itself stays as it is."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.database import Row

JOURNALS = ("-journal", "-wal")
MOST_GAPS = 100_000


def readable(path: Path, table: str) -> list[Row]:
    """The rows of a table, by their key, as far as they can be read; none is checked.

    Raises :class:`OSError` where the file cannot be copied.
    """
    with TemporaryDirectory() as scratch:
        copy = Path(scratch) / path.name
        shutil.copyfile(path, copy)
        for suffix in JOURNALS:
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            found = _found(connection, f"SELECT rowid, * FROM {table}")
    return [found[key] for key in sorted(found)]


def _found(connection: sqlite3.Connection, query: str) -> dict[int, Row]:
    """From both ends up to the first damage, then one by one what lies between."""
    found: dict[int, Row] = {}
    for order in ("ASC", "DESC"):
        with suppress(sqlite3.DatabaseError):
            for key, *row in connection.execute(f"{query} ORDER BY rowid {order}"):
                found[key] = tuple(row)
    last = max(found, default=0)
    for key in range(1, min(last, MOST_GAPS)):
        if key not in found:
            with suppress(sqlite3.DatabaseError):
                for _, *row in connection.execute(f"{query} WHERE rowid = ?", (key,)):
                    found[key] = tuple(row)
    return found

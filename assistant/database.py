"""One SQLite file: opening it, transactions, snapshots, and its errors in words for people."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Literal

from assistant import faults
from assistant.durable import free_name, make_folder
from assistant.errors import AssistantError, NotFoundError
from assistant.faults import LIBRARY, Wording

Cell = str | int | float | bytes | None
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The statements that make an empty file, and what a file must say about itself.

    ``upgrades`` bring a file of an older version, by its number, to this one. ``journal`` is WAL
    where readers must not wait for long writes, and DELETE where all that was committed should
    stand in the one file.
    """

    statements: tuple[str, ...]
    application_id: int
    version: int
    wording: Wording = LIBRARY
    journal: Literal["WAL", "DELETE"] = "WAL"
    upgrades: Mapping[int, Callable[[Database], None]] = field(default_factory=dict)


class Database:
    """A connection that belongs to the thread that opened it; synced on each commit.

    Every method raises :class:`LibraryError` when the file is busy, full, damaged or cannot be
    written.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection, wording: Wording) -> None:
        self.path = path
        self._connection = connection
        self._wording = wording

    @classmethod
    def open(cls, path: Path, layout: Layout, *, create: bool, timeout: float) -> Database:
        """Open the file, or make it where it is missing and ``create`` is true.

        ``timeout`` is how many seconds a write waits for another writer.
        """
        wording = layout.wording
        if not create and not path.is_file():
            raise faults.missing(path, wording)
        if create:
            make_folder(path.parent)
        with _translated(path, wording):
            address = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
            connection = sqlite3.connect(address, uri=True, timeout=timeout, isolation_level=None)
            database = cls(path, connection, wording)
            try:
                if database._configure():
                    if not create:
                        raise faults.missing(path, wording)
                    database._create(layout, timeout)
                database._require(layout, timeout)
            except BaseException:
                connection.close()
                raise
        return database

    def _configure(self) -> bool:
        """Set what holds for a connection; true where the file is new and empty."""
        # A power cut loses no committed transaction with FULL, and F_FULLFSYNC where the system
        # knows it; a document is one transaction, so the syncs do not add up.
        for setting in ("foreign_keys = ON", "synchronous = FULL", "fullfsync = ON"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute("PRAGMA trusted_schema = OFF")
        self._connection.execute("PRAGMA cell_size_check = ON")
        return self._is_empty()

    def _is_empty(self) -> bool:
        objects = self._number("SELECT count(*) FROM sqlite_master")
        return not objects and not self._number("PRAGMA application_id")

    def _create(self, layout: Layout, timeout: float) -> None:
        self._journal(layout.journal, timeout)
        with self.transaction():
            if self._is_empty():  # another process may have been quicker
                for statement in layout.statements:
                    self._connection.execute(statement)
                self._connection.execute(f"PRAGMA application_id = {layout.application_id}")
                self._connection.execute(f"PRAGMA user_version = {layout.version}")

    def _journal(self, mode: str, timeout: float) -> None:
        """Choose how writes are kept apart. For this SQLite does not wait by itself for another
        process that makes the same file."""
        until = monotonic() + timeout
        while True:
            try:
                self._connection.execute(f"PRAGMA journal_mode = {mode}")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or monotonic() > until:
                    raise
                sleep(0.01)
            else:
                return

    def _require(self, layout: Layout, timeout: float) -> None:
        found = self._number("PRAGMA user_version")
        if self._number("PRAGMA application_id") != layout.application_id:
            raise faults.foreign(self.path, self._wording)
        if found in layout.upgrades:
            self._upgrade(found, layout, timeout)
        elif found != layout.version:
            raise faults.other_version(self.path, found, layout.version, self._wording)

    def _upgrade(self, found: int, layout: Layout, timeout: float) -> None:
        """Bring an older file to this version; it is kept as it was, under another name."""
        self.copy(free_name(self.path, f"format-{found}"))
        self._journal(layout.journal, timeout)
        with self.transaction():
            if self._number("PRAGMA user_version") == found:  # another process may be quicker
                layout.upgrades[found](self)
                self._connection.execute(f"PRAGMA user_version = {layout.version}")

    def copy(self, path: Path) -> None:
        """Write one state of the file, whole, into a new file at ``path``; others may go on."""
        with _translated(path, self._wording):
            target = sqlite3.connect(path, isolation_level=None)
            try:
                self._connection.backup(target)
                target.execute("PRAGMA journal_mode = DELETE")
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            finally:
                target.close()

    def overwrite(self, path: Path) -> None:
        """Put the content of the sound file at ``path`` in place of what this one holds, at once.

        Other processes may have this file open: they see the state before or after.
        """
        with _translated(self.path, self._wording):
            source = sqlite3.connect(path, isolation_level=None)
            try:
                source.backup(self._connection)
            finally:
                source.close()

    def close(self) -> None:
        """Close the connection; an open transaction is undone."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[bool]:
        """All writes inside happen at once, or, after an exception, not at all.

        One inside another becomes part of the outer one; what it yields is true for the outermost.
        """
        outer = not self._connection.in_transaction
        begin, commit, undo = (
            ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
            if outer
            else ("SAVEPOINT inner", "RELEASE inner", "ROLLBACK TO inner")
        )
        with _translated(self.path, self._wording):
            self._connection.execute(begin)
            try:
                yield outer
                self._connection.execute(commit)
            except BaseException:
                if self._connection.in_transaction:  # a full disk undoes it by itself
                    self._connection.execute(undo)
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All reads inside see one state, whatever other processes write meanwhile."""
        with _translated(self.path, self._wording):
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")

    @property
    def changes(self) -> int:
        """How many rows this connection has written since it was opened."""
        return self._connection.total_changes

    def execute(self, statement: str, *values: Cell) -> None:
        """Run one writing statement."""
        with _translated(self.path, self._wording):
            self._connection.execute(statement, values)

    def execute_many(self, statement: str, rows: Iterable[Row]) -> None:
        """Run one writing statement for each row of values."""
        with _translated(self.path, self._wording):
            self._connection.executemany(statement, rows)

    def all(self, query: str, *values: Cell) -> list[Row]:
        """The rows that the query finds."""
        with _translated(self.path, self._wording):
            return self._connection.execute(query, values).fetchall()

    def one(self, query: str, *values: Cell) -> Row | None:
        """The first row that the query finds, or ``None``."""
        rows = self.all(query, *values)
        return rows[0] if rows else None

    def check(self) -> None:
        """Read the whole structure. Raises :class:`LibraryError` where it is damaged."""
        found = self.all("PRAGMA quick_check(1)")
        if found != [("ok",)]:
            raise faults.damaged(self.path, str(found[0][0]), self._wording)
        if self.all("PRAGMA foreign_key_check"):
            raise faults.damaged(self.path, "a row without the one it belongs to", self._wording)

    def _number(self, query: str) -> int:
        return int(self._connection.execute(query).fetchone()[0])


@contextmanager
def _translated(path: Path, wording: Wording) -> Iterator[None]:
    try:
        yield
    except AssistantError:
        raise
    except sqlite3.IntegrityError as error:
        raise faults.damaged(path, str(error), wording) from error
    except (sqlite3.ProgrammingError, sqlite3.InterfaceError):
        raise  # a mistake in this program, such as a store used in another thread
    except UnicodeEncodeError as error:  # half a character, as a terminal makes of odd bytes
        raise NotFoundError(
            f"{ascii(error.object)[:60]} is not text.", "Give the name as it is listed."
        ) from None
    except sqlite3.DatabaseError as error:
        raise faults.known(path, str(error), wording) from error

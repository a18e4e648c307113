"""Reading the rows of a library: as they were written and belonging together, or an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from assistant import faults, schema
from assistant.checksums import checksum, combined, digest
from assistant.database import Database, Row
from assistant.schema import SELECT_PASSAGE, SELECT_RECORD
from assistant.types import DocumentRecord


class Rows:
    """The rows of one connection. Every method raises :class:`LibraryError` where one is damaged.

    Rows come without their checksum, which stands last and which they must match.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def meta(self, key: str) -> str | None:
        """The value recorded under ``key``, or ``None``."""
        row = self._database.one("SELECT key, value, checksum FROM meta WHERE key = ?", key)
        return None if row is None else cast(str, self.sound(row)[1])

    def required(self, key: str) -> str:
        """The value recorded under ``key``, which every library has."""
        value = self.meta(key)
        if value is None:
            raise faults.damaged(self._database.path, f"it has lost its {key}")
        return value

    def records(self) -> list[Row]:
        """All documents, ordered by path; none is missing, and none is of another state."""
        with self._database.snapshot():
            self.require_whole()
            rows = self._database.all(f"{SELECT_RECORD} ORDER BY path")
        return [self.sound(row) for row in rows]

    def record(self, column: str, value: str) -> Row | None:
        """The document that has the value in a column, or ``None``."""
        row = self._database.one(f"{SELECT_RECORD} WHERE {column} = ?", value)
        return None if row is None else self.sound(row)

    def text(self, doc_id: str) -> tuple[str, str]:
        """The page map and the text of a document that there is."""
        _, page_map, text = self.sound(self._database.all(schema.SELECT_TEXT, doc_id)[0])
        return cast(str, page_map), cast(str, text)

    def passages(self, record: DocumentRecord, bound: Row) -> Iterator[tuple[int, Row]]:
        """The keys and rows of a document's passages; ``bound``: the checksums they must match."""
        query = f"{SELECT_PASSAGE} WHERE doc_id = ? ORDER BY ordinal"
        rows = self._database.all(query, record.doc_id) if record.passages else []
        checksums = [row[-2] for row in rows]
        if (len(rows), combined(checksums)) != (record.passages, bound[1]):
            raise faults.damaged(self._database.path, f"{record.path} has lost passages")
        for row in rows:
            yield cast(int, row[-1]), self.sound(row[:-1], cast(int, bound[0]))

    def passage(self, column: str, value: str) -> Row | None:
        """The first passage that has the value in a column, or ``None``."""
        row = self._database.one(f"{SELECT_PASSAGE} WHERE {column} = ? LIMIT 1", value)
        if row is None:
            return None
        texts = self._database.all(schema.SELECT_TEXT_CHECKSUM, row[1])
        return self.sound(row[:-1], cast(int, texts[0][0]) if texts else 0)

    def digest(self) -> str:
        """The digest of the documents as they stand there."""
        return digest(self._database.all("SELECT checksum FROM documents ORDER BY path"))

    def require_whole(self) -> None:
        """Raise where the documents are not those of the last transaction."""
        with self._database.snapshot():
            if self.digest() != self.required("digest"):
                raise faults.damaged(self._database.path, "its documents do not belong together")

    def sound(self, row: Row, seed: int = 0) -> Row:
        """The row without its last column, the checksum, which it must match."""
        if checksum(row[:-1], seed) != row[-1]:
            raise faults.damaged(self._database.path, f"{row[0]!r} does not match its checksum")
        return row[:-1]

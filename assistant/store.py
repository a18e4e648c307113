"""Documents, passages and their vectors in one SQLite file: the truth that indexes derive from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from assistant import faults, schema
from assistant.database import Database, Row
from assistant.errors import NotFoundError
from assistant.protocols import Embedded
from assistant.schema import SELECT_PASSAGE, SELECT_RECORD, VectorPair
from assistant.types import Document, DocumentRecord, Page, Passage

BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Loaded:
    """All passages at one generation, ordered by document path, then by place in the document.

    ``keys`` is int64 (n,); ``matrix`` is float32 (n, d) with unit rows, (0, 0) where n = 0. The
    vectors of the units of passage i are the rows ``offsets[i]:offsets[i + 1]`` of
    ``unit_vectors``, float16 (total, d), one for each of ``passages[i].units``; ``offsets`` is
    int64 (n + 1,).
    """

    generation: int
    passages: tuple[Passage, ...]
    keys: NDArray[np.int64]
    matrix: NDArray[np.float32]
    unit_vectors: NDArray[np.float16]
    offsets: NDArray[np.int64]
    encoder_sha256: str | None = None


class Store:
    """One connection to ``library.db``; made by :meth:`open`.

    A store belongs to the thread that opened it: open another for another thread. Any number of
    stores may read while one writes; each read sees the state before or after a transaction, never
    between. Every method raises :class:`LibraryError` when the file is busy, full or damaged.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, path: Path, *, create: bool = True, timeout: float = BUSY_SECONDS) -> Store:
        """Open the library at ``path``, or make an empty one there where ``create`` is true.

        ``timeout`` is how many seconds a write waits for another writer. Raises
        :class:`LibraryError` where there is none, or it is damaged or of another format.
        """
        return cls(Database.open(path, schema.layout(), create=create, timeout=timeout))

    def close(self) -> None:
        """Close the connection; an open transaction is undone."""
        self._database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def generation(self) -> int:
        """A number that every transaction which changes something raises by one, as part of it."""
        return int(self._required("generation"))

    @property
    def library_id(self) -> str:
        """Names this library for ever, so that an index of another one is recognised."""
        return self._required("library_id")

    def meta(self, key: str) -> str | None:
        """The value recorded under ``key``, such as the encoder's name, or ``None``."""
        row = self._database.one("SELECT key, value, checksum FROM meta WHERE key = ?", key)
        return None if row is None else cast(str, self._sound(row)[1])

    def set_meta(self, key: str, value: str) -> None:
        """Record ``value`` under ``key``; nothing is written where it stands there already."""
        with self.transaction():
            if self.meta(key) != value:
                self._write_meta(key, value)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside become visible at once; after an exception, or a kill, none of them.

        The writing methods need no transaction of their own around them; several of them inside one
        raise the generation once.
        """
        with self._database.transaction() as outermost:
            before = self._database.changes
            yield
            if outermost and self._database.changes != before:
                self._write_meta("generation", str(self.generation + 1))

    def records(self) -> tuple[DocumentRecord, ...]:
        """All documents, failed ones too, ordered by path."""
        rows = self._database.all(f"{SELECT_RECORD} ORDER BY path")
        return tuple(schema.record_from(self._sound(row)) for row in rows)

    def record(self, path: str) -> DocumentRecord | None:
        """The document at ``path``, or ``None``."""
        row = self._database.one(f"{SELECT_RECORD} WHERE path = ?", path)
        return None if row is None else schema.record_from(self._sound(row))

    def document(self, doc_id: str) -> Document:
        """A document's text and pages, without its outline. Raises :class:`NotFoundError`."""
        with self._database.snapshot():
            row = self._database.one(f"{SELECT_RECORD} WHERE doc_id = ?", doc_id)
            if row is None:
                raise NotFoundError(f"There is no document {doc_id} in the library.")
            record = schema.record_from(self._sound(row))
            page_map, text = self._text(doc_id)
        pages = schema.pages_from(page_map)
        return Document(record.doc_id, record.path, record.title, record.sha256, text, pages)

    def passage(self, passage_id: str) -> Passage:
        """One passage by its name. Raises :class:`NotFoundError`."""
        with self._database.snapshot():
            row = self._database.one(f"{SELECT_PASSAGE} WHERE passage_id = ?", passage_id)
            if row is None:
                raise NotFoundError(f"There is no passage {passage_id} in the library.")
            row = self._sound(row[:-1])
            document = self.document(cast(str, row[1]))
        return schema.passage_from(row, document.path, document.text)

    def replace(
        self,
        record: DocumentRecord,
        *,
        text: str,
        pages: Sequence[Page],
        passages: Sequence[Passage],
        contents: Sequence[str],
        embedded: Embedded,
    ) -> None:
        """Put a document with its passages and vectors in place of what ``record.doc_id`` had.

        ``contents[i]`` names all that was embedded for passage i (see :meth:`reusable`), and
        ``embedded.units[i]`` has one row for each of its units. The record's counts are set here.
        Raises :class:`ValueError` where offsets, counts or shapes do not fit together.
        """
        schema.require_consistent(record, text, passages, contents, embedded)
        record = replace(record, passages=len(passages), pages=len(pages))
        with self.transaction():
            self._database.execute("DELETE FROM documents WHERE doc_id = ?", record.doc_id)
            self._insert(record, pages, text)
            rows = schema.passage_rows(passages, contents, embedded)
            self._database.execute_many(schema.INSERT_PASSAGE, rows)

    def mark(self, record: DocumentRecord) -> None:
        """Note the state of a file; passages that it already has stay, and so do its counts."""
        with self.transaction():
            old = self.record(record.path)
            if old is None:
                self._insert(replace(record, passages=0, pages=0), (), "")
                return
            record = replace(record, passages=old.passages, pages=old.pages)
            if record != old:
                row = schema.record_row(record)
                self._database.execute(schema.UPDATE_RECORD, *row, record.path)

    def delete(self, doc_id: str) -> None:
        """Remove a document and its passages; nothing happens where there is none."""
        with self.transaction():
            self._database.execute("DELETE FROM documents WHERE doc_id = ?", doc_id)

    def reset(self) -> None:
        """Remove every document and passage; what ``meta`` records stays."""
        with self.transaction():
            self._database.execute("DELETE FROM documents")

    def reusable(self, contents: Sequence[str]) -> dict[str, VectorPair]:
        """Vectors that the library already has for these contents, of whatever document.

        Each is float32 (d,) for the passage and float16 (m, d) for its units. A content must name
        everything that decides them: the embedded text, the spans of the units, and the encoder.
        """
        found: dict[str, VectorPair] = {}
        query = f"{SELECT_PASSAGE} WHERE content = ? LIMIT 1"
        with self._database.snapshot():
            for content in dict.fromkeys(contents):
                row = self._database.one(query, content)
                if row is not None:
                    found[content] = schema.vectors_from(self._sound(row[:-1]))
        return found

    def load(self) -> Loaded:
        """Everything that searching needs, read in one snapshot."""
        passages: list[Passage] = []
        keys: list[int] = []
        vectors: list[tuple[bytes, bytes]] = []
        with self._database.snapshot():
            generation, encoder = self.generation, self.meta("encoder_sha256")
            for record in self.records():
                text = self._text(record.doc_id)[1] if record.passages else ""
                for key, row in self._passage_rows(record):
                    keys.append(key)
                    passages.append(schema.passage_from(row, record.path, text))
                    vectors.append(schema.vector_bytes(row))
        arrays = schema.stacked(vectors)
        return Loaded(generation, tuple(passages), np.array(keys, np.int64), *arrays, encoder)

    def check(self) -> None:
        """Read everything. Raises :class:`LibraryError` at the first thing that is damaged."""
        self._database.check()
        self.load()

    def _passage_rows(self, record: DocumentRecord) -> Iterator[tuple[int, Row]]:
        query = f"{SELECT_PASSAGE} WHERE doc_id = ? ORDER BY ordinal"
        rows = self._database.all(query, record.doc_id) if record.passages else []
        if len(rows) != record.passages:
            raise faults.damaged(self._database.path, f"{record.path} has lost passages")
        for row in rows:
            yield cast(int, row[-1]), self._sound(row[:-1])

    def _insert(self, record: DocumentRecord, pages: Sequence[Page], text: str) -> None:
        text_row = schema.text_row(record.doc_id, pages, text)
        self._database.execute(schema.INSERT_DOCUMENT, *schema.record_row(record), *text_row[1:])

    def _text(self, doc_id: str) -> tuple[str, str]:
        _, page_map, text = self._sound(self._database.all(schema.SELECT_TEXT, doc_id)[0])
        return cast(str, page_map), cast(str, text)

    def _required(self, key: str) -> str:
        value = self.meta(key)
        if value is None:
            raise faults.damaged(self._database.path, f"it has lost its {key}")
        return value

    def _write_meta(self, key: str, value: str) -> None:
        row = (key, value, schema.checksum((key, value)))
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", *row)

    def _sound(self, row: Row) -> Row:
        """The row without its last column, the checksum, which it must match."""
        if schema.checksum(row[:-1]) != row[-1]:
            raise faults.damaged(self._database.path, f"{row[0]!r} does not match its checksum")
        return row[:-1]

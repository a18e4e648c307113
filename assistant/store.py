"""Documents, passages and their vectors in one SQLite file: the truth that indexes derive from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from assistant import faults, packed, schema
from assistant.checksums import checksum, combined
from assistant.database import Cell, Database, Row
from assistant.derived import VECTORS, Origin, last_generation
from assistant.errors import NotFoundError
from assistant.loaded import Loaded
from assistant.protocols import Embedded, Pieces
from assistant.rows import Rows
from assistant.types import Document, DocumentRecord, Page, Passage

BUSY_SECONDS = 5.0


class Store:
    """One connection to ``library.db``; made by :meth:`open`.

    A store belongs to the thread that opened it: open another for another thread. Any number of
    stores may read while one writes; each read sees the state before or after a transaction, never
    between. Every method raises :class:`LibraryError` when the file is busy, full or damaged.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows = Rows(database)

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
        return int(self._rows.required("generation"))

    @property
    def library_id(self) -> str:
        """Names this library for ever, so that an index of another one is recognised."""
        return self._rows.required("library_id")

    @property
    def digest(self) -> str:
        """Names all that documents, passages and vectors are: the same digest, the same content."""
        return self._rows.required("digest")

    def origin(self) -> Origin:
        """What an index over the current state is built from."""
        with self._database.snapshot():
            passages = sum(record.passages for record in self.records())
            return Origin(self.library_id, self.generation, passages, self.digest)

    def meta(self, key: str) -> str | None:
        """The value recorded under ``key``, such as the encoder's name, or ``None``."""
        return self._rows.meta(key)

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
            if self._database.changes != before:
                self._write_meta("digest", self._rows.digest())
                if outermost:
                    self._write_meta("generation", str(self.generation + 1))

    def records(self) -> tuple[DocumentRecord, ...]:
        """All documents, failed ones too, ordered by path."""
        return tuple(schema.record_from(row) for row in self._rows.records())

    def record(self, path: str) -> DocumentRecord | None:
        """The document at ``path``, or ``None``."""
        row = self._rows.record("path", path)
        return None if row is None else schema.record_from(row)

    def document(self, doc_id: str) -> Document:
        """A document's text and pages, without its outline. Raises :class:`NotFoundError`."""
        self.require_latest()
        with self._database.snapshot():
            return self._document(doc_id)

    def passage(self, passage_id: str) -> Passage:
        """One passage by its name. Raises :class:`NotFoundError`."""
        self.require_latest()
        with self._database.snapshot():
            row = self._rows.passage("passage_id", passage_id)
            if row is None:
                raise NotFoundError(f"There is no passage {passage_id} in the library.")
            document = self._document(cast(str, row[1]))
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
        record = replace(record, passages=len(passages), pages=schema.page_count(pages, passages))
        with self.transaction():
            self._database.execute("DELETE FROM documents WHERE doc_id = ?", record.doc_id)
            text_row = schema.text_row(record.doc_id, pages, text)
            rows = list(schema.passage_rows(passages, contents, embedded, text_row[-1]))
            self._insert(record, text_row, [row[-1] for row in rows])
            self._database.execute_many(schema.INSERT_PASSAGE, rows)

    def mark(self, record: DocumentRecord) -> None:
        """Note the state of a file; passages that it already has stay, and so do its counts."""
        with self.transaction():
            row = self._rows.record("path", record.path)
            if row is None:
                empty = schema.text_row(record.doc_id, (), "")
                self._insert(replace(record, passages=0, pages=0), empty, [])
                return
            old = schema.record_from(row)
            record = replace(record, passages=old.passages, pages=old.pages)
            if record != old:
                changed = schema.record_row(record, row[-2:])
                self._database.execute(schema.UPDATE_RECORD, *changed, record.path)

    def delete(self, doc_id: str) -> None:
        """Remove a document and its passages; nothing happens where there is none."""
        with self.transaction():
            self._database.execute("DELETE FROM documents WHERE doc_id = ?", doc_id)

    def reusable(self, contents: Sequence[str]) -> dict[str, tuple[Pieces, NDArray[np.float16]]]:
        """Vectors that the library already has for these contents, of whatever document.

        Each is a passage's word pieces, and float16 (m, d) for its units. A content must name
        everything that decides them: the embedded text, the spans of the units, and the encoder.
        """
        found = {}
        with self._database.snapshot():
            for content in dict.fromkeys(contents):
                row = self._rows.passage("content", content)
                if row is not None:
                    found[content] = packed.unpack(schema.cells(row))
        return found

    def load(self) -> Loaded:
        """Everything that searching needs, read in one snapshot."""
        passages: list[Passage] = []
        keys: list[int] = []
        vectors: list[packed.Cells] = []
        with self._database.snapshot():
            generation, encoder = self.generation, self.meta("encoder_sha256")
            named = self.library_id, self.digest
            for bound in self._rows.records():
                record = schema.record_from(bound)
                text = self._rows.text(record.doc_id)[1] if record.passages else ""
                for key, row in self._rows.passages(record, bound[-2:]):
                    keys.append(key)
                    passages.append(schema.passage_from(row, record.path, text))
                    vectors.append(schema.cells(row))
        numbers = np.array(keys, np.int64)
        stacked = packed.stack(vectors)
        return Loaded(generation, tuple(passages), numbers, stacked, encoder, *named)

    def check(self) -> None:
        """Read everything. Raises :class:`LibraryError` at the first thing that is damaged."""
        self._database.check()
        self.load()

    def require_latest(self) -> None:
        """Raise :class:`DamagedError` where the index in the folder is of a later state.

        The library has gone back to an earlier one then, as when its log was lost.
        """
        if self._last_indexed() > self.generation:
            raise faults.behind(self._database.path)

    def outrun(self) -> None:
        """Raise the generation above that of an index of a state that was lost."""
        last = self._last_indexed()
        if last > self.generation:
            with self.transaction():
                self._write_meta("generation", str(last))

    def _last_indexed(self) -> int:
        # Looked at before the generation is: an index is built after what it is built from.
        return last_generation(self._database.path.with_name(VECTORS), self.library_id)

    def copy(self, path: Path) -> None:
        """Write the library, in one state, into a new file at ``path``; writers may go on."""
        self._database.copy(path)

    def _document(self, doc_id: str) -> Document:
        self._rows.require_whole()
        row = self._rows.record("doc_id", doc_id)
        if row is None:
            raise NotFoundError(f"There is no document {doc_id} in the library.")
        found = schema.record_from(row)
        page_map, text = self._rows.text(doc_id)
        pages = schema.pages_from(page_map)
        return Document(found.doc_id, found.path, found.title, found.sha256, text, pages)

    def _insert(self, record: DocumentRecord, text_row: Row, passages: Sequence[Cell]) -> None:
        row = schema.record_row(record, (text_row[-1], combined(passages)))
        self._database.execute(schema.INSERT_DOCUMENT, *row, *text_row[1:-1])

    def _write_meta(self, key: str, value: str) -> None:
        row = (key, value, checksum((key, value)))
        self._database.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", *row)

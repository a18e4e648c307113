"""The tables of ``library.db``, and how a document and a passage lie in a row; pure.

Every row carries a checksum of its own columns, because SQLite notices a damaged page structure but
not a changed letter. A passage's is bound to the text it was cut from, a document's to its text and
passages, and a digest to all documents, so that rows of two states are never taken for one. What
does not match is never used.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import cast

from assistant import packed
from assistant.checksums import checksum, digest
from assistant.database import Cell, Layout, Row
from assistant.protocols import Embedded
from assistant.types import (
    DocumentRecord,
    DocumentState,
    Page,
    Passage,
    PassageKind,
    Unit,
)

# Keys are never used twice (AUTOINCREMENT). The large columns stand last, so that reading the
# others does not touch their pages.
_TABLES = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL, checksum INTEGER NOT NULL)",
    """CREATE TABLE documents (
        doc_id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, source TEXT NOT NULL,
        title TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL, state TEXT NOT NULL,
        reason TEXT NOT NULL, passages INTEGER NOT NULL, pages INTEGER NOT NULL,
        text_checksum INTEGER NOT NULL, passages_checksum INTEGER NOT NULL,
        checksum INTEGER NOT NULL, page_map TEXT NOT NULL, text TEXT NOT NULL)""",
    """CREATE TABLE passages (
        key INTEGER PRIMARY KEY AUTOINCREMENT, passage_id TEXT NOT NULL UNIQUE,
        doc_id TEXT NOT NULL REFERENCES documents (doc_id) ON DELETE CASCADE,
        ordinal INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        heading TEXT NOT NULL, page_start INTEGER, page_end INTEGER, page_label TEXT,
        kind TEXT NOT NULL, header TEXT NOT NULL, "references" TEXT NOT NULL, units TEXT NOT NULL,
        content TEXT NOT NULL, vector BLOB NOT NULL, unit_vectors BLOB NOT NULL,
        pieces BLOB NOT NULL, spans BLOB NOT NULL, checksum INTEGER NOT NULL)""",
    "CREATE UNIQUE INDEX passages_in_order ON passages (doc_id, ordinal)",
    "CREATE INDEX passages_by_content ON passages (content)",
)
# The columns that a checksum is made of stand in front of it.
_RECORD = (
    "doc_id, path, source, title, sha256, size, state, reason, passages, pages,"
    " text_checksum, passages_checksum"
)
_PASSAGE = (
    'passage_id, doc_id, ordinal, start, "end", heading, page_start, page_end, page_label, kind,'
    ' header, "references", units, content, vector, unit_vectors,'
    " pieces, spans"
)


def _columns(columns: str, link: str) -> str:
    return f"({columns}) {link} ({', '.join('?' for _ in columns.split(','))})"


SELECT_RECORD = f"SELECT {_RECORD}, checksum FROM documents"
SELECT_TEXT = "SELECT doc_id, page_map, text, text_checksum FROM documents WHERE doc_id = ?"
SELECT_TEXT_CHECKSUM = "SELECT text_checksum FROM documents WHERE doc_id = ?"
SELECT_PASSAGE = f"SELECT {_PASSAGE}, checksum, key FROM passages"
INSERT_DOCUMENT = "INSERT INTO documents " + _columns(
    f"{_RECORD}, checksum, page_map, text", "VALUES"
)
INSERT_PASSAGE = "INSERT INTO passages " + _columns(f"{_PASSAGE}, checksum", "VALUES")
UPDATE_RECORD = f"UPDATE documents SET {_columns(f'{_RECORD}, checksum', '=')} WHERE path = ?"

# 1 bound neither passages to their text nor documents to each other, 2 had no word pieces
VERSION = 3

_decode = json.JSONDecoder().raw_decode


def layout() -> Layout:
    """What a library looks like that is made now: empty, with a new name for itself."""
    rows = (("generation", "0"), ("library_id", uuid.uuid4().hex), ("digest", digest(())))
    values = ", ".join(f"('{key}', '{value}', {checksum((key, value))})" for key, value in rows)
    fill = f"INSERT INTO meta VALUES {values}"
    return Layout((*_TABLES, fill), application_id=0x53747541, version=VERSION)  # "StuA"


def record_row(record: DocumentRecord, bound: Row) -> Row:
    """A record as the row of ``SELECT_RECORD``, checksum included.

    ``bound`` are the checksum of its text and the combined one of its passages.
    """
    row: Row = (
        *(record.doc_id, record.path, record.source, record.title, record.sha256, record.size),
        *(record.state, record.reason, record.passages, record.pages, *bound),
    )
    return (*row, checksum(row))


def record_from(row: Row) -> DocumentRecord:
    """The record in a row of ``SELECT_RECORD``, without its checksum."""
    doc_id, path, source, title, sha256, size, state, reason, passages, pages = row[:10]
    return DocumentRecord(
        doc_id=cast(str, doc_id),
        path=cast(str, path),
        source=cast(str, source),
        title=cast(str, title),
        sha256=cast(str, sha256),
        size=cast(int, size),
        state=cast(DocumentState, state),
        reason=cast(str, reason),
        passages=cast(int, passages),
        pages=cast(int, pages),
    )


def text_row(doc_id: str, pages: Sequence[Page], text: str) -> Row:
    """A document's text and pages as the row of ``SELECT_TEXT``, checksum included."""
    page_map = _json([(page.number, page.start, page.end, page.label) for page in pages])
    row: Row = (doc_id, page_map, text)
    return (*row, checksum(row))


def page_count(pages: Sequence[Page], passages: Sequence[Passage]) -> int:
    """How many pages a document has: those of the file, or up to the last that its own table of
    contents names, or 0."""
    return len(pages) or max((passage.page_end or 0 for passage in passages), default=0)


def pages_from(page_map: str) -> tuple[Page, ...]:
    """The pages that ``text_row`` wrote."""
    return tuple(Page(*page) for page in json.loads(page_map))


def passage_rows(
    passages: Sequence[Passage], contents: Sequence[str], embedded: Embedded, seed: Cell
) -> Iterator[Row]:
    """The rows for ``INSERT_PASSAGE``, checksums included; ``seed`` is that of their text."""
    for ordinal, passage in enumerate(passages):
        row: Row = (
            *(passage.passage_id, passage.doc_id, ordinal, passage.start, passage.end),
            *(_json(passage.heading), passage.page_start, passage.page_end, passage.page_label),
            *(passage.kind, passage.header, _json(passage.references)),
            _json([(unit.kind, unit.start, unit.end, unit.heading) for unit in passage.units]),
            contents[ordinal],
            *packed.pack(embedded.pieces[ordinal], embedded.units[ordinal]),
        )
        yield (*row, checksum(row, cast(int, seed)))


def passage_from(row: Row, path: str, text: str) -> Passage:
    """The passage in a row of ``SELECT_PASSAGE``, of the document at ``path`` with ``text``."""
    passage_id, doc_id, _, first, last, heading, page_start, page_end, label, kind = row[:10]
    header, references, units = cast(tuple[str, str, str], row[10:13])
    start, end = cast(int, first), cast(int, last)
    return Passage(
        passage_id=cast(str, passage_id),
        doc_id=cast(str, doc_id),
        document=path,
        heading=_strings(cast(str, heading)),
        page_start=cast("int | None", page_start),
        page_end=cast("int | None", page_end),
        start=start,
        end=end,
        text=text[start:end],
        kind=cast(PassageKind, kind),
        header=header,
        page_label=cast("str | None", label),
        references=_strings(references),
        units=tuple([Unit(k, a, b, tuple(above)) for k, a, b, above in _decode(units)[0]]),
    )


def cells(row: Row) -> packed.Cells:
    """The vectors in a row of ``SELECT_PASSAGE``."""
    return cast(packed.Cells, row[14:18])


def require_consistent(
    record: DocumentRecord,
    text: str,
    passages: Sequence[Passage],
    contents: Sequence[str],
    embedded: Embedded,
) -> None:
    """Raise :class:`ValueError` where offsets, counts or shapes do not fit together."""
    if not len(passages) == len(contents) == len(embedded.pieces) == len(embedded.units):
        raise ValueError(f"{record.path}: as many contents and vectors as passages are needed")
    if len({passage.passage_id for passage in passages}) < len(passages):
        raise ValueError(f"{record.path}: the names of passages must be unique")
    for passage, pieces, units in zip(passages, embedded.pieces, embedded.units, strict=True):
        if passage.doc_id != record.doc_id or passage.document != record.path:
            raise ValueError(f"{passage.passage_id} belongs to another document")
        if text[passage.start : passage.end] != passage.text:
            raise ValueError(f"{passage.passage_id}: its text does not stand at its offsets")
        if pieces.whole.ndim != 1 or not len(pieces.whole):
            raise ValueError(f"{passage.passage_id}: its vector must be (d,)")
        if units.shape != (len(passage.units), len(pieces.whole)):
            raise ValueError(f"{passage.passage_id}: unit vectors {units.shape} do not fit")
        if pieces.vectors.ndim != 2 or pieces.spans.shape != (len(pieces.vectors), 2):
            raise ValueError(f"{passage.passage_id}: word pieces {pieces.spans.shape} do not fit")


@lru_cache(maxsize=4096)  # neighbouring passages share their heading
def _strings(encoded: str) -> tuple[str, ...]:
    return tuple(json.loads(encoded))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

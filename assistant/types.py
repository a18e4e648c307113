"""The types at the seams between modules. Read this file first.

Everything here is frozen and imports nothing heavy. Offsets (``start``, ``end``) always count
characters of a document's extracted text, end exclusive, so ``document.text[start:end]`` is the
thing itself. What computes and what writes, the encoder and the chat model, is in ``protocols.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

Mode = Literal["hybrid", "dense", "lexical"]
BlockKind = Literal["heading", "paragraph", "item", "row", "reference", "noise"]
UnitKind = Literal["sentence", "item", "row"]
PassageKind = Literal["text", "list", "table"]
DocumentState = Literal["ready", "warning", "failed"]
Stage = Literal["read", "embed", "index", "ask"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page: ``number`` counts from 1; ``label`` is the printed number where it differs."""

    number: int
    start: int
    end: int
    label: str | None = None


@dataclass(frozen=True, slots=True)
class TocEntry:
    """One line of a table of contents: level 1 is the top; ``page`` counts from 1 or is unknown."""

    title: str
    level: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a loader returns: the text every later offset counts in, its pages, and bookmarks.

    ``pages`` is empty for formats without pages. ``toc`` holds the bookmarks of a PDF.
    ``warnings`` are sentences about what could not be read, such as pages without text.
    """

    text: str
    title: str = ""
    pages: tuple[Page, ...] = ()
    toc: tuple[TocEntry, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A run of whole lines of one kind: a paragraph, a bullet, a table row, a heading.

    ``level`` is the nesting of a bullet or the rank of a heading (0 = outermost). ``header`` is the
    span of the header row that names a row's cells, or ``None`` where the table has none.
    """

    kind: BlockKind
    start: int
    end: int
    level: int = 0
    header: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Text under one heading, without that of its subsections.

    ``heading`` is the path from the top, outermost first; ``chapter`` numbers the part of the
    document that no passage may cross. ``page_start`` and ``page_end`` are known only where a table
    of contents names them; otherwise the page map of the document decides. ``references`` are the
    addresses listed as further reading for the chapter.
    """

    heading: tuple[str, ...]
    chapter: int
    blocks: tuple[Block, ...]
    page_start: int | None = None
    page_end: int | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One file of the corpus as extracted text with its structure.

    ``path`` is relative to the corpus root, with forward slashes; ``doc_id`` is derived from it.
    """

    doc_id: str
    path: str
    title: str
    sha256: str
    text: str
    pages: tuple[Page, ...] = ()
    outline: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest thing an answer quotes: a sentence, a bullet, or a table row.

    ``heading`` is what the unit stands under below its passage's heading path, outermost first.
    """

    kind: UnitKind
    start: int
    end: int
    heading: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded, searched and shown. Invariant: ``document.text[start:end] == text``.

    The encoder sees the heading path, then ``header``, then the text; people are shown the text.
    ``header`` repeats a table's header row where the passage holds rows cut off from it.
    ``page_label`` is the printed page or page range where it differs from the page numbers.
    """

    passage_id: str
    doc_id: str
    document: str
    heading: tuple[str, ...]
    page_start: int | None
    page_end: int | None
    start: int
    end: int
    text: str
    kind: PassageKind = "text"
    header: str = ""
    page_label: str | None = None
    references: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question. Higher ``score`` is better, in every mode.

    ``rank`` counts from 1; ``dense_rank`` and ``lexical_rank`` are the ranks in the two searches,
    or ``None`` where that search did not return the passage.
    """

    passage: Passage
    score: float
    rank: int
    dense_rank: int | None = None
    lexical_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quotation with its place. Invariant: ``document.text[start:end] == quote``."""

    marker: int
    passage: Passage
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one question; ``searched`` is what was looked up, which a follow-up rewrites.

    ``text`` carries ``[n]`` behind every quotation, n being a citation's ``marker``. ``confidence``
    is in 0…1. ``generator`` is ``"quotation"`` or the name of a chat model. ``seconds`` are those
    that each stage took, where it has just been made.
    """

    question: str
    searched: str
    text: str
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    refused: bool
    confidence: float
    generator: str = "quotation"
    note: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict, compare=False)

    @property
    def further_reading(self) -> tuple[str, ...]:
        """The addresses that the chapters it cites give as their references, each once."""
        found = (one for citation in self.citations for one in citation.passage.references)
        return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A file as the library knows it; ``reason`` says why it failed or what is amiss.

    ``path`` is what it is called in answers; ``source`` is the file's absolute path.
    """

    doc_id: str
    path: str
    source: str
    title: str
    sha256: str
    size: int
    state: DocumentState
    reason: str = ""
    passages: int = 0
    pages: int = 0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What one sync did, by document path, and how many seconds each stage took."""

    added: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    failed: tuple[DocumentRecord, ...] = ()
    warned: tuple[DocumentRecord, ...] = ()
    documents: int = 0
    passages: int = 0
    embedded: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """What the library holds and what it was built with; ``remark`` is what needs attention."""

    library: str
    documents: tuple[DocumentRecord, ...]
    passages: int
    generation: int
    encoder: str
    encoder_sha256: str
    size_bytes: int
    remark: str = ""

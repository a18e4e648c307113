"""Bringing a library up to date with files: the one loop from file to stored passages."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np

from assistant.chunk import Chunking, chunk, embedded_text, unit_spans
from assistant.errors import LoadError
from assistant.files import digest, is_unicode, leads_out, name_files, shown
from assistant.load import Reader, check, reasons
from assistant.protocols import Embedded, Encoder, Progress
from assistant.store import Store
from assistant.tally import Tally
from assistant.types import (
    Document,
    DocumentRecord,
    DocumentState,
    Passage,
    Stage,
    SyncReport,
)

NOTHING = Embedded((), ())


class Sync:
    """One sync of a library: what it needs, and what it has done so far."""

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        reader: Reader,
        *,
        sizes: Chunking,
        max_mb: int,
        progress: Progress | None = None,
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._reader = reader
        self._sizes = sizes
        self._max_mb = max_mb
        self._progress = progress
        self._tally = Tally()
        self._out: set[Path] = set()  # links that are not followed
        self._loading = False
        self._encoder_changed = False

    def run(self, roots: Sequence[Path], corpus: Path, skipped: Path) -> SyncReport:
        """Read what is new or changed below ``roots``, then forget what is gone from them.

        ``roots`` are absolute files or folders; documents are named by their path below
        ``corpus`` or the folder given. Each document is replaced in one transaction; for another
        encoder all of them are, in one, so that vectors of two encoders never stand together.
        """
        started = perf_counter()
        files = name_files(roots, corpus, skipped, self._store.records())
        recorded = self._store.meta("encoder_sha256")
        self._encoder_changed = recorded not in (None, self._encoder.sha256)
        with ExitStack() as stack:
            if self._encoder_changed:
                stack.enter_context(self._store.transaction())
            self._record_encoder()
            current = self._fingerprint() == self._store.meta("fingerprint")
            others = self._others(files)
            gone = [record for record in others if is_gone(record, roots)]
            if not current:
                # Documents from elsewhere have to follow the new settings too.
                files |= {Path(other.source): other.path for other in others if other not in gone}
            asked = {root for root in roots if root.is_file()}
            self._out = {f for f in files if f not in roots and leads_out(f, [*roots, corpus])}
            for done, (source, path) in enumerate(files.items()):
                self._report("read", done, len(files), path)
                self._one(source, path, again=not current or source in asked)
            self._report("read", len(files), len(files))
            self._forget(gone)
            self._store.set_meta("fingerprint", self._fingerprint())
        self._tally.spent("total", started)
        return self._tally.report(self._store.records())

    def _record_encoder(self) -> None:
        """Say whose vectors the library holds, before the first of them is stored."""
        with self._store.transaction():
            self._store.set_meta("encoder", self._encoder.name)
            self._store.set_meta("encoder_sha256", self._encoder.sha256)

    def _fingerprint(self) -> str:
        return f"{self._sizes.fingerprint()}/{self._encoder.sha256}"

    def _others(self, files: dict[Path, str]) -> list[DocumentRecord]:
        """What the library has beside these files."""
        names = set(files.values())
        return [record for record in self._store.records() if record.path not in names]

    def _forget(self, gone: Sequence[DocumentRecord]) -> None:
        """Drop documents; last, so that a file that only got another name keeps its vectors."""
        for record in gone:
            self._store.delete(record.doc_id)
            self._tally.note("removed", record.path)

    def _one(self, source: Path, path: str, *, again: bool) -> None:
        """Bring one document up to date, or note why it cannot be read."""
        if not is_unicode(str(source)):
            name = path.encode("utf-8", "replace").decode()
            reason = "Its name is not Unicode. Rename the file."
            self._tally.remark(DocumentRecord("", name, "", "", "", 0, "failed", reason))
            return
        old = self._store.record(path)
        doc_id = hashlib.sha256(path.encode()).hexdigest()[:12]
        title = old.title if old is not None else ""
        record = DocumentRecord(doc_id, path, str(source), title, "", 0, "failed")
        try:
            if source in self._out:
                raise reasons.leads_out()
            check(source, self._max_mb)
            sha256, size = digest(source)
            record = replace(record, sha256=sha256, size=size)
            if old is not None and old.sha256 == record.sha256 and not again:
                self._settle(replace(old, source=str(source)))
                return
            self._load_model_meanwhile()
            read = self._read(source, record)
        except OSError as error:
            self._fail(replace(record, reason=f"It cannot be read: {error.strerror}."))
        except LoadError as error:
            self._fail(replace(record, reason=f"{error.message}. {error.hint}".strip()))
        else:
            self._put(*read)
            self._tally.note("added" if old is None else "updated", path)

    def _read(
        self, source: Path, record: DocumentRecord
    ) -> tuple[DocumentRecord, Document, list[Passage]]:
        """A file as a document, cut into passages. Raises :class:`LoadError`."""
        since = perf_counter()
        extracted, outline = self._reader.read_outlined(source)
        since = self._tally.spent("read", since)
        reason = " ".join(extracted.warnings)
        state: DocumentState = "warning" if reason else "ready"
        title = extracted.title or shown(source.stem)
        record = replace(record, title=title, state=state, reason=reason)
        named = (record.doc_id, record.path, record.title, record.sha256)
        document = Document(*named, extracted.text, extracted.pages, outline)
        encoder, limit = self._encoder, self._reader.limited()
        count = limit.on(encoder.count_tokens)
        passages = chunk(document, count, encoder.max_tokens, self._sizes)
        self._tally.spent("chunk", since)
        return record, document, passages

    def _put(self, record: DocumentRecord, document: Document, passages: list[Passage]) -> None:
        """Embed and store one document."""
        since = perf_counter()
        contents = [content_of(passage, self._encoder.sha256) for passage in passages]
        embedded = self._embed(passages, contents)
        since = self._tally.spent("embed", since)
        self._store.replace(
            record,
            text=document.text,
            pages=document.pages,
            passages=passages,
            contents=contents,
            embedded=embedded,
        )
        self._tally.spent("store", since)
        self._tally.remark(record)

    def _embed(self, passages: Sequence[Passage], contents: Sequence[str]) -> Embedded:
        """The vectors of the passages; those that the library has already are not made again."""
        known = self._store.reusable(contents)
        new = [i for i, content in enumerate(contents) if content not in known]
        made = self._encoder.encode_passages(
            [embedded_text(passages[i]) for i in new],
            [unit_spans(passages[i]) for i in new],
            lambda done: self._report("embed", done, len(new)),
        )
        self._tally.embedded += len(new)
        at = {i: row for row, i in enumerate(new)}
        rows = [
            (made.pieces[at[i]], made.units[at[i]]) if i in at else known[contents[i]]
            for i in range(len(passages))
        ]
        return Embedded(
            tuple(pieces for pieces, _ in rows),
            tuple(np.asarray(units, np.float32) for _, units in rows),
        )

    def _settle(self, record: DocumentRecord) -> None:
        """Report a file that has not changed, though it may stand elsewhere now."""
        self._store.mark(record)
        self._tally.note("unchanged", record.path)
        self._tally.remark(record)

    def _fail(self, record: DocumentRecord) -> None:
        """Note that a file cannot be read; what the library has of it stays, if it can."""
        if self._encoder_changed:
            # Its passages have vectors that do not compare with the others any more.
            self._store.replace(
                record, text="", pages=(), passages=(), contents=(), embedded=NOTHING
            )
        else:
            self._store.mark(record)
        self._tally.remark(record)

    def _load_model_meanwhile(self) -> None:
        """Load the model in the background: it takes seconds, in which documents can be read."""
        if not self._loading:
            self._loading = True
            threading.Thread(target=self._warm_up, daemon=True).start()

    def _warm_up(self) -> None:
        with suppress(Exception):  # whoever encodes meets it again, in a place that reports it
            self._encoder.warm_up()

    def _report(self, stage: Stage, done: int, total: int, detail: str = "") -> None:
        if self._progress is not None:
            self._progress(stage, done, total, detail)


def is_gone(record: DocumentRecord, roots: Sequence[Path]) -> bool:
    """Whether a document's file stood below one of the roots and does not any more."""
    source = Path(record.source)
    return any(source.is_relative_to(root) for root in roots) and not source.is_file()


def content_of(passage: Passage, encoder_sha256: str) -> str:
    """Names all that decides a passage's vectors: what is embedded, its units, the encoder."""
    parts = [encoder_sha256, embedded_text(passage), unit_spans(passage)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()

"""Bringing a library up to date with files: the one loop from file to stored passages."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter

import numpy as np

from assistant.chunk import Chunking, chunk, context_of, embedded_text
from assistant.embed import SentenceEncoder
from assistant.errors import LoadError
from assistant.load import Reader, check
from assistant.outline import parse
from assistant.store import Store
from assistant.types import (
    Document,
    DocumentRecord,
    DocumentState,
    Embedded,
    Extracted,
    Passage,
    Progress,
    Stage,
    SyncReport,
)

# Files about a folder rather than material in it.
NOT_MATERIAL = frozenset({"readme", "license", "licence", "thumbs.db", "desktop.ini"})


@dataclass(slots=True)
class _Tally:
    """What a sync has done so far."""

    paths: dict[str, list[str]] = field(default_factory=dict)
    failed: list[DocumentRecord] = field(default_factory=list)
    warned: list[DocumentRecord] = field(default_factory=list)
    embedded: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, what: str, path: str) -> None:
        self.paths.setdefault(what, []).append(path)

    def spent(self, stage: str, since: float) -> float:
        now = perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - since
        return now


def find_files(root: Path, skipped: Path) -> list[Path]:
    """The files below a folder that may be study material, in order; links are not followed.

    Hidden files, and those about the folder itself (README, LICENSE), are left out, and so is
    everything below ``skipped``, the library.
    """
    found = []
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (here / f).resolve() != skipped
        )
        found += [
            here / name
            for name in sorted(names)
            if not name.startswith((".", "~$"))
            and not {name.casefold(), name.casefold().partition(".")[0]} & NOT_MATERIAL
        ]
    return found


class Sync:
    """One sync of a library: what it needs, and what it has done so far."""

    def __init__(
        self,
        store: Store,
        encoder: SentenceEncoder,
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
        self._tally = _Tally()
        self._loading = False

    def run(self, roots: Sequence[Path], corpus: Path, skipped: Path) -> SyncReport:
        """Read what is new or changed below ``roots``, forget what is gone from them.

        ``roots`` are absolute files or folders; documents are named by their path below
        ``corpus`` or the folder given. Each document is replaced in one transaction; for another
        encoder all of them are, in one, so that vectors of two encoders never stand together.
        """
        started = perf_counter()
        files = self._name(roots, corpus, skipped)
        rebuild = self._store.meta("encoder_sha256") not in (None, self._encoder.sha256)
        with ExitStack() as stack:
            if rebuild:
                stack.enter_context(self._store.transaction())
            current = self._fingerprint() == self._store.meta("fingerprint")
            self._forget(roots, set(files))
            if not current:
                # Documents from elsewhere have to follow the new settings too.
                for record in self._store.records():
                    files.setdefault(Path(record.source), record.path)
            asked = {root for root in roots if root.is_file()}
            for done, (source, path) in enumerate(files.items()):
                self._report("read", done, len(files), path)
                self._one(source, path, again=not current or source in asked)
            self._report("read", len(files), len(files))
            self._store.set_meta("encoder", self._encoder.name)
            self._store.set_meta("encoder_sha256", self._encoder.sha256)
            self._store.set_meta("fingerprint", self._fingerprint())
        self._tally.spent("total", started)
        return self._summary()

    def _fingerprint(self) -> str:
        return f"{self._sizes.fingerprint()}/{self._encoder.sha256}"

    def _name(self, roots: Sequence[Path], corpus: Path, skipped: Path) -> dict[Path, str]:
        """Every file below the roots, and what its document is called."""
        taken = {record.path: Path(record.source) for record in self._store.records()}
        named: dict[Path, str] = {}
        for root in roots:
            files = find_files(root, skipped) if root.is_dir() else [root]
            base = root if root.is_dir() else root.parent
            base = corpus if root.is_relative_to(corpus) else base
            for file in files:
                name = file.relative_to(base).as_posix()
                while taken.get(name, file) != file and base != base.parent:
                    base = base.parent
                    name = file.relative_to(base).as_posix()
                # Names that are no Unicode on disk could not be stored.
                name = name.encode("utf-8", "replace").decode("utf-8")
                taken[name] = file
                named[file] = name
        return named

    def _forget(self, roots: Sequence[Path], files: set[Path]) -> None:
        """Drop the documents whose file is gone from below one of the roots."""
        for record in self._store.records():
            source = Path(record.source)
            gone = source not in files and not source.is_file()
            if gone and any(source.is_relative_to(root) for root in roots):
                self._store.delete(record.doc_id)
                self._tally.note("removed", record.path)

    def _one(self, source: Path, path: str, *, again: bool) -> None:
        """Bring one document up to date, or note why it cannot be read."""
        old = self._store.record(path)
        doc_id = hashlib.sha256(path.encode()).hexdigest()[:12]
        record = DocumentRecord(doc_id, path, str(source), "", "", 0, "failed")
        try:
            check(source, self._max_mb)
            content = source.read_bytes()
            record = replace(record, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
            if old is not None and old.sha256 == record.sha256 and not again:
                self._settle(old)
                return
            self._load_model_meanwhile()
            since = perf_counter()
            extracted = self._reader.read(source)
        except OSError as error:
            self._fail(replace(record, reason=f"It cannot be read: {error.strerror}."))
        except LoadError as error:
            self._fail(replace(record, reason=f"{error.message} {error.hint}".strip()))
        else:
            self._tally.spent("read", since)
            reason = " ".join(extracted.warnings)
            state: DocumentState = "warning" if reason else "ready"
            title = extracted.title or source.stem
            self._put(replace(record, title=title, state=state, reason=reason), extracted)
            self._tally.note("added" if old is None else "updated", path)

    def _put(self, record: DocumentRecord, extracted: Extracted) -> None:
        """Chunk, embed and store one document."""
        since = perf_counter()
        document = Document(
            record.doc_id,
            record.path,
            record.title,
            record.sha256,
            extracted.text,
            extracted.pages,
            parse(extracted),
        )
        encoder = self._encoder
        passages = chunk(document, encoder.count_tokens, encoder.max_tokens, self._sizes)
        since = self._tally.spent("chunk", since)
        contents = [content_of(passage, encoder.sha256) for passage in passages]
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
        if record.reason:
            self._tally.warned.append(record)

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
            (made.passages[at[i]], made.units[at[i]]) if i in at else known[contents[i]]
            for i in range(len(passages))
        ]
        if not rows:
            return made
        return Embedded(
            np.stack([vector for vector, _ in rows]),
            tuple(np.asarray(units, np.float32) for _, units in rows),
        )

    def _settle(self, record: DocumentRecord) -> None:
        """Report a file that has not changed."""
        self._tally.note("unchanged", record.path)
        if record.state == "failed":
            self._tally.failed.append(record)
        elif record.state == "warning":
            self._tally.warned.append(record)

    def _fail(self, record: DocumentRecord) -> None:
        """Note that a file cannot be read; what the library has of it stays."""
        self._store.mark(record)
        self._tally.failed.append(record)

    def _load_model_meanwhile(self) -> None:
        """Load the model in the background: it takes seconds, in which documents can be read."""
        if not self._loading:
            self._loading = True
            threading.Thread(target=self._encoder.warm_up, daemon=True).start()

    def _report(self, stage: Stage, done: int, total: int, detail: str = "") -> None:
        if self._progress is not None:
            self._progress(stage, done, total, detail)

    def _summary(self) -> SyncReport:
        records = self._store.records()
        paths = {what: tuple(found) for what, found in self._tally.paths.items()}
        return SyncReport(
            **paths,
            failed=tuple(self._tally.failed),
            warned=tuple(self._tally.warned),
            documents=sum(record.passages > 0 for record in records),
            passages=sum(record.passages for record in records),
            embedded=self._tally.embedded,
            seconds=self._tally.seconds,
        )


def content_of(passage: Passage, encoder_sha256: str) -> str:
    """Names all that decides a passage's vectors: what is embedded, its units, the encoder."""
    parts = [encoder_sha256, embedded_text(passage), unit_spans(passage)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def unit_spans(passage: Passage) -> list[tuple[int, int]]:
    """Where the units of a passage stand in what is embedded of it."""
    shift = len(context_of(passage.heading, passage.header)) - passage.start
    return [(unit.start + shift, unit.end + shift) for unit in passage.units]

"""The composition root and public API: one object that syncs, searches and answers."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import log
from assistant.chat import Turn, resolve
from assistant.chunk import Chunking
from assistant.config import Config
from assistant.embed import SentenceEncoder
from assistant.errors import AssistantError, LibraryError, NotFoundError
from assistant.files import absolute, existing, folder_size
from assistant.generate import Style
from assistant.lock import interrupted, writing
from assistant.protocols import Encoder, Progress
from assistant.store import Store
from assistant.types import (
    Answer,
    Document,
    DocumentRecord,
    Hit,
    Mode,
    Passage,
    Status,
    SyncReport,
)

if TYPE_CHECKING:
    from assistant.indexes import Index, LiveIndex
    from assistant.load import Reader
    from assistant.lookup import Found, Within


class Library:
    """A folder with a built library. Made by :meth:`open`; threads may share it.

    Nothing heavy is loaded before it is needed. An index in memory is one state of the library;
    when another process has changed the library, the next question sees the new state.
    """

    def __init__(self, config: Config, encoder: Encoder | None = None) -> None:
        self.config = config
        self._encoder = encoder
        self.style = Style.of(config)
        self._live: LiveIndex | None = None
        self._lock = threading.RLock()

    @classmethod
    def open(cls, config: Config, encoder: Encoder | None = None) -> Library:
        """The library at ``config.library``; the folder is made by the first :meth:`sync`.

        ``encoder`` takes the place of the one that the settings name.
        """
        return cls(config, encoder)

    def close(self) -> None:
        """Let go of the index in memory."""
        self._live = None

    def __enter__(self) -> Library:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    @property
    def encoder(self) -> Encoder:
        """The encoder in use. Raises :class:`EncoderError` if it is not installed."""
        with self._lock:
            if self._encoder is None:
                self._encoder = SentenceEncoder(self.config.encoder)
            return self._encoder

    def warm_up(self, mode: Mode = "hybrid") -> None:
        """Load what questions need, so that the first is as quick as the others; blocks."""
        self._index(mode)
        if mode != "lexical":
            self.encoder.warm_up()

    def sync(
        self, paths: Sequence[Path] | None = None, progress: Progress | None = None
    ) -> SyncReport:
        """Bring the library up to date with files or folders, or with the corpus folder.

        A file that cannot be read is reported and stops nothing. Raises :class:`LibraryError` if a
        path does not exist, or another process is writing.
        """
        from assistant.indexes import open_index
        from assistant.sync import Sync

        config = self.config
        roots = existing(paths or (config.corpus,))
        with writing(config.library), self._reader() as reader, Store.open(self._path) as store:
            work = Sync(
                store,
                self.encoder,
                reader,
                sizes=Chunking(),
                max_mb=config.max_file_mb,
                progress=progress,
            )
            report = work.run(roots, absolute(config.corpus), config.library.resolve())
            if progress is not None:
                progress("index", 0, 1)
            if report.passages:
                open_index(store, config.library, synced=True)
        log.note("synced", left_out=len(report.failed), seconds=dict(report.seconds))
        return report

    def search(self, question: str, k: int = 5, mode: Mode = "hybrid") -> list[Hit]:
        """The ``k`` passages nearest to the question, best first. Raises :class:`LibraryError`."""
        from assistant import retrieve

        index, text = self._index(mode), _asked(question)
        asked = None if mode == "lexical" else self.encoder.encode_pieces([text])[0]
        return retrieve.search(index, text, asked, k, mode)

    def look_up(self, question: str, k: int, mode: Mode, within: Within) -> list[Found]:
        """As :meth:`search` in a part of the library, with the words that match; see ``lookup``."""
        from assistant import lookup

        return lookup.look_up(self._index(mode), self.encoder, _asked(question), k, mode, within)

    def resolve(self, question: str, history: Sequence[Turn]) -> str:
        """What a question asks for after the turns before it, in words that stand alone."""
        return resolve(_asked(question), history)

    def ask(self, question: str, k: int = 5, history: Sequence[Turn] = ()) -> Answer:
        """An answer made of quotations, or of the chat model's words over them, or a refusal.

        After ``history`` a follow-up is searched for as :meth:`resolve` puts it; the answer says
        what that was.
        """
        *_, last = self.stream(question, k, history)
        return last

    def stream(
        self, question: str, k: int = 5, history: Sequence[Turn] = (), style: Style | None = None
    ) -> Iterator[Answer]:
        """The answer of :meth:`ask` as it grows, or in another style; the last one is whole."""
        from assistant import answer

        index, text = self._index(), _asked(question)
        how = style or self.style
        found = (index, self.encoder, text, k, how.model, resolve(text, history), how.unsupported)
        yield from answer.stream(*found)

    def status(self) -> Status:
        """What the library holds. Loads neither encoder nor indexes."""
        with Store.open(self._path, create=False) as store:
            store.require_latest()
            records = store.records()
            return Status(
                library=str(self.config.library),
                documents=records,
                passages=sum(record.passages for record in records),
                generation=store.generation,
                encoder=store.meta("encoder") or "",
                encoder_sha256=store.meta("encoder_sha256") or "",
                size_bytes=folder_size(self.config.library),
                remark=interrupted(self.config.library),
            )

    def passage(self, passage_id: str) -> Passage:
        """One passage by its name. Raises :class:`NotFoundError`."""
        with Store.open(self._path, create=False) as store:
            return store.passage(passage_id)

    def document(self, doc_id: str) -> Document:
        """The extracted text and pages of a document. Raises :class:`NotFoundError`."""
        with Store.open(self._path, create=False) as store:
            return store.document(doc_id)

    def passages(self) -> tuple[Passage, ...]:
        """The passages of all documents, in order."""
        return self._index("lexical").passages

    def headings(self) -> list[tuple[str, ...]]:
        """The heading paths of all passages, in order, each once."""
        return list(dict.fromkeys(passage.heading for passage in self.passages()))

    def remove(self, path: str) -> DocumentRecord:
        """Forget a document; its file stays. Raises :class:`NotFoundError`."""
        from assistant.indexes import open_index

        with Store.open(self._path, create=False) as store, writing(self.config.library):
            store.require_latest()
            record = store.record(path)
            if record is None:
                raise NotFoundError(
                    f"There is no document {path} in the library.", "assistant status"
                )
            store.delete(record.doc_id)
            open_index(store, self.config.library)
        return record

    @property
    def _path(self) -> Path:
        return self.config.library / "library.db"

    def _index(self, mode: Mode = "hybrid") -> Index:
        """The current state in memory, fit to be searched in this mode."""
        from assistant.indexes import LiveIndex

        with self._lock:
            if self._live is None:
                self._live = LiveIndex(self.config.library)
            index = self._live.current()
            if not index.passages:
                raise LibraryError(
                    f"The library in {self.config.library} holds no passages.",
                    "Add documents in the page's Library tab, or with `assistant index FOLDER`.",
                )
            if mode != "lexical" and index.loaded.encoder_sha256 != self.encoder.sha256:
                raise LibraryError(
                    f"The library in {self.config.library} was not built with the encoder"
                    f" {self.encoder.name}, but with {self.status().encoder}.",
                    "Embed its documents again: assistant index",
                )
            return index

    def _reader(self) -> Reader:
        from assistant.load import Reader

        config = self.config
        return Reader(
            password=config.pdf_password.get_secret_value() if config.pdf_password else None,
            max_mb=config.max_file_mb,
            seconds=config.parse_seconds,
            memory_mb=config.parse_memory_mb,
        )


def _asked(question: str) -> str:
    """The question without what cannot be searched for. Raises where nothing is left."""
    text = question.encode("utf-8", "replace").decode("utf-8").replace("\0", " ").strip()
    if not text:
        raise AssistantError("The question is empty.", 'assistant ask "What is …?"')
    return text[:10_000]

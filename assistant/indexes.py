"""One state of a library in memory, ready to be searched, and the derived files behind it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant import lexical, vectors
from assistant.derived import VECTORS, Origin
from assistant.lexical import LexicalIndex
from assistant.loaded import Loaded
from assistant.store import Store
from assistant.types import Passage
from assistant.vectors import VectorIndex

FileStates = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Index:
    """Passages, vectors and keywords of the same generation; positions number the passages."""

    loaded: Loaded
    vectors: VectorIndex
    lexical: LexicalIndex
    positions: dict[str, int]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages, by position."""
        return self.loaded.passages


def open_index(store: Store, folder: Path, *, synced: bool = False) -> Index:
    """The library's current state, with the derived indexes from ``folder``.

    An index file that is missing, damaged or behind is built again from the store, without the
    encoder, and written where the folder can be written to. Raises :class:`DamagedError` where the
    library has gone back to an earlier state, and no sync has brought it up to date (``synced``).
    """
    if synced:
        store.outrun()
    else:
        store.require_latest()
    loaded = store.load()
    origin = loaded.origin
    return Index(
        loaded,
        _vectors(loaded, folder / VECTORS, origin),
        _lexical(loaded, folder / "lexical", origin),
        {passage.passage_id: i for i, passage in enumerate(loaded.passages)},
    )


class LiveIndex:
    """The current state of the library in a folder, read again when the database has changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "library.db"
        self._index: Index | None = None
        self._files: FileStates = ()

    def current(self) -> Index:
        """The index in memory or, where any process has written since, a new one.

        Raises :class:`LibraryError` where there is no library, or it is damaged.
        """
        # Looked at before reading: a write in between shows up the next time.
        files = self._look()
        if self._index is None or files != self._files:
            with Store.open(self._path, create=False) as store:
                if self._index is None or self._index.loaded.origin != store.origin():
                    self._index = open_index(store, self._folder)
            self._files = files
        return self._index

    def _look(self) -> FileStates:
        """Size and time of the database files: enough to notice any write."""
        found = []
        for suffix in ("", "-wal"):
            try:
                status = self._path.with_name(self._path.name + suffix).stat()
                found.append((status.st_size, status.st_mtime_ns))
            except OSError:
                found.append((0, 0))
        return tuple(found)


def _vectors(loaded: Loaded, path: Path, origin: Origin) -> VectorIndex:
    found = vectors.load(path, origin)
    if found is None:
        found = vectors.build(np.ascontiguousarray(loaded.stacked.matrix))
        with suppress(OSError):
            vectors.save(found, path, origin)
    return found


def _lexical(loaded: Loaded, folder: Path, origin: Origin) -> LexicalIndex:
    found = lexical.load(folder, origin)
    if found is None:
        try:
            found = lexical.build(loaded.passages, folder, origin)
        except (OSError, ValueError):
            # The folder cannot be written, or another who builds it too has cleared this one's.
            found = lexical.build_in_memory(loaded.passages)
    return found

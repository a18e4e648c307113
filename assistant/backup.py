"""Saving and restoring what cannot be built again: the library and the conversations.

The program may go on meanwhile: each database is copied in one state, and restored in one
transaction. Derived indexes are not saved but built again.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from assistant import __version__, backup_file, conversation_rows, durable, mirror, schema
from assistant.backup_file import CONVERSATIONS, LIBRARY, Manifest
from assistant.conversations import Conversations
from assistant.database import Database, Layout
from assistant.durable import free_name
from assistant.errors import AssistantError, DamagedError, FormatError, LibraryError
from assistant.lock import RESTORING, turn, writing
from assistant.store import BUSY_SECONDS, Store

FORMATS = {LIBRARY: schema.VERSION, CONVERSATIONS: conversation_rows.VERSION}


@dataclass(frozen=True, slots=True)
class Contents:
    """How much a backup holds; ``kept`` are the files that were there before it was restored."""

    file: Path
    created: str
    version: str
    documents: int
    passages: int
    conversations: int
    turns: int
    kept: tuple[Path, ...] = ()


def save(folder: Path, file: Path, *, force: bool = False) -> Contents:
    """Write a backup of the library in ``folder``; ``force`` replaces a file of that name.

    What is saved was read whole and found sound. Raises :class:`AssistantError` where there is
    nothing to save, it is damaged, or the file exists or cannot be written.
    """
    if file.exists() and not force:
        raise AssistantError(f"{file} exists already.", "Choose another name, or add --force.")
    if not file.parent.is_dir():
        raise AssistantError(f"There is no folder {file.parent}.", "Make it, or choose another.")
    kept = Conversations(folder)
    with _scratch(file.parent, backup_file.SCRATCH) as scratch:
        sources: dict[str, Path] = {}
        if (folder / LIBRARY).is_file():
            with Store.open(folder / LIBRARY, create=False) as store:
                store.copy(scratch / LIBRARY)
            sources[LIBRARY] = scratch / LIBRARY
        if kept.exists():
            kept.copy(scratch / CONVERSATIONS)
            sources[CONVERSATIONS] = scratch / CONVERSATIONS
        if not sources:
            raise LibraryError(f"There is nothing to save in {folder}.", "Run: assistant index")
        parts = {name: backup_file.described(sources[name], FORMATS[name]) for name in sources}
        created = datetime.now(timezone.utc).isoformat(timespec="seconds")
        manifest = Manifest(created, __version__, parts)
        try:
            contents = _contents(file, manifest, scratch)
        except LibraryError as error:
            here, there = str(scratch), str(folder)
            message, hint = error.message.replace(here, there), error.hint.replace(here, there)
            raise LibraryError(message, hint) from None
        backup_file.pack(file, manifest, sources)
    return contents


def restore(folder: Path, file: Path) -> Contents:
    """Put what a backup holds in place of what is in ``folder``, which is kept under other names.

    Each database is exchanged at once, one after the other; ``lock.interrupted`` tells of a process
    that was killed between them, and the same restore mends it. Derived indexes are built again.
    Raises :class:`AssistantError`, and changes nothing, where the
    file is no backup, damaged or of a newer version, or another process is writing.
    """
    _require_known(file, backup_file.read(file))
    # Who writes here is alone, so what is left of another restore is nobody's.
    with writing(folder), _scratch(folder, ".restore-", 0) as scratch:
        manifest = backup_file.unpack(file, scratch)
        try:
            contents = _contents(file, manifest, scratch)
        except LibraryError as error:
            hint = "Nothing was changed. Restore another backup."
            message = error.message.replace(str(scratch), str(file))
            raise AssistantError(f"The backup cannot be used: {message}", hint) from None
        (folder / RESTORING).write_text(str(file.absolute()), "utf-8")
        durable.sync(folder / RESTORING)
        kept = [place for name in manifest.parts for place in _put(folder, name, scratch)]
        if LIBRARY in manifest.parts:
            _build_indexes(folder)
        (folder / RESTORING).unlink()
    return replace(contents, kept=tuple(kept))


def _require_known(file: Path, manifest: Manifest) -> None:
    for name, part in manifest.parts.items():
        if part.format > FORMATS[name]:
            raise AssistantError(
                f"{file} was made by a newer version of the assistant ({name} has format"
                f" {part.format}, this one knows {FORMATS[name]}).",
                "Upgrade the assistant. Nothing was changed.",
            )


@contextmanager
def _scratch(folder: Path, start: str, seconds: float = durable.LEFT_SECONDS) -> Iterator[Path]:
    """As :func:`durable.scratch`, but raises :class:`AssistantError`."""
    try:
        with durable.scratch(folder, start, seconds) as made:
            yield made
    except OSError as error:
        raise AssistantError(
            f"{folder} cannot be written ({error.strerror}).",
            "Check the permissions of the folder and the space on its disk.",
        ) from None


def _contents(file: Path, manifest: Manifest, scratch: Path) -> Contents:
    """Read all that was copied or unpacked. Raises :class:`LibraryError` where it is damaged."""
    documents = passages = 0
    if LIBRARY in manifest.parts:
        with Store.open(scratch / LIBRARY, create=False) as store:
            store.check()
            records = store.records()
            documents, passages = len(records), sum(record.passages for record in records)
    found = Conversations(scratch).all()
    turns = sum(len(one.turns) for one in found)
    times = (manifest.created, manifest.version)
    return Contents(file, *times, documents, passages, len(found), turns)


def _put(folder: Path, name: str, scratch: Path) -> list[Path]:
    """Replace one database; returns where the old one is now."""
    target, source = folder / name, scratch / name
    if name == LIBRARY:
        _forget_indexes(folder)
        return _exchange(target, source)
    with turn(target):  # who adds to them waits, so what is added is in the old file or the new
        whole = mirror.is_whole(target)
        copy = mirror.move_aside(mirror.place(target), "before-restore")
        kept = _exchange(target, source)
        with closing(mirror.opened(target)) as database:
            mirror.save(database)
        if copy and whole:
            copy.unlink()
        elif copy:  # what is damaged in the file may be sound in its copy
            kept.append(copy)
    return kept


def _exchange(target: Path, source: Path) -> list[Path]:
    """Give the target another content; returns where the old one is now."""
    aside = _overwrite(target, source) if target.is_file() else None
    if aside is None:
        aside = mirror.copy_aside(target, "before-restore")
        durable.place(source, target)
    return [aside] if aside else []


def _overwrite(target: Path, source: Path) -> Path | None:
    """Copy the old content, then put the new one in its place; ``None`` where it is damaged."""
    layout = conversation_rows.layout() if target.name == CONVERSATIONS else schema.layout()
    aside = free_name(target, "before-restore")
    try:
        if not target.stat().st_size:
            return None
        with closing(_opened(target, layout)) as database:
            database.check()
            database.copy(aside)
            durable.sync(aside)
            database.overwrite(source)
    except (DamagedError, FormatError):
        aside.unlink(missing_ok=True)
        return None
    return aside


def _opened(path: Path, layout: Layout) -> Database:
    return Database.open(path, layout, create=False, timeout=BUSY_SECONDS)


def _forget_indexes(folder: Path) -> None:
    """Remove what is derived from the library: it tells which generation was the last."""
    (folder / "vectors.faiss").unlink(missing_ok=True)
    shutil.rmtree(folder / "lexical", ignore_errors=True)


def _build_indexes(folder: Path) -> None:
    from assistant.indexes import open_index

    _forget_indexes(folder)  # a reader may have built them meanwhile
    with Store.open(folder / LIBRARY, create=False) as store:
        if store.origin().passages:
            open_index(store, folder)

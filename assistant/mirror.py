"""A second copy of the conversations, beside the first, and what the two make together.

Nothing else has the conversations, so they lie in two files. The copy is made after every change;
the file is ahead of it where that was interrupted, and never behind.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from assistant import durable, faults
from assistant.conversation_rows import (
    HEAD,
    TURN,
    WORDING,
    is_sound,
    layout,
    note_state,
    require_sound,
    seal,
    state,
)
from assistant.database import Database, Row
from assistant.durable import free_name
from assistant.errors import AssistantError, DamagedError
from assistant.salvage import JOURNALS, readable

BUSY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Recovered:
    """How much was found; ``aside`` is where the damaged file is now, if there was one."""

    conversations: int
    turns: int
    aside: Path | None


def place(path: Path) -> Path:
    """Where the copy of a store of conversations lies."""
    return path.with_name(f"{path.name}.copy")


def save(database: Database) -> None:
    """Make the copy anew. Where that fails, or the file is damaged, the old one stays."""
    copy = place(database.path)
    with suppress(OSError, AssistantError):
        handle, name = tempfile.mkstemp(dir=copy.parent, prefix=f"{copy.name}-")
        os.close(handle)
        try:
            database.copy(Path(name))
            with closing(opened(Path(name))) as made:
                require_sound(made)
            durable.place(Path(name), copy)
        finally:
            Path(name).unlink(missing_ok=True)
        durable.clear(copy.parent, f"{copy.name}-")


def known(path: Path) -> tuple[str, int] | None:
    """The state that the copy is of, or ``None`` where there is no sound one."""
    copy = place(path)
    if not copy.is_file():
        return None
    try:
        with closing(opened(copy)) as database:
            return state(database)
    except AssistantError:
        return None


def require_latest(path: Path, found: tuple[str, int] | None, copied: tuple[str, int]) -> None:
    """Raise :class:`DamagedError` where the file is missing, another, or behind its copy."""
    if found is None:
        raise DamagedError(
            f"The {WORDING.name} {path} is gone, but there is a copy of it.", WORDING.again
        )
    if found[0] != copied[0] or found[1] < copied[1]:
        raise faults.damaged(path, "it is not the one that was written last", WORDING)


def is_whole(path: Path) -> bool:
    """Whether all rows of the store are sound, and its copy holds none that came later."""
    copied = known(path)
    try:
        with closing(opened(path)) as database:
            require_sound(database)
            if copied is not None:
                require_latest(path, state(database), copied)
    except AssistantError:
        return False
    return True


def opened(path: Path) -> Database:
    """A connection to a store of conversations that there is."""
    return Database.open(path, layout(), create=False, timeout=BUSY_SECONDS)


def recover(path: Path) -> Recovered:
    """Make the store anew of every sound row of the file and of its copy.

    The old file is kept under another name. Raises :class:`OSError` where that cannot be written.
    """
    heads: dict[object, Row] = {}
    turns: dict[object, Row] = {}
    for source in _in_order(path):  # what both have is taken from the last
        if source.is_file():
            heads.update((row[0], row) for row in _sound(source, "conversations", 1))
            turns.update((row[:2], row) for row in _sound(source, "turns"))
    for name, _, asked, *_ in turns.values():
        heads.setdefault(name, (name, None, asked, asked, 0))
    with durable.scratch(path.parent, ".recover-") as scratch:
        made = scratch / path.name
        _write(made, heads.values(), turns.values())
        aside = move_aside(path, "damaged")
        durable.place(made, path)
    with closing(opened(path)) as database:
        save(database)
    return Recovered(len(heads), len(turns), aside)


def _in_order(path: Path) -> tuple[Path, Path]:
    """The copy and the file, unless that can be read and is behind."""
    copied = known(path)
    try:
        with closing(opened(path)) as database:
            behind = copied is not None and state(database)[1] < copied[1]
    except AssistantError:
        behind = False
    return (path, place(path)) if behind else (place(path), path)


def _sound(path: Path, table: str, skipped: int = 0) -> list[Row]:
    """The rows of a table that match their checksum, without the first columns."""
    columns = {"conversations": HEAD, "turns": f"id, {TURN}"}[table].count(",") + 1
    rows = [row[skipped:] for row in readable(path, table)]
    old = [(*row, 0) for row in rows if len(row) == columns]  # format 1 had no checksums
    return old + [row for row in rows if len(row) == columns + 1 and is_sound(row)]


def _write(path: Path, heads: Iterable[Row], turns: Iterable[Row]) -> None:
    new = Database.open(path, layout(), create=True, timeout=BUSY_SECONDS)
    with closing(new), new.transaction():
        for row in heads:
            statement = f"INSERT INTO conversations ({HEAD}) VALUES (?, ?, ?, ?)"
            new.execute(statement, *row[:-1])
        for row in turns:
            marks = ", ".join("?" * (len(row) - 1))
            new.execute(f"INSERT INTO turns (id, {TURN}) VALUES ({marks})", *row[:-1])
        for (name,) in new.all("SELECT id FROM conversations"):
            seal(new, str(name))
        note_state(new)


def move_aside(path: Path, word: str) -> Path | None:
    """Give a file and what belongs to it another name; ``None`` where there is none."""
    if not path.is_file():
        return None
    aside = free_name(path, word)
    path.replace(aside)
    _move_journals(path, aside)
    return aside


def copy_aside(path: Path, word: str) -> Path | None:
    """As :func:`move_aside`, but the file stays until another takes its place."""
    if not path.is_file():
        return None
    aside = free_name(path, word)
    shutil.copy2(path, aside)
    durable.sync(aside)
    _move_journals(path, aside)
    return aside


def _move_journals(path: Path, aside: Path) -> None:
    for suffix in JOURNALS:
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).replace(f"{aside}{suffix}")

"""How conversations lie in rows: written with checksums, and read only where these match."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from typing import Any, cast, get_args

from assistant import faults
from assistant.checksums import checksum, digest
from assistant.database import Database, Layout, Row
from assistant.transcript import Cited, Conversation, KeptTurn, Thumb

UNTITLED = "New conversation"
WORDING = faults.Wording(
    name="store of conversations",
    missing="The first question in the chat makes one.",
    again="Run: assistant chats recover",
)
HEAD = "id, title, created, changed"
TURN = (
    "number, asked, question, searched, answer, refused, confidence, generator, note,"
    " citations, thumb, reason"
)
_TURNS = f"SELECT id, {TURN}, checksum FROM turns"
_STATE = "CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
_TABLES = (
    """CREATE TABLE conversations (
        key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, title TEXT,
        created TEXT NOT NULL, changed TEXT NOT NULL, checksum INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE turns (
        id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, number INTEGER NOT NULL,
        asked TEXT NOT NULL, question TEXT NOT NULL, searched TEXT NOT NULL, answer TEXT NOT NULL,
        refused INTEGER NOT NULL, confidence REAL NOT NULL, generator TEXT NOT NULL,
        note TEXT NOT NULL, citations TEXT NOT NULL, thumb TEXT, reason TEXT NOT NULL,
        checksum INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (id, number))""",
    _STATE,
)
VERSION = 2  # 1 had no checksums


def layout() -> Layout:
    """What a store of conversations looks like that is made now: empty, with a name of its own."""
    return Layout(
        (*_TABLES, *(_fill(key, value) for key, value in _first_state())),
        application_id=0x53747543,  # "StuC"
        version=VERSION,
        wording=WORDING,
        journal="DELETE",
        upgrades={1: _upgrade},
    )


def _first_state() -> tuple[tuple[str, str], ...]:
    return (("generation", "0"), ("store_id", uuid.uuid4().hex), ("digest", digest(())))


def _fill(key: str, value: str) -> str:
    return f"INSERT INTO state VALUES ('{key}', '{value}')"


def _upgrade(database: Database) -> None:
    """Give a file of format 1 its checksums."""
    for table in ("conversations", "turns"):
        database.execute(f"ALTER TABLE {table} ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0")
    database.execute(_STATE)
    for key, value in _first_state():
        database.execute(_fill(key, value))
    for (name,) in database.all("SELECT id FROM conversations"):
        seal(database, cast(str, name))
    note_state(database)


def seal(database: Database, name: str) -> None:
    """Write the checksums of a conversation and its turns as they stand there."""
    row = database.all(f"SELECT {HEAD} FROM conversations WHERE id = ?", name)[0]
    database.execute("UPDATE conversations SET checksum = ? WHERE id = ?", checksum(row), name)
    for turn in database.all(f"SELECT id, {TURN} FROM turns WHERE id = ?", name):
        database.execute(
            "UPDATE turns SET checksum = ? WHERE id = ? AND number = ?",
            *(checksum(turn), name, turn[1]),
        )


def state(database: Database) -> tuple[str, int]:
    """The name of the store, and a number that every change raises."""
    found = {str(key): str(value) for key, value in database.all("SELECT key, value FROM state")}
    try:
        return found["store_id"], int(found["generation"])
    except (KeyError, ValueError) as error:
        raise faults.damaged(database.path, f"its state: {error}", WORDING) from None


def note_state(database: Database) -> None:
    """Say which rows there are, at the end of a transaction that changed some."""
    generation = state(database)[1] + 1
    for key, value in (("generation", str(generation)), ("digest", _digest(database))):
        database.execute("UPDATE state SET value = ? WHERE key = ?", value, key)


def require_whole(database: Database) -> None:
    """Raise :class:`LibraryError` where a row is missing, or one of another state is there."""
    if database.all("SELECT value FROM state WHERE key = 'digest'") != [(_digest(database),)]:
        raise faults.damaged(database.path, "a part of it is missing", WORDING)


def require_sound(database: Database) -> None:
    """Read everything. Raises :class:`LibraryError` where any of it is damaged."""
    database.check()
    require_whole(database)
    for query in (f"SELECT {HEAD}, checksum FROM conversations", _TURNS):
        if not all(map(is_sound, database.all(query))):
            raise faults.damaged(database.path, "a row was changed", WORDING)


def _digest(database: Database) -> str:
    heads = database.all("SELECT checksum FROM conversations ORDER BY id")
    return digest(heads + database.all("SELECT checksum FROM turns ORDER BY id, number"))


def conversation(database: Database, row: Row) -> Conversation:
    """The conversation whose head is a row of ``HEAD`` and checksum. Raises LibraryError."""
    name, title, created, changed = cast(tuple[str, str | None, str, str], row[:-1])
    rows = database.all(f"{_TURNS} WHERE id = ? ORDER BY number", name)
    if not all(map(is_sound, (row, *rows))):
        raise faults.damaged(database.path, f"a turn of {name} was changed", WORDING)
    try:
        turns = tuple(_turn(kept[1:-1]) for kept in rows)
    except (ValueError, TypeError, KeyError) as error:
        raise faults.damaged(database.path, f"a turn of {name}: {error}", WORDING) from None
    first = " ".join(turns[0].question.split()) if turns else ""
    return Conversation(name, title or first or UNTITLED, created, changed, turns)


def is_sound(row: Row) -> bool:
    """Whether a row matches its checksum, which stands last."""
    return checksum(row[:-1]) == row[-1]


def turn_row(turn: KeptTurn) -> Row:
    """A turn as a row of ``TURN``."""
    citations = json.dumps([asdict(cited) for cited in turn.citations], ensure_ascii=False)
    return (
        *(turn.number, turn.asked, turn.question, turn.searched, turn.answer, int(turn.refused)),
        *(turn.confidence, turn.generator, turn.note, citations, turn.thumb, turn.reason),
    )


def _turn(row: Row) -> KeptTurn:
    """The turn in a row of ``TURN``. Raises ValueError where it is none."""
    *plain, citations, thumb, reason = cast(tuple[Any, ...], row)
    number, asked, question, searched, answer, refused, confidence, generator, note = plain
    if thumb not in (None, *get_args(Thumb)):
        raise ValueError(f"{thumb!r} is no thumb")
    cited = tuple(
        Cited(**{**fields, "heading": tuple(fields["heading"])}) for fields in json.loads(citations)
    )
    return KeptTurn(
        *(number, asked, question, searched, answer, bool(refused), confidence, generator, note),
        *(cited, thumb, reason),
    )

"""Conversations, kept in a SQLite file of their own beside the library.

No transaction of the library touches the file, and nothing in it needs the library to be read:
every citation carries its quote and its place.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, cast, get_args

from assistant import faults
from assistant.database import Database, Layout, Row
from assistant.errors import AssistantError, NotFoundError
from assistant.transcript import Cited, Conversation, KeptTurn, Thumb
from assistant.types import Answer

FILE = "conversations.db"
BUSY_SECONDS = 5.0
UNTITLED = "New conversation"

_WORDING = faults.Wording(
    name="store of conversations",
    missing="The first question in the chat makes one.",
    again="Move {path} elsewhere; the next conversation starts a new one.",
)
_TABLES = (
    """CREATE TABLE conversations (
        key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, title TEXT,
        created TEXT NOT NULL, changed TEXT NOT NULL)""",
    """CREATE TABLE turns (
        id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, number INTEGER NOT NULL,
        asked TEXT NOT NULL, question TEXT NOT NULL, searched TEXT NOT NULL, answer TEXT NOT NULL,
        refused INTEGER NOT NULL, confidence REAL NOT NULL, generator TEXT NOT NULL,
        note TEXT NOT NULL, citations TEXT NOT NULL, thumb TEXT, reason TEXT NOT NULL,
        PRIMARY KEY (id, number))""",
)
_LAYOUT = Layout(_TABLES, application_id=0x53747543, version=1, wording=_WORDING)  # "StuC"
_SELECT = "SELECT id, title, created, changed FROM conversations"
_SELECT_TURNS = (
    "SELECT number, asked, question, searched, answer, refused, confidence, generator, note,"
    " citations, thumb, reason FROM turns WHERE id = ? ORDER BY number"
)


class Conversations:
    """All conversations of a library's folder. Threads and processes may share them.

    Every method raises :class:`LibraryError` where the file is damaged, busy, full, of a newer
    version, or not this program's; it is never overwritten then. Reading makes no file.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def new(self, title: str = "") -> str:
        """Begin a conversation, and return its id."""
        name, now = uuid.uuid4().hex[:12], _now()
        with self._opened(create=True) as database:
            database.execute(
                "INSERT INTO conversations (id, title, created, changed) VALUES (?, ?, ?, ?)",
                *(name, _line(title), now, now),
            )
        return name

    def append(self, conversation: str, answer: Answer) -> KeptTurn:
        """Keep a question and its answer. Raises :class:`NotFoundError`."""
        now = _now()
        with self._opened() as database, database.transaction():
            name = cast(str, _require(database, conversation)[0])
            query = "SELECT coalesce(max(number), 0) + 1 FROM turns WHERE id = ?"
            number = cast(int, database.all(query, name)[0][0])
            turn = _kept(number, now, answer)
            database.execute(f"INSERT INTO turns VALUES (?{', ?' * 12})", name, *_row(turn))
            database.execute("UPDATE conversations SET changed = ? WHERE id = ?", now, name)
        return turn

    def all(self) -> list[Conversation]:
        """Every conversation, the one that was last added to first."""
        if not self.path.is_file():
            return []
        with self._opened() as database, database.snapshot():
            rows = database.all(f"{_SELECT} ORDER BY changed DESC, key DESC")
            return [self._conversation(database, row) for row in rows]

    def search(self, words: str) -> list[Conversation]:
        """Those that have all the words in their title, questions or answers, in any case."""
        wanted = words.casefold().split()
        return [one for one in self.all() if all(word in one.words for word in wanted)]

    def open(self, conversation: str) -> Conversation:
        """One conversation by its id, or by as much of it as no other begins with.

        Raises :class:`NotFoundError`.
        """
        with self._opened() as database, database.snapshot():
            return self._conversation(database, _require(database, conversation))

    def rename(self, conversation: str, title: str) -> None:
        """Give it a title; an empty one is its first question again. Raises NotFoundError."""
        statement = "UPDATE conversations SET title = ? WHERE id = ?"
        self._change(statement, conversation, _line(title))

    def delete(self, conversation: str) -> None:
        """Forget a conversation for good. Raises :class:`NotFoundError`."""
        self._change("DELETE FROM conversations WHERE id = ?", conversation)

    def rate(self, conversation: str, number: int, thumb: Thumb | None, reason: str = "") -> None:
        """Say what an answer was worth, and why; ``None`` takes it back.

        Raises :class:`NotFoundError` where there is no such turn.
        """
        with self._opened() as database, database.transaction():
            name = cast(str, _require(database, conversation)[0])
            if not database.all("SELECT 1 FROM turns WHERE id = ? AND number = ?", name, number):
                raise NotFoundError(f"The conversation {name} has no turn {number}.")
            database.execute(
                "UPDATE turns SET thumb = ?, reason = ? WHERE id = ? AND number = ?",
                *(thumb, (_line(reason) or "") if thumb else "", name, number),
            )

    def _change(self, statement: str, conversation: str, *values: str | None) -> None:
        with self._opened() as database, database.transaction():
            database.execute(statement, *values, _require(database, conversation)[0])

    @contextmanager
    def _opened(self, *, create: bool = False) -> Iterator[Database]:
        """A connection for one operation: it belongs to the thread that asks."""
        database = Database.open(self.path, _LAYOUT, create=create, timeout=BUSY_SECONDS)
        try:
            yield database
        finally:
            database.close()

    def _conversation(self, database: Database, row: Row) -> Conversation:
        name, title, created, changed = cast(tuple[str, str | None, str, str], row)
        try:
            turns = tuple(_turn(kept) for kept in database.all(_SELECT_TURNS, name))
        except (ValueError, TypeError, KeyError) as error:
            raise faults.damaged(self.path, f"a turn of {name}: {error}", _WORDING) from None
        first = " ".join(turns[0].question.split()) if turns else ""
        return Conversation(name, title or first or UNTITLED, created, changed, turns)


def _require(database: Database, conversation: str) -> Row:
    """The row of a conversation, found by its id or the start of it."""
    start = conversation.strip()
    query = f"{_SELECT} WHERE substr(id, 1, ?) = ?"
    rows = database.all(query, len(start), start) if start else []
    if len(rows) > 1:
        raise AssistantError(f"Several conversations begin with {start}.", "Give more of the id.")
    if not rows:
        raise NotFoundError(f"There is no conversation {conversation}.", "assistant chats list")
    return rows[0]


def _kept(number: int, asked: str, answer: Answer) -> KeptTurn:
    cited = tuple(
        Cited(
            marker=found.marker,
            document=found.passage.document,
            heading=found.passage.heading,
            page_start=found.passage.page_start,
            page_end=found.passage.page_end,
            start=found.start,
            end=found.end,
            quote=found.quote,
        )
        for found in answer.citations
    )
    return KeptTurn(
        *(number, asked, answer.question, answer.searched, answer.text, answer.refused),
        *(answer.confidence, answer.generator, answer.note, cited),
    )


def _row(turn: KeptTurn) -> Row:
    """A turn as a row of ``_SELECT_TURNS``."""
    citations = json.dumps([asdict(cited) for cited in turn.citations], ensure_ascii=False)
    return (
        *(turn.number, turn.asked, turn.question, turn.searched, turn.answer, int(turn.refused)),
        *(turn.confidence, turn.generator, turn.note, citations, turn.thumb, turn.reason),
    )


def _turn(row: Sequence[Any]) -> KeptTurn:
    """The turn in a row of ``_SELECT_TURNS``. Raises ValueError where it is none."""
    *plain, citations, thumb, reason = row
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


def _line(text: str) -> str | None:
    """A person's words as one line that can be stored; ``None`` where nothing is left."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split()) or None


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")

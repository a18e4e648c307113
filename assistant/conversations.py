"""Conversations, kept in a SQLite file of their own beside the library.

No transaction of the library touches the file, and nothing in it needs the library to be read:
every citation carries its quote and its place.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import cast

from assistant import conversation_rows as rows
from assistant import faults, mirror
from assistant.conversation_rows import HEAD, TURN
from assistant.database import Database, Row
from assistant.durable import make_folder
from assistant.errors import AssistantError, DamagedError, FormatError, NewerError, NotFoundError
from assistant.lock import turn
from assistant.mirror import BUSY_SECONDS, Recovered
from assistant.transcript import Cited, Conversation, KeptTurn, Thumb
from assistant.types import Answer

FILE = "conversations.db"

_SELECT = f"SELECT {HEAD}, checksum FROM conversations"


class Conversations:
    """All conversations of a library's folder. Threads and processes may share them.

    Every method raises :class:`LibraryError` where the file is damaged, busy, full, of a newer
    version, or not this program's; it is never overwritten then. Reading makes no file, but one of
    an older format is brought to this one, and kept as it was under another name.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def new(self, title: str = "") -> str:
        """Begin a conversation, and return its id."""
        name, now = uuid.uuid4().hex[:12], _now()
        with self._changing(create=True) as database:
            database.execute(
                "INSERT INTO conversations (id, title, created, changed) VALUES (?, ?, ?, ?)",
                *(name, _line(title), now, now),
            )
            rows.seal(database, name)
        return name

    def append(self, conversation: str, answer: Answer) -> KeptTurn:
        """Keep a question and its answer. Raises :class:`NotFoundError`."""
        now = _now()
        with self._changing() as database:
            name = _sound(database, conversation)
            query = "SELECT coalesce(max(number), 0) + 1 FROM turns WHERE id = ?"
            number = cast(int, database.all(query, name)[0][0])
            turn = _kept(number, now, answer)
            marks = ", ".join("?" * 13)
            statement = f"INSERT INTO turns (id, {TURN}) VALUES ({marks})"
            database.execute(statement, name, *rows.turn_row(turn))
            database.execute("UPDATE conversations SET changed = ? WHERE id = ?", now, name)
            rows.seal(database, name)
        return turn

    def all(self) -> list[Conversation]:
        """Every conversation, the one that was last added to first."""
        if not self.exists():
            return []
        with self._reading() as database:
            heads = database.all(f"{_SELECT} ORDER BY changed DESC, key DESC")
            return [rows.conversation(database, row) for row in heads]

    def search(self, words: str) -> list[Conversation]:
        """Those that have all the words in their title, questions or answers, in any case."""
        wanted = words.casefold().split()
        return [one for one in self.all() if all(word in one.words for word in wanted)]

    def open(self, conversation: str) -> Conversation:
        """One conversation by its id, or by as much of it as no other begins with.

        Raises :class:`NotFoundError`.
        """
        with self._reading() as database:
            return rows.conversation(database, _require(database, conversation))

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
        with self._changing() as database:
            name = _sound(database, conversation)
            if not database.all("SELECT 1 FROM turns WHERE id = ? AND number = ?", name, number):
                raise NotFoundError(f"The conversation {name} has no turn {number}.")
            database.execute(
                "UPDATE turns SET thumb = ?, reason = ? WHERE id = ? AND number = ?",
                *(thumb, (_line(reason) or "") if thumb else "", name, number),
            )
            rows.seal(database, name)

    def _change(self, statement: str, conversation: str, *values: str | None) -> None:
        with self._changing() as database:
            name = _sound(database, conversation)
            database.execute(statement, *values, name)
            if database.one("SELECT 1 FROM conversations WHERE id = ?", name):
                rows.seal(database, name)

    def exists(self) -> bool:
        """Whether there is a file, or at least the copy of one."""
        return self.path.is_file() or mirror.known(self.path) is not None

    def copy(self, path: Path) -> None:
        """Write all conversations, in one state, into a new file at ``path``."""
        with self._reading() as database:
            database.copy(path)

    def recover(self) -> Recovered:
        """Put together what is sound in a damaged file and its copy; the old file is kept aside.

        Nothing happens to a file that is sound.
        Raises :class:`AssistantError` where there is nothing, or the folder cannot be written.
        """
        if not self.exists():
            raise NotFoundError(f"There are no conversations in {self.path.parent}.")
        try:
            with suppress(DamagedError):
                found = self.all()
                return Recovered(len(found), sum(len(one.turns) for one in found), None)
            with turn(self.path):
                return mirror.recover(self.path)
        except OSError as error:
            raise AssistantError(
                f"The conversations in {self.path.parent} cannot be written ({error.strerror}).",
                "Free some space, check the permissions of the folder, and run it again.",
            ) from None

    @contextmanager
    def _reading(self) -> Iterator[Database]:
        """One state of the file, which is whole."""
        try:
            database = self._opened()
        except DamagedError:  # perhaps another file and its copy took their places just then
            with turn(self.path):
                database = self._opened()
        with closing(database), database.snapshot():
            rows.require_whole(database)
            yield database

    @contextmanager
    def _changing(self, *, create: bool = False) -> Iterator[Database]:
        """One transaction, in which the file is whole, and then a new copy of it."""
        if create:
            make_folder(self.path.parent)
        elif not self.exists():
            raise faults.missing(self.path, rows.WORDING)
        with turn(self.path), closing(self._opened(create=create)) as database:
            with database.transaction():
                rows.require_whole(database)
                yield database
                rows.note_state(database)
            mirror.save(database)

    def _opened(self, *, create: bool = False) -> Database:
        """A connection for one operation: it belongs to the thread that asks."""
        copied = mirror.known(self.path)  # looked at first: the file is never behind it
        if copied is not None and not (self.path.is_file() and self.path.stat().st_size):
            mirror.require_latest(self.path, None, copied)
        try:
            database = Database.open(self.path, rows.layout(), create=create, timeout=BUSY_SECONDS)
        except (FormatError, NewerError) as error:
            if copied is None:
                raise
            # The copy is of this program and format, and so was the file: a newer version would
            # have brought both to its own. So the number is wrong, or what tells the program.
            raise faults.damaged(self.path, error.message, rows.WORDING) from None
        try:
            if copied is not None:
                mirror.require_latest(self.path, rows.state(database), copied)
        except BaseException:
            database.close()
            raise
        return database


def _sound(database: Database, conversation: str) -> str:
    """The id of a conversation whose turns are all sound: what is written again is sealed again."""
    return rows.conversation(database, _require(database, conversation)).id


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


def _line(text: str) -> str | None:
    """A person's words as one line that can be stored; ``None`` where nothing is left."""
    return " ".join(text.encode("utf-8", "replace").decode("utf-8").split()) or None


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="microseconds")

"""Conversations lie in two files, and come back from either."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from commands import run
from test_cli_chats import ANSWER

from assistant import backup, backup_file
from assistant.backup_file import Manifest
from assistant.conversations import Conversations
from assistant.errors import DamagedError, LibraryError
from assistant.transcript import Conversation

RECOVER = "Run: assistant chats recover"


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    """Two conversations of three turns each, one of them rated."""
    kept = Conversations(tmp_path / "index")
    for title in ("Weather", "Bread"):
        name = kept.new(title)
        for _ in range(3):
            kept.append(name, ANSWER)
    kept.rate(name, 2, "up", "clear")
    return kept


def copy_of(kept: Conversations) -> Path:
    return kept.path.with_name("conversations.db.copy")


def flip(file: Path, words: bytes) -> None:
    content = file.read_bytes()
    assert words in content
    file.write_bytes(content.replace(words, words.swapcase(), 1))


def test_every_change_is_in_both_files(kept: Conversations) -> None:
    def content(file: Path) -> list[object]:
        with closing(sqlite3.connect(file)) as raw:
            tables = ("state", "conversations", "turns")
            return [raw.execute(f"SELECT * FROM {table}").fetchall() for table in tables]

    name = kept.all()[0].id
    for change in (
        lambda: kept.append(name, ANSWER),
        lambda: kept.rate(name, 1, "down"),
        lambda: kept.rename(name, "Loaves"),
        lambda: kept.delete(name),
    ):
        change()
        assert content(copy_of(kept)) == content(kept.path)
    names = {file.name for file in kept.path.parent.iterdir()}
    assert names == {"conversations.db", "conversations.db.copy", "conversations.lock"}


@pytest.mark.parametrize("how", ["gone", "emptied", "zeroed", "flipped", "cut", "of before"])
def test_a_file_that_was_damaged_comes_back_whole(kept: Conversations, how: str) -> None:
    earlier = kept.path.read_bytes()
    kept.append(kept.all()[0].id, ANSWER)
    before = kept.all()
    if how == "gone":
        kept.path.unlink()
    elif how == "flipped":
        flip(kept.path, b"A barometer measures")
    elif how == "of before":
        kept.path.write_bytes(earlier)
    else:
        size = len(earlier)
        wrong = {"emptied": b"", "zeroed": bytes(size), "cut": earlier[: size // 2]}
        kept.path.write_bytes(wrong[how])
    name = before[0].id
    for action in (
        kept.all,
        lambda: kept.open(name),
        lambda: kept.append(name, ANSWER),
        lambda: kept.rate(name, 1, "up"),
    ):
        with pytest.raises(LibraryError, match="store of conversations") as error:
            action()
        assert error.value.hint == RECOVER
    if how == "flipped":  # another conversation is none of its business, but for the copy
        before.insert(0, kept.open(kept.new("Another")))
    else:
        with pytest.raises(LibraryError, match="store of conversations"):
            kept.new()
    assert kept.recover().turns == 7
    assert kept.all() == before
    assert kept.new()


def test_what_is_sound_in_either_file_is_put_together(kept: Conversations) -> None:
    """The two files are damaged in different places."""
    before = {one.title: one for one in kept.all()}
    for file, number in ((kept.path, 1), (copy_of(kept), 3)):
        with closing(sqlite3.connect(file)) as raw, raw:
            raw.execute("UPDATE turns SET answer = 'wrong' WHERE number = ?", (number,))
    with pytest.raises(LibraryError, match="was changed"):
        kept.all()
    found = kept.recover()
    assert (found.conversations, found.turns) == (2, 6)
    assert {one.title: one for one in kept.all()} == before
    assert found.aside is not None
    with closing(sqlite3.connect(found.aside)) as raw:
        assert raw.execute("SELECT count(*) FROM turns WHERE answer = 'wrong'").fetchone() == (2,)


def test_turns_that_lost_their_conversation_are_kept(kept: Conversations) -> None:
    copy_of(kept).unlink()
    with closing(sqlite3.connect(kept.path)) as raw, raw:
        raw.execute("DELETE FROM conversations WHERE title = 'Bread'")
    kept.recover()
    assert sorted(one.title for one in kept.all()) == ["Weather", "What is a barometer?"]


def test_a_missing_row_is_noticed(kept: Conversations) -> None:
    with closing(sqlite3.connect(kept.path)) as raw, raw:
        raw.execute("DELETE FROM turns WHERE number = 3")
    with pytest.raises(LibraryError, match="a part of it is missing"):
        kept.all()
    assert kept.recover().turns == 6


def test_a_sound_file_is_left_alone(kept: Conversations) -> None:
    before = kept.path.read_bytes()
    found = kept.recover()
    assert (found.conversations, found.turns, found.aside) == (2, 6, None)
    assert kept.path.read_bytes() == before


def test_a_busy_file_is_not_taken_for_a_damaged_one(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.conversations.BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(kept.path, isolation_level=None)) as raw:
        raw.execute("BEGIN EXCLUSIVE")
        for action in (kept.recover, kept.new):
            with pytest.raises(LibraryError, match="Another process is writing") as error:
                action()
            assert error.value.hint == "Wait until it has finished, then try again."
    assert len(kept.all()) == 2


def test_the_command(kept: Conversations) -> None:
    words = ("chats", "recover", "--library", kept.path.parent)
    assert run(*words).err == "2 conversations, 6 questions\n"
    kept.path.write_bytes(b"no database at all" * 100)
    told = run("chats", "list", "--json", "--library", kept.path.parent)
    assert (told.code, told.json["error"]["hint"]) == (1, RECOVER)
    aside = f"{kept.path}.damaged"
    fields = run(*words, "--json").json
    assert fields == {"conversations": 2, "turns": 6, "aside": aside}
    assert Path(aside).read_bytes().startswith(b"no database")
    nothing = run("chats", "recover", "--library", kept.path.parent / "none")
    assert nothing.err.startswith("error: There are no conversations in ")


FORMAT_1 = (
    """CREATE TABLE conversations (
        key INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, title TEXT,
        created TEXT NOT NULL, changed TEXT NOT NULL)""",
    """CREATE TABLE turns (
        id TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, number INTEGER NOT NULL,
        asked TEXT NOT NULL, question TEXT NOT NULL, searched TEXT NOT NULL, answer TEXT NOT NULL,
        refused INTEGER NOT NULL, confidence REAL NOT NULL, generator TEXT NOT NULL,
        note TEXT NOT NULL, citations TEXT NOT NULL, thumb TEXT, reason TEXT NOT NULL,
        PRIMARY KEY (id, number))""",
    "PRAGMA application_id = 0x53747543",
    "PRAGMA user_version = 1",
)


@pytest.mark.parametrize("number", [0, 3, 514, 2**31 - 1])
def test_a_format_number_that_the_copy_does_not_have_is_damage(
    kept: Conversations, number: int
) -> None:
    before = kept.all()
    with closing(sqlite3.connect(kept.path)) as raw, raw:
        raw.execute(f"PRAGMA user_version = {number}")
    with pytest.raises(DamagedError) as error:
        kept.all()
    assert error.value.hint == "Run: assistant chats recover"
    recovered = kept.recover()
    assert (recovered.conversations, recovered.aside is not None) == (len(before), True)
    assert kept.all() == before


def older(kept: Conversations) -> tuple[Conversations, list[Conversation]]:
    """The same conversations as an older version of the program has left them."""
    place = kept.path.parent / "older"
    place.mkdir()
    with closing(sqlite3.connect(place / "conversations.db")) as raw, raw:
        raw.execute("PRAGMA journal_mode = WAL")
        for statement in FORMAT_1:
            raw.execute(statement)
        raw.execute(f"ATTACH '{kept.path}' AS new")
        columns = "key, id, title, created, changed"
        raw.execute(f"INSERT INTO conversations SELECT {columns} FROM new.conversations")
        rows = raw.execute("SELECT * FROM new.turns").fetchall()
        marks = ", ".join("?" * 13)
        raw.executemany(f"INSERT INTO turns VALUES ({marks})", [row[:13] for row in rows])
    return Conversations(place), kept.all()


def test_an_older_format_is_brought_up_to_date_and_kept_as_it_was(kept: Conversations) -> None:
    old, before = older(kept)
    assert old.all() == before
    old.append(before[0].id, ANSWER)
    assert len(old.all()[0].turns) == 4
    aside = old.path.with_name("conversations.db.format-1")
    with closing(sqlite3.connect(aside)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        assert raw.execute("SELECT count(*) FROM turns").fetchone() == (6,)
    with closing(sqlite3.connect(old.path)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (2,)
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_a_damaged_file_of_an_older_format_gives_what_it_has(kept: Conversations) -> None:
    old, before = older(kept)
    content = bytearray(old.path.read_bytes())
    content[18:20] = b"\x09\x09"  # a format of SQLite that nobody knows
    old.path.write_bytes(content)
    with pytest.raises(LibraryError) as error:
        old.all()
    assert error.value.hint
    with closing(sqlite3.connect(kept.path)) as raw:
        assert raw.execute("SELECT count(*) FROM turns").fetchone() == (6,)
    content[18:20] = b"\x01\x01"
    content[92:96] = b"\x00\x00\x00\x00"
    old.path.write_bytes(content)
    assert old.all() == before


def test_what_a_killed_process_has_left_is_cleared_away(kept: Conversations) -> None:
    old, new = (kept.path.with_name(f"conversations.db.copy-{word}") for word in ("old", "new"))
    for file in (old, new):
        file.touch()
    os.utime(old, (1, 1))
    kept.new()
    assert (old.exists(), new.exists()) == (False, True)


def test_a_backup_of_an_older_format_is_restored(kept: Conversations, tmp_path: Path) -> None:
    old, before = older(kept)
    file = tmp_path / "old.zip"
    part = backup_file.described(old.path, 1)
    manifest = Manifest("2020-01-01T00:00:00+00:00", "0.0.1", {"conversations.db": part})
    backup_file.pack(file, manifest, {"conversations.db": old.path})
    restored = backup.restore(tmp_path / "there", file)
    assert (restored.conversations, restored.turns, restored.documents) == (2, 6, 0)
    assert Conversations(tmp_path / "there").all() == before

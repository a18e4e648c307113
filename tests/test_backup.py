from __future__ import annotations

import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commands import Ran, fill, run
from test_cli_chats import ANSWER
from test_store import put
from word_encoder import WordEncoder

from assistant import backup, mirror
from assistant.config import load_config
from assistant.conversations import Conversations
from assistant.database import Database
from assistant.errors import AssistantError, LibraryError
from assistant.library import Library
from assistant.lock import writing
from assistant.store import Store

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "Which instrument measures air pressure?"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a library of two documents and a conversation that was rated."""
    fill(tmp_path / "notes")
    with opened(tmp_path) as library:
        library.sync()
    kept = Conversations(tmp_path / "index")
    name = kept.new("Weather")
    kept.append(name, ANSWER)
    kept.rate(name, 1, "down", "too short")
    return tmp_path


def opened(place: Path, index: str = "index") -> Library:
    return Library.open(load_config(library=place / index, corpus=place / "notes"), WordEncoder())


def tables(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a database holds, its own bookkeeping of keys included."""
    with closing(sqlite3.connect(file)) as raw:
        names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master")]
        kinds = dict(raw.execute("SELECT name, type FROM sqlite_master"))
        content = {
            name: raw.execute(f"SELECT rowid, * FROM {name} ORDER BY rowid").fetchall()
            for name in names
            if kinds[name] == "table"
        }
        settings = [raw.execute(f"PRAGMA {key}").fetchone() for key in ("user_version",)]
    return {**content, "settings": settings}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and not file.name.endswith("-shm")
    }


def test_everything_comes_back_to_the_letter(place: Path, tmp_path: Path) -> None:
    index, file = place / "index", tmp_path / "study.zip"
    saved = backup.save(index, file)
    assert (saved.documents, saved.passages, saved.conversations, saved.turns) == (2, 3, 1, 1)
    there = backup.restore(tmp_path / "there", file)
    assert there.kept == ()
    for name in ("library.db", "conversations.db"):
        assert tables(tmp_path / "there" / name) == tables(index / name)
    assert Conversations(tmp_path / "there").all() == Conversations(index).all()
    with opened(place) as here, opened(place, "there") as other:
        assert other.search(QUESTION) == here.search(QUESTION)
        assert other.sync().embedded == 0
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["manifest.json", "library.db", "conversations.db"]
        manifest = json.loads(archive.read("manifest.json"))
        for name, part in manifest["parts"].items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == part["sha256"]
    assert not list(tmp_path.glob(".*"))
    assert not list((tmp_path / "there").glob(".restore*"))


def test_what_was_there_is_kept_and_those_who_read_see_the_change(place: Path) -> None:
    index, file = place / "index", place / "study.zip"
    backup.save(index, file)
    kept = Conversations(index)
    with opened(place) as reader:
        assert reader.search(QUESTION)
        reader.remove("clouds.md")
        kept.delete(kept.all()[0].id)
        kept.append(kept.new(), ANSWER)
        before = {name: tables(index / name) for name in ("library.db", "conversations.db")}
        assert reader.search(QUESTION)[0].passage.document == "bread.txt"
        restored = backup.restore(index, file)
        assert reader.search(QUESTION)[0].passage.document == "clouds.md"
        # Keys, generations and indexes of the state that went are not taken for the new one's.
        reader.remove("bread.txt")
        assert {hit.passage.document for hit in reader.search(QUESTION)} == {"clouds.md"}
    assert [place.name for place in restored.kept] == [
        "library.db.before-restore",
        "conversations.db.before-restore",
    ]
    for name, content in before.items():
        assert tables(index / f"{name}.before-restore") == content
    assert [one.title for one in kept.all()] == ["Weather"]
    assert backup.restore(index, file).kept[0].name == "library.db.before-restore-2"


def test_damaged_databases_are_replaced_and_kept_too(place: Path) -> None:
    index, file = place / "index", place / "study.zip"
    backup.save(index, file)
    names = ("library.db", "conversations.db")
    for name in names:
        (index / name).write_bytes(b"no database at all" * 500)
    with pytest.raises(LibraryError, match=f"The library {index}/library.db is damaged"):
        backup.save(index, place / "other.zip")
    assert len(backup.restore(index, file).kept) == 3
    for name in names:
        assert (index / f"{name}.before-restore").read_bytes().startswith(b"no database")
    with opened(place) as library:
        assert library.search(QUESTION)[0].passage.document == "clouds.md"
    assert [one.title for one in Conversations(index).all()] == ["Weather"]


def test_a_backup_while_others_write_is_of_one_state(tmp_path: Path) -> None:
    index = tmp_path / "index"
    kept = Conversations(index)
    name, done = kept.new(), threading.Event()

    def revise(store: Store, revision: int) -> None:
        with store.transaction():
            for path in ("a.txt", "b.txt"):
                put(store, path, f"revision {revision}\n\nof {path} " + "word " * 20_000)

    def write() -> None:
        with Store.open(index / "library.db") as store:
            revision = 0
            while not done.is_set():
                revise(store, revision := revision + 1)

    def talk() -> None:
        while not done.is_set():
            kept.append(name, ANSWER)

    with Store.open(index / "library.db") as store:
        revise(store, 0)
    threads = [threading.Thread(target=work) for work in (write, talk)]
    for thread in threads:
        thread.start()
    try:
        files = [tmp_path / f"{number}.zip" for number in range(4)]
        for file in files:
            backup.save(index, file)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    generations = []
    for file in files:
        backup.restore(there := tmp_path / file.stem, file)
        with Store.open(there / "library.db", create=False) as store:
            store.check()
            texts = [passage.text for passage in store.load().passages]
            generations.append(store.generation)
        assert texts[0] == texts[2]
        (conversation,) = Conversations(there).all()
        assert [turn.number for turn in conversation.turns] == list(
            range(1, len(conversation.turns) + 1)
        )
    assert generations == sorted(generations)


def repack(file: Path, change: Callable[[dict[str, bytes]], object]) -> None:
    """Write the archive again, with its parts changed and its manifest as ``change`` leaves it."""
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def edit(parts: dict[str, bytes], change: Callable[[Any], object]) -> bool:
    manifest = json.loads(parts["manifest.json"])
    change(manifest)
    parts["manifest.json"] = json.dumps(manifest).encode()
    return True


def newer_inside(parts: dict[str, bytes]) -> None:
    content = bytearray(parts["library.db"])
    content[60:64] = (99).to_bytes(4, "big")  # where SQLite keeps the version of the user
    parts["library.db"] = bytes(content)
    described = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "format": 2}
    edit(parts, lambda manifest: manifest["parts"].update({"library.db": described}))


FAULTS: dict[str, tuple[Callable[[dict[str, bytes]], object], str]] = {
    "a changed byte": (
        lambda parts: parts.update(
            {"library.db": parts["library.db"].replace(b"Clouds", b"Crowds")}
        ),
        "is not a backup of this assistant, or it is damaged",
    ),
    "a name that leads out": (
        lambda parts: parts.update({"../evil.db": b"evil"}),
        "is not a backup of this assistant, or it is damaged",
    ),
    "a name that the manifest leads out to": (
        lambda parts: (
            parts.update({"../evil.db": b""}),
            edit(
                parts,
                lambda manifest: manifest["parts"].update(
                    {"../evil.db": {"bytes": 0, "sha256": "", "format": 1}}
                ),
            ),
        ),
        "is not a backup of this assistant, or it is damaged",
    ),
    "a missing part": (
        lambda parts: parts.pop("conversations.db"),
        "is not a backup of this assistant, or it is damaged",
    ),
    "no manifest": (
        lambda parts: parts.pop("manifest.json"),
        "is not a backup of this assistant, or it is damaged",
    ),
    "a newer backup": (
        lambda parts: edit(parts, lambda manifest: manifest.update(format=2)),
        "was made by a newer version of the assistant",
    ),
    "a newer library": (
        lambda parts: edit(
            parts, lambda manifest: manifest["parts"]["library.db"].update(format=99)
        ),
        "was made by a newer version of the assistant",
    ),
    "a newer library that the manifest hides": (newer_inside, "made by a newer version"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_whole_backup_is_refused_and_changes_nothing(place: Path, fault: str) -> None:
    change, words = FAULTS[fault]
    file = place / "study.zip"
    backup.save(place / "index", file)
    repack(file, change)
    before = contents(place)
    with pytest.raises(AssistantError, match=words) as error:
        backup.restore(place / "index", file)
    assert "Nothing was changed." in error.value.hint
    assert contents(place) == before


def test_files_that_are_none_are_refused(place: Path) -> None:
    index, file = place / "index", place / "study.zip"
    backup.save(index, file)
    content = file.read_bytes()
    before = contents(index)
    for wrong in (b"", b"text", content[:-100], content[: len(content) // 2]):
        file.write_bytes(wrong)
        with pytest.raises(AssistantError, match="is not a backup of this assistant"):
            backup.restore(index, file)
    with pytest.raises(AssistantError, match=r"cannot be read \(No such file"):
        backup.restore(index, place / "nothing.zip")
    file.write_bytes(content)
    with writing(index), pytest.raises(LibraryError, match=r"Another process .* is writing"):
        backup.restore(index, file)
    assert contents(index) == before


def test_the_commands(place: Path) -> None:
    def told(*words: str | Path) -> Ran:
        return run(*words, "--library", place / "index")

    file = place / "study.zip"
    fields = told("backup", file, "--json").json
    assert list(fields) == [
        *("file", "created", "version", "documents", "passages", "conversations", "turns", "kept")
    ]
    assert (fields["file"], fields["documents"], fields["turns"]) == (str(file), 2, 1)
    again = told("backup", file)
    assert (again.code, again.err) == (
        1,
        f"error: {file} exists already.\nhint: Choose another name, or add --force.\n",
    )
    forced = told("backup", file, "--force")
    assert forced.err == f"saved 2 documents, 1 conversation, 1 question in {file}\n"
    restored = told("restore", file)
    assert restored.err == (
        "restored 2 documents, 1 conversation, 1 question\n"
        f"what was there before is now {place}/index/library.db.before-restore\n"
        f"what was there before is now {place}/index/conversations.db.before-restore\n"
    )
    assert told("restore", file, "--quiet").err == ""
    assert len(told("restore", file, "--json").json["kept"]) == 2
    nothing = run("backup", place / "none.zip", "--library", place / "nowhere", "--json")
    assert nothing.json["error"] == {
        "message": f"There is nothing to save in {place}/nowhere.",
        "hint": "Run: assistant index",
    }
    assert not (place / "nowhere").exists()
    elsewhere = told("backup", place / "no folder" / "x.zip")
    assert elsewhere.err.startswith(f"error: There is no folder {place}/no folder.")


RESTORER = """
import itertools, sys
from pathlib import Path
from assistant import backup, mirror
index, *files = map(Path, sys.argv[1:])
for file in itertools.cycle(files):
    backup.restore(index, file)
    print("restored", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no signal 9")
def test_a_restore_that_is_killed_leaves_the_old_or_the_new(place: Path) -> None:
    index, files = place / "index", [place / "first.zip", place / "second.zip"]
    kept = Conversations(index)
    states = []
    for file in files:
        backup.save(index, file)
        states.append((tables(index / "library.db")["passages"], kept.all()))
        if file == files[0]:
            with opened(place) as library:
                library.remove("bread.txt")
        kept.append(kept.all()[0].id, ANSWER)
    chance = random.Random(5)
    for _ in range(4):
        command = [sys.executable, "-c", RESTORER, str(index), *map(str, files)]
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        assert child.stdout is not None
        for _ in range(chance.randrange(1, 3)):
            child.stdout.readline()
        time.sleep(chance.random() / 10)
        child.kill()
        child.communicate()
        assert tables(index / "library.db")["passages"] in [passages for passages, _ in states]
        assert kept.all() in [conversations for _, conversations in states]
        with opened(place) as library:
            assert library.search(QUESTION)[0].passage.document == "clouds.md"
        mixed = (tables(index / "library.db")["passages"], kept.all()) not in states
        said = run("status", "--library", index).out
        assert not mixed or "A restore was interrupted: the library and the conversations" in said
    backup.restore(index, files[0])
    assert not list(index.glob(".restore*"))
    assert not (index / "restore.unfinished").exists()
    assert (tables(index / "library.db")["passages"], kept.all()) == states[0]


BETWEEN = """
import os, sys
from pathlib import Path
from assistant import backup, mirror
put = backup._put
def once(folder, name, scratch):
    put(folder, name, scratch)
    os._exit(9)
backup._put = once
backup.restore(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_restore_that_ends_between_two_databases_is_told_and_mended(place: Path) -> None:
    index, file = place / "index", place / "my study.zip"
    kept = Conversations(index)
    backup.save(index, file)
    before = kept.all()
    with opened(place) as library:
        library.remove("bread.txt")
    kept.append(before[0].id, ANSWER)
    command = [sys.executable, "-c", BETWEEN, str(index), str(file)]
    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == 9
    # The library of the backup with the conversations of today: both whole, but of two states.
    with opened(place) as library:
        assert len(library.status().documents) == 2
    assert kept.all() != before
    said = run("status", "--library", index)
    assert said.code == 0
    assert " ".join(said.out.split()).endswith(
        "A restore was interrupted: the library and the conversations may be of two states. "
        f"Run it again: assistant restore '{file}'"
    )
    assert run("restore", file, "--library", index).code == 0
    assert "interrupted" not in run("status", "--library", index).out
    assert kept.all() == before


def test_a_damaged_library_stays_in_its_place_until_another_takes_it(place: Path) -> None:
    index, file = place / "index", place / "study.zip"
    backup.save(index, file)
    damaged = b"no library at all" * 500
    (index / "library.db").write_bytes(damaged)
    contents = backup.restore(index, file)
    assert contents.kept[0].read_bytes() == damaged
    with opened(place) as library:
        assert len(library.status().documents) == 2


def test_what_is_added_during_a_restore_is_in_the_old_file_or_the_new(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, file = place / "index", place / "study.zip"
    backup.save(index, file)
    kept = Conversations(index)
    name, overwrite, started = kept.all()[0].id, Database.overwrite, list[threading.Thread]()

    def late(database: Database, source: Path) -> None:
        """Between the copy of the old content and the new, another process adds a turn."""
        if database.path.name == "conversations.db":
            started.append(threading.Thread(target=kept.append, args=(name, ANSWER)))
            started[0].start()
            started[0].join(0.5)
        overwrite(database, source)

    monkeypatch.setattr(Database, "overwrite", late)
    old = backup.restore(index, file).kept[1]
    started[0].join()
    turns = [len(tables(place)["turns"]) for place in (old, kept.path)]
    assert turns == [1, 2]


def test_who_reads_while_the_files_are_exchanged_sees_no_damage(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, file = place / "index", place / "study.zip"
    backup.save(index, file)
    kept = Conversations(index)
    before = kept.all()
    kept.append(before[0].id, ANSWER)
    known, looked = mirror.known, list[Path]()

    def first(path: Path) -> tuple[str, int] | None:
        """The files are exchanged after the copy was looked at, and before the file is."""
        found = known(path)
        looked.append(path)
        if len(looked) == 1:
            backup.restore(index, file)
        return found

    monkeypatch.setattr(mirror, "known", first)
    assert kept.all() == before


def test_the_sound_copy_of_damaged_conversations_is_kept_too(place: Path) -> None:
    index, file = place / "index", place / "study.zip"
    backup.save(index, file)
    kept = Conversations(index)
    kept.append(kept.all()[0].id, ANSWER)
    copy = kept.path.with_name("conversations.db.copy").read_bytes()
    with closing(sqlite3.connect(kept.path)) as raw, raw:
        raw.execute("UPDATE turns SET answer = 'wrong' WHERE number = 2")
    names = [place.name for place in backup.restore(index, file).kept]
    assert names == [
        "library.db.before-restore",
        "conversations.db.before-restore",
        "conversations.db.copy.before-restore",
    ]
    assert (index / names[2]).read_bytes() == copy
    assert len(kept.all()[0].turns) == 1


def test_a_backup_is_on_the_disk_before_it_takes_the_place_of_the_old(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, file, events = place / "index", place / "study.zip", list[tuple[str, int]]()
    backup.save(index, file)
    fsync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        events.append(("sync", os.fstat(handle).st_ino))
        fsync(handle)

    def replaced(made: Path, target: Path) -> Path:
        events.append((target.name, made.stat().st_ino))
        return replace(made, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    backup.save(index, file, force=True)
    backup.restore(place / "there", file)
    for name in ("study.zip", "library.db", "conversations.db"):
        folder = place if name == "study.zip" else place / "there"
        moved = next(n for n, event in enumerate(events) if event[0] == name)
        assert ("sync", events[moved][1]) in events[:moved]
        assert ("sync", folder.stat().st_ino) in events[moved:]


KILLED = """
import os, sys
from pathlib import Path
from assistant import backup, backup_file
backup_file.json.dumps = lambda *words, **settings: os._exit(9)
backup.save(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_what_a_killed_backup_has_left_goes_with_a_later_one(place: Path) -> None:
    index, file = place / "index", place / "saved" / "study.zip"
    file.parent.mkdir()
    command = [sys.executable, "-c", KILLED, str(index), str(file)]
    ended = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == 9
    left = set(file.parent.iterdir())
    assert left
    backup.save(index, file)  # what is left could be another's that still works
    assert set(file.parent.iterdir()) == {*left, file}
    for path in sorted(file.parent.rglob("*")):
        os.utime(path, (1, 1))
    backup.save(index, file, force=True)
    assert set(file.parent.iterdir()) == {file}

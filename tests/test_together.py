"""Several at once: who writes waits or is told, and who reads sees whole documents."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from assistant.config import load_config
from assistant.errors import LibraryError
from assistant.library import Library
from assistant.lock import writing

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = 3
REVISIONS = 6


def opened(place: Path) -> Library:
    config = load_config(library=place / "index", corpus=place / "corpus")
    return Library.open(config, WordEncoder())


def write(place: Path, revision: int) -> None:
    """Every section says which document and revision it is of, and the checksum of both."""
    (place / "corpus").mkdir(parents=True, exist_ok=True)
    for number in range(DOCUMENTS):
        said = f"document {number} revision {revision} "
        said += f"checksum {zlib.crc32(f'{number} {revision}'.encode())}."
        sections = [f"# Part {part}\n\nThe subject {part} of {said}" for part in range(4)]
        (place / "corpus" / f"{number}.md").write_text("\n\n".join(sections))


def look(reader: Library) -> None:
    """All passages that one search finds are sound, and those of a document of one revision."""
    hits = reader.search("subject document revision checksum", 50)
    assert len(hits) == 4 * DOCUMENTS
    revisions: dict[str, set[str]] = {}
    for hit in hits:
        words = hit.passage.text.rstrip(".").split()
        number, revision, checksum = words[5], words[7], words[9]
        assert hit.passage.document == f"{number}.md"
        assert int(checksum) == zlib.crc32(f"{number} {revision}".encode())
        revisions.setdefault(number, set()).add(revision)
    assert {len(found) for found in revisions.values()} == {1}


def test_readers_see_each_document_before_or_after_but_never_between(tmp_path: Path) -> None:
    write(tmp_path, 0)
    opened(tmp_path).sync()
    done, faults, looked = threading.Event(), list[BaseException](), [0, 0]

    def read(who: int) -> None:
        try:
            with opened(tmp_path) as reader:
                while not done.is_set():
                    look(reader)
                    looked[who] += 1
        except BaseException as error:
            faults.append(error)

    readers = [threading.Thread(target=read, args=(who,)) for who in range(2)]
    for reader in readers:
        reader.start()
    try:
        with opened(tmp_path) as writer:
            for revision in range(1, REVISIONS):
                write(tmp_path, revision)
                assert len(writer.sync().updated) == DOCUMENTS
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert faults == []
    assert min(looked) > 0
    with opened(tmp_path) as after:
        look(after)


CHILD = """
import sys
from pathlib import Path
from test_together import opened
from assistant.errors import AssistantError
sys.stdin.readline()
try:
    print(len(opened(Path(sys.argv[1])).sync().added), flush=True)
except AssistantError as error:
    print(error.message, flush=True)
"""


def test_of_two_that_index_at_once_one_does_and_the_other_is_told(tmp_path: Path) -> None:
    write(tmp_path, 0)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    children = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(3)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    told = [child.communicate()[0].strip() for child in children]
    assert [child.returncode for child in children] == [0, 0, 0]
    # One that comes when the first has finished finds nothing to add.
    assert told.count(str(DOCUMENTS)) == 1
    refused = [words for words in told if not words.isdecimal()]
    assert set(told) - set(refused) <= {str(DOCUMENTS), "0"}
    where = re.escape(str(tmp_path / "index"))
    named = r"( \(number \d+, since \d\d:\d\d\))?"  # who has just begun may not have said so yet
    form = re.compile(f"Another process{named} is writing to the library in {where}\\.")
    assert all(form.fullmatch(words) for words in refused)
    with opened(tmp_path) as library:
        look(library)


WRITER = """
import sys
from pathlib import Path
from test_together import opened, write
place = Path(sys.argv[1])
for line in sys.stdin:
    write(place, int(line))
    print(len(opened(place).sync().updated), flush=True)
"""


def answer(library: Library) -> dict[str, str]:
    """Which revision of each document an answer is made of; all that it shows is of that one."""
    given = library.ask("What is the checksum of subject 2 of document 1?", 4 * DOCUMENTS)
    assert not given.refused
    revisions: dict[str, set[str]] = {}
    for passage in [*(hit.passage for hit in given.hits), *(c.passage for c in given.citations)]:
        number, revision, checksum = passage.text.rstrip(".").split()[5:10:2]
        assert int(checksum) == zlib.crc32(f"{number} {revision}".encode())
        revisions.setdefault(number, set()).add(revision)
    for citation in given.citations:
        first = citation.start - citation.passage.start
        quoted = citation.passage.text[first : first + len(citation.quote)]
        assert quoted == citation.quote
    assert all(len(found) == 1 for found in revisions.values())
    return {number: min(found) for number, found in revisions.items()}


def test_answers_while_another_process_indexes_are_of_one_state(tmp_path: Path) -> None:
    write(tmp_path, 0)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    seen, told = [], list[str]()
    with opened(tmp_path) as library:
        library.sync()
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        ) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            listener = threading.Thread(target=lambda out=writer.stdout: told.extend(out))
            listener.start()
            for revision in range(1, REVISIONS):
                writer.stdin.write(f"{revision}\n")
                writer.stdin.flush()
                while len(told) < revision:
                    assert writer.poll() is None
                    seen.append(answer(library))
            writer.stdin.close()
            listener.join()
        assert told == [f"{DOCUMENTS}\n"] * (REVISIONS - 1)
        # Forwards alone, document by document; and what was written last is what is read at last.
        for before, after in pairwise(seen):
            assert all(
                int(before[name]) <= int(after[name]) for name in before.keys() & after.keys()
            )
        assert set(answer(library).values()) == {str(REVISIONS - 1)}


def test_who_writes_is_named(tmp_path: Path) -> None:
    with writing(tmp_path), pytest.raises(LibraryError) as error, writing(tmp_path):
        pytest.fail("two at once")
    assert f"(number {os.getpid()}, since " in error.value.message
    assert error.value.hint == "Wait until it has finished, then run the command again."
    assert not (tmp_path / "sync.holder").exists()


HOLDER = """
import sqlite3
import sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute(f"PRAGMA locking_mode = {sys.argv[2]}")
held.execute("BEGIN EXCLUSIVE")
held.execute("CREATE TABLE of_the_holder (x)")
print("held", flush=True)
sys.stdin.readline()
held.execute("ROLLBACK")
"""


@pytest.mark.parametrize("held", ["NORMAL", "EXCLUSIVE"])
def test_a_lock_that_another_process_does_not_give_up_is_told_and_loses_nothing(
    tmp_path: Path, held: str
) -> None:
    write(tmp_path, 0)
    opened(tmp_path).sync()
    write(tmp_path, 1)
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "index" / "library.db"), held]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LibraryError, match="Another process is writing to the library"):
            opened(tmp_path).sync()
        if held == "NORMAL":
            with opened(tmp_path) as reader:
                look(reader)
        else:
            with pytest.raises(LibraryError, match="Another process is writing to the library"):
                opened(tmp_path).search("subject")
        holder.communicate("over\n")
    with opened(tmp_path) as after:
        look(after)
        assert len(after.sync().updated) == DOCUMENTS

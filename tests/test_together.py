"""Several at once: who writes waits or is told, and who reads sees whole documents."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zlib
from pathlib import Path

from word_encoder import WordEncoder

from assistant.config import load_config
from assistant.library import Library

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
    refused = f"Another process is writing to the library in {tmp_path / 'index'}."
    # One that comes when the first has finished finds nothing to add.
    assert told.count(str(DOCUMENTS)) == 1
    assert set(told) <= {str(DOCUMENTS), "0", refused}
    with opened(tmp_path) as library:
        look(library)

"""A sync that is killed, at any moment, leaves a library that works and can be finished."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from numpy.testing import assert_allclose
from word_encoder import WordEncoder

from assistant import lexical, vectors
from assistant.chunk import embedded_text
from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.errors import LibraryError
from assistant.library import Library
from assistant.loaded import Loaded
from assistant.store import Store

ROOT = Path(__file__).resolve().parents[1]
MOMENTS = 10

# Says when it begins to write, and when it has finished.
CHILD = """
import sys
from pathlib import Path
from word_encoder import WordEncoder
from assistant.config import load_config
from assistant.library import Library

def progress(stage, done, total, detail=""):
    if stage == "embed":
        print("writing", flush=True)

place = Path(sys.argv[1])
config = load_config(library=place / "index", corpus=place / "corpus")
Library.open(config, WordEncoder()).sync(progress=progress)
print("done", flush=True)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="has no signal 9")


def child(place: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(place)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )


def kill(process: subprocess.Popen[Any]) -> None:
    """Kill with signal 9; the process that reads files for it must end by itself."""
    try:
        helpers = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        helpers = []
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(helpers, timeout=30)
    assert alive == []


def write(corpus: Path, name: str, *sections: str) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    text = "\n\n".join(f"# Part {n}\n\n{section}" for n, section in enumerate(sections, 1))
    (corpus / name).write_text(text)


def before(place: Path) -> None:
    for n in range(8):
        sections = [f"Subject {n} has the property {word} {n * 7}." for word in ("red", "big")]
        write(place / "corpus", f"{n}.md", *sections, "All of them say this.")


def after(place: Path) -> None:
    """Three files change, one becomes unreadable, two go, three come."""
    for n in (0, 3, 5):
        sections = [f"Subject {n} has the property {word} {n * 9}." for word in ("red", "new")]
        write(place / "corpus", f"{n}.md", *sections, "All of them say this.")
    (place / "corpus" / "1.md").write_bytes(bytes(range(256)))
    for n in (2, 6):
        (place / "corpus" / f"{n}.md").unlink()
    for n in (8, 9, 10):
        write(place / "corpus", f"{n}.md", f"Subject {n} is new.", "All of them say this.")


def loaded(place: Path) -> Loaded:
    with Store.open(place / "index" / "library.db", create=False) as store:
        store.check()
        return store.load()


def opened(place: Path) -> Library:
    config = load_config(library=place / "index", corpus=place / "corpus")
    return Library.open(config, WordEncoder())


def require_consistent(place: Path) -> None:
    """Every passage has the vectors of its own text, and each search finds that text."""
    state, encoder = loaded(place), WordEncoder()
    expected = [encoder.encode_query(embedded_text(passage)) for passage in state.passages]
    assert np.array_equal(state.stacked.matrix, expected)
    with opened(place) as library:
        assert library.status().passages == len(state.passages)
        for hit in library.search("Which subject has the property red?"):
            passage = hit.passage
            assert (
                library.document(passage.doc_id).text[passage.start : passage.end] == passage.text
            )


def require_finished(place: Path, peace: Loaded, files: set[str]) -> None:
    """Everything is as it is after a sync that nobody disturbed, the derived files too."""
    state = loaded(place)
    assert state.passages == peace.passages
    assert np.array_equal(state.stacked.matrix, peace.stacked.matrix)
    assert np.array_equal(state.stacked.unit_vectors, peace.stacked.unit_vectors)
    folder = place / "index"
    assert {file.name for file in folder.iterdir()} == files
    with Store.open(folder / "library.db") as store:
        origin = store.origin()
    assert vectors.load(folder / "vectors.faiss", origin) is not None
    assert lexical.load(folder / "lexical", origin) is not None
    assert [entry.name for entry in (folder / "lexical").iterdir()] == [str(state.generation)]


def test_a_sync_killed_at_ten_moments_can_be_finished_each_time(tmp_path: Path) -> None:
    place, start = tmp_path / "place", tmp_path / "start"
    before(place)
    opened(place).sync()
    after(place)
    shutil.copytree(place, start)

    with child(place) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        began = time.perf_counter()
        assert process.stdout.read().endswith("done\n")
        seconds = time.perf_counter() - began
    peace = loaded(place)
    files = {file.name for file in (place / "index").iterdir()}
    assert {passage.document for passage in peace.passages} == {
        f"{n}.md" for n in (0, 1, 3, 4, 5, 7, 8, 9, 10)
    }

    chance = random.Random(9)
    for moment in range(MOMENTS):
        shutil.rmtree(place)
        shutil.copytree(start, place)
        process = child(place)
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        time.sleep(seconds * (moment + chance.random()) / MOMENTS)
        kill(process)
        require_consistent(place)
        with opened(place) as library:
            assert [record.path for record in library.sync().failed] == ["1.md"]
        require_finished(place, peace, files)


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def stored(place: Path) -> int:
    """How many documents are stored."""
    try:
        with opened(place) as library:
            return len(library.status().documents)
    except LibraryError:
        return 0


def command(place: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "assistant", "index", str(place / "corpus"), "--library"]
    return subprocess.Popen(
        [*words, str(place / "index")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_the_command_killed_twice_is_finished_by_the_third(
    tmp_path: Path, encoder: SentenceEncoder
) -> None:
    killed, quiet = tmp_path / "killed", tmp_path / "quiet"
    for place in (killed, quiet):
        before(place)
    first = command(killed)
    wait_until((killed / "index" / "library.db").exists)
    kill(first)
    second = command(killed)
    wait_until(lambda: stored(killed) > 0)
    kill(second)
    with command(killed) as third:
        output = third.communicate()[0]
    assert third.returncode == 0, output
    config = load_config(library=quiet / "index", corpus=quiet / "corpus")
    Library.open(config, encoder).sync()
    peace, state = loaded(quiet), loaded(killed)
    assert state.passages == peace.passages
    assert_allclose(state.stacked.matrix, peace.stacked.matrix, atol=1e-5)
    assert_allclose(state.stacked.unit_vectors, peace.stacked.unit_vectors, atol=1e-3)

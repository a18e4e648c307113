from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from assistant.derived import write_file
from assistant.errors import LibraryError, NotFoundError
from assistant.protocols import Embedded, Pieces
from assistant.store import Store
from assistant.types import Document, DocumentRecord, Page, Passage, Unit

Vectors = NDArray[np.float32]
SHEET = Path(__file__).parents[1] / "corpus" / "aws-mla-c01-cheat-sheet.txt"
DIM = 8


def vector(text: str) -> Vectors:
    """A unit vector that counts the words of a text: the same words, the same direction."""
    counts = np.zeros(DIM, np.float32)
    for word in [*text.split(), ""]:
        counts[zlib.crc32(word.encode()) % DIM] += 1
    return np.asarray(counts / np.linalg.norm(counts), np.float32)


def embed(passages: Sequence[Passage], text: str) -> Embedded:
    rows = [vector(passage.text) for passage in passages]
    units = [[vector(text[u.start : u.end]) for u in passage.units] for passage in passages]
    return Embedded(
        tuple(Pieces(row, row[None], np.array([(0, 3)], np.int32)) for row in rows),
        tuple(np.array(row, np.float32).reshape(-1, DIM) for row in units),
    )


def record(path: str) -> DocumentRecord:
    return DocumentRecord(f"id-{path}", path, f"/corpus/{path}", path.upper(), "0" * 64, 7, "ready")


def failed(path: str, reason: str) -> DocumentRecord:
    return replace(record(path), state="failed", reason=reason)


def cut(path: str, text: str) -> list[Passage]:
    """A passage for each paragraph, with one unit that is the passage."""
    passages: list[Passage] = []
    start = 0
    for number, paragraph in enumerate(text.split("\n\n")):
        end = start + len(paragraph)
        passages.append(
            Passage(
                passage_id=f"{path}#{number}",
                doc_id=f"id-{path}",
                document=path,
                heading=("Top", f"Part {number}"),
                page_start=number + 1,
                page_end=None,
                start=start,
                end=end,
                text=paragraph,
                kind="list",
                header="A\tB",
                page_label="iv",
                references=("https://example.org/ä",),
                units=(Unit("item", start, end, ("Below",)),),
            )
        )
        start = end + 2
    return passages


def put(store: Store, path: str, text: str) -> list[Passage]:
    passages = cut(path, text)
    store.replace(
        record(path),
        text=text,
        pages=(Page(1, 0, len(text), "iv"),),
        passages=passages,
        contents=[passage.text for passage in passages],
        embedded=embed(passages, text),
    )
    return passages


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index" / "library.db"


def test_a_document_comes_back_as_it_was_stored(path: Path) -> None:
    text = SHEET.read_text(encoding="utf-8")
    with Store.open(path) as store:
        passages = put(store, "sheet.txt", text)
    with Store.open(path, create=False) as store:
        loaded = store.load()
        assert loaded.passages == tuple(passages)
        assert store.document("id-sheet.txt") == Document(
            "id-sheet.txt",
            "sheet.txt",
            "SHEET.TXT",
            "0" * 64,
            text,
            (Page(1, 0, len(text), "iv"),),
        )
        assert store.passage("sheet.txt#3") == passages[3]
        assert store.records() == (replace(record("sheet.txt"), passages=len(passages), pages=1),)
        assert store.record("sheet.txt") == store.records()[0]
        store.check()
    expected = embed(passages, text)
    assert loaded.stacked.matrix.dtype == np.float32
    assert loaded.stacked.unit_vectors.dtype == np.float16
    np.testing.assert_array_equal(loaded.stacked.matrix, expected.passages)
    np.testing.assert_array_equal(
        loaded.stacked.unit_vectors, np.concatenate(expected.units).astype(np.float16)
    )
    assert loaded.stacked.offsets.tolist() == list(range(len(passages) + 1))
    assert loaded.keys.tolist() == list(range(1, len(passages) + 1))


characters = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(characters, max_size=6), title=characters, heading=st.lists(characters))
def test_any_text_without_surrogates_survives(
    parts: list[str], title: str, heading: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = "".join(parts)
    passages = []
    start = 0
    for number, part in enumerate(parts):
        end = start + len(part)
        units = tuple(Unit("sentence", i, i + 1) for i in range(start, end, 20))
        passages.append(
            Passage(
                f"p{number}",
                "d",
                "d.txt",
                tuple(heading),
                None,
                None,
                start,
                end,
                part,
                units=units,
            )
        )
        start = end
    stored = replace(record("d.txt"), doc_id="d", title=title)
    expected = embed(passages, text)
    with Store.open(tmp_path_factory.mktemp("any") / "library.db") as store:
        contents = [passage.passage_id for passage in passages]
        store.replace(
            stored, text=text, pages=(), passages=passages, contents=contents, embedded=expected
        )
        loaded = store.load()
        assert loaded.passages == tuple(passages)
        assert store.document("d").text == text
        assert store.document("d").title == title
    sizes = [len(passage.units) for passage in passages]
    assert np.diff(loaded.stacked.offsets).tolist() == sizes
    assert len(loaded.stacked.unit_vectors) == sum(sizes)


def test_an_empty_library_loads_as_nothing(path: Path) -> None:
    with Store.open(path) as store:
        loaded = store.load()
        assert (loaded.generation, loaded.passages) == (0, ())
        assert loaded.stacked.matrix.shape == (0, 0)
        assert loaded.stacked.offsets.tolist() == [0]
        assert len(store.library_id) == 32


def test_every_change_raises_the_generation_by_one(path: Path) -> None:
    with Store.open(path) as store:
        seen = [store.generation]

        def step() -> int:
            seen.append(store.generation)
            return seen[-1] - seen[-2]

        put(store, "a.txt", "one\n\ntwo")
        assert step() == 1
        store.mark(failed("b.txt", "empty"))
        assert step() == 1
        store.mark(failed("b.txt", "empty"))  # nothing new
        assert step() == 0
        store.set_meta("encoder", "x")
        assert step() == 1
        store.set_meta("encoder", "x")
        store.delete("nobody")
        assert step() == 0
        with store.transaction():
            store.delete("id-a.txt")
            store.set_meta("encoder", "y")
        assert step() == 1
        store.delete("id-a.txt")
        assert step() == 0


def test_passages_are_ordered_by_path_and_place_and_keys_are_never_used_again(path: Path) -> None:
    with Store.open(path) as store:
        put(store, "b.txt", "one\n\ntwo")
        put(store, "a.txt", "three\n\nfour")
        put(store, "b.txt", "five\n\nsix")
        loaded = store.load()
        assert [p.text for p in loaded.passages] == ["three", "four", "five", "six"]
        assert loaded.keys.tolist() == [3, 4, 5, 6]
        store.delete("id-b.txt")
        put(store, "c.txt", "seven")
        assert store.load().keys.tolist() == [3, 4, 7]


def test_marking_a_file_keeps_its_passages(path: Path) -> None:
    with Store.open(path) as store:
        put(store, "a.txt", "one\n\ntwo")
        now = replace(failed("a.txt", "damaged"), sha256="1" * 64, size=9)
        store.mark(now)
        assert store.record("a.txt") == replace(now, passages=2, pages=1)
        assert [p.text for p in store.load().passages] == ["one", "two"]
        store.mark(failed("new.txt", "empty"))
        assert store.record("new.txt") == failed("new.txt", "empty")
        assert store.document("id-new.txt").text == ""
        assert store.record("other.txt") is None


def test_vectors_of_the_same_content_are_found_again(path: Path) -> None:
    with Store.open(path) as store:
        put(store, "a.txt", "one word\n\ntwo words")
        found = store.reusable(["two words", "three words", "two words"])
        assert list(found) == ["two words"]
        pieces, units = found["two words"]
        np.testing.assert_array_equal(pieces.whole, vector("two words"))
        np.testing.assert_allclose(pieces.vectors, vector("two words")[None], atol=0.5 / 127)
        np.testing.assert_array_equal(pieces.spans, [(0, 3)])
        np.testing.assert_array_equal(units, vector("two words")[None].astype(np.float16))


def test_what_does_not_fit_together_is_refused(path: Path) -> None:
    text = "one\n\ntwo"
    passages = cut("a.txt", text)
    good = embed(passages, text)
    shifted = [replace(passages[0], start=1), passages[1]]
    stray = [replace(passages[0], doc_id="z"), passages[1]]
    two_for_one = Embedded(good.pieces, (good.units[0], np.zeros((2, DIM), np.float32)))
    first, second = good.pieces
    deep = Embedded((replace(first, whole=np.zeros((1, DIM), np.float32)), second), good.units)
    adrift = Embedded((replace(first, spans=first.spans[:0]), second), good.units)
    wrong = [
        ("contents", passages, ["x"], good),
        ("offsets", shifted, ["x", "y"], good),
        ("another document", stray, ["x", "y"], good),
        ("unit vectors", passages, ["x", "y"], two_for_one),
        ("must be", passages, ["x", "y"], deep),
        ("word pieces", passages, ["x", "y"], adrift),
    ]
    with Store.open(path) as store:
        for words, some, contents, embedded in wrong:
            with pytest.raises(ValueError, match=words):
                store.replace(
                    record("a.txt"),
                    text=text,
                    pages=(),
                    passages=some,
                    contents=contents,
                    embedded=embedded,
                )
        twice = [passages[0], replace(passages[0])]
        with pytest.raises(ValueError, match="unique"):
            store.replace(
                record("a.txt"),
                text=text,
                pages=(),
                passages=twice,
                contents=["x", "y"],
                embedded=embed(twice, text),
            )
        assert (store.generation, store.records()) == (0, ())


def test_names_that_are_not_there(path: Path) -> None:
    with Store.open(path) as store:
        with pytest.raises(NotFoundError, match="no document x"):
            store.document("x")
        with pytest.raises(NotFoundError, match="no passage y"):
            store.passage("y")


def test_a_failed_transaction_changes_nothing(path: Path) -> None:
    with Store.open(path) as store:
        put(store, "a.txt", "one")
        before = store.load()

        def half_done() -> None:
            with store.transaction():
                put(store, "a.txt", "two")
                store.set_meta("encoder", "x")
                raise RuntimeError("stop")

        with pytest.raises(RuntimeError, match="stop"):
            half_done()
        after = store.load()
        assert (after.generation, after.passages) == (before.generation, before.passages)
        assert store.meta("encoder") is None


def test_a_reader_sees_the_state_before_until_the_commit(path: Path) -> None:
    with Store.open(path) as writer, Store.open(path, create=False) as reader:
        put(writer, "a.txt", "one\n\ntwo")
        with writer.transaction():
            put(writer, "a.txt", "three")
            put(writer, "b.txt", "four")
            seen = reader.load()
            assert [p.text for p in seen.passages] == ["one", "two"]
            assert [p.text for p in writer.load().passages] == ["three", "four"]
        assert [p.text for p in reader.load().passages] == ["three", "four"]
        assert reader.generation == seen.generation + 1


def test_a_second_writer_is_told_who_is_in_the_way(path: Path) -> None:
    with Store.open(path) as first, Store.open(path, timeout=0.05) as second:
        with (
            first.transaction(),
            pytest.raises(LibraryError, match="Another process is writing to the library") as error,
        ):
            second.set_meta("encoder", "x")
        assert error.value.hint == "Wait until it has finished, then try again."
        second.set_meta("encoder", "x")


KILLED = """
import os, signal, sys
sys.path[:0] = [{tests!r}, {root!r}]
from pathlib import Path
from test_store import put
from assistant.store import Store
store = Store.open(Path({path!r}))
with store.transaction():
    put(store, "a.txt", "new " * 200_000)  # more than the cache holds: some of it is in the log
    put(store, "b.txt", "other")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no SIGKILL")
def test_a_killed_write_leaves_the_old_state(path: Path) -> None:
    with Store.open(path) as store:
        put(store, "a.txt", "old\n\nstate")
        before = store.load()
    tests = Path(__file__).parent
    code = KILLED.format(tests=str(tests), root=str(tests.parent), path=str(path))
    child = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True)
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    with Store.open(path, create=False) as store:
        after = store.load()
        assert (after.generation, after.passages) == (before.generation, before.passages)
        store.check()
        put(store, "b.txt", "goes on")
        assert len(store.load().passages) == 3


def test_many_processes_may_make_the_library_at_once(path: Path) -> None:
    root = Path(__file__).parents[1]
    code = (
        f"import sys; sys.path.insert(0, {str(root)!r})\n"
        "from pathlib import Path; from assistant.store import Store\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        f"with Store.open(Path({str(path)!r}), timeout=60) as store:\n"
        "    store.set_meta(str(__import__('os').getpid()), 'was here')\n"
    )
    command = [sys.executable, "-c", code]
    with ExitStack() as stack:
        children = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            )
            for _ in range(6)
        ]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
        for child in children:
            assert child.stdin is not None
            child.stdin.close()  # Now they all begin.
    assert [child.returncode for child in children] == [0] * 6
    with Store.open(path, create=False) as store:
        assert store.generation == 6
        assert all(store.meta(str(child.pid)) == "was here" for child in children)


def test_a_missing_library_names_the_command(path: Path) -> None:
    with pytest.raises(LibraryError, match="There is no library in") as error:
        Store.open(path, create=False)
    assert error.value.hint == "Run: assistant index"
    assert not path.parent.exists()
    path.parent.mkdir()
    path.touch()  # as left by a process that was killed while it made one
    with pytest.raises(LibraryError, match="There is no library in"):
        Store.open(path, create=False)
    Store.open(path).close()
    Store.open(path, create=False).close()


def test_files_that_are_no_library_are_refused_and_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is a text file and no database at all. " * 100)
    with pytest.raises(LibraryError, match=r"is damaged.*not a database") as error:
        Store.open(path)
    assert error.value.hint == f"Delete {path} and run: assistant index"
    assert path.read_bytes().startswith(b"This is a text")
    path.unlink()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE mine (x)")
    other.close()
    with pytest.raises(LibraryError, match="is not a library of this assistant"):
        Store.open(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(LibraryError, match="cannot be opened"):
        Store.open(path)
    path.rmdir()
    path.touch()
    with pytest.raises(LibraryError, match="cannot be made"):
        Store.open(path / "library.db")


@pytest.mark.parametrize(
    ("version", "words", "hint"),
    [
        (4, "made by a newer version of the assistant", "Upgrade the assistant"),
        (1, "has the old format 1; this version needs 3", "assistant index"),
        (0, "has the old format 0", "assistant index"),
    ],
)
def test_another_format_is_refused(path: Path, version: int, words: str, hint: str) -> None:
    Store.open(path).close()
    other = sqlite3.connect(path)
    other.execute(f"PRAGMA user_version = {version}")
    other.close()
    with pytest.raises(LibraryError, match=words) as error:
        Store.open(path)
    assert hint in error.value.hint


@pytest.mark.parametrize("word", [b"Hyperband", b"https://example.org", b"Part 1", b"0000000000"])
def test_a_changed_letter_is_noticed(path: Path, word: bytes) -> None:
    """SQLite's own check passes in these cases: only the rows' checksums see them."""
    with Store.open(path) as store:
        put(store, "a.txt", "Grid search\n\nHyperband stops early")
    content = path.read_bytes()
    place = content.index(word)
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    with Store.open(path, create=False) as store:
        with pytest.raises(LibraryError, match=r"is damaged .* does not match its checksum"):
            store.load()
        with pytest.raises(LibraryError, match="is damaged"):
            store.check()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM documents WHERE path = 'b.txt'", "do not belong together"),
        ("DELETE FROM passages WHERE text_of = 'b'", "has lost passages"),
        ("UPDATE passages SET ordinal = 9 - ordinal", "has lost passages"),
        ("UPDATE documents SET (page_map, text) = ('[]', text)", "does not match its checksum"),
        ("DELETE FROM meta WHERE key = 'digest'", "has lost its digest"),
    ],
)
def test_rows_that_are_missing_or_of_another_state_are_noticed(
    path: Path, statement: str, words: str
) -> None:
    with Store.open(path) as store:
        put(store, "a.txt", "one\n\ntwo")
        put(store, "b.txt", "three\n\nfour")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute(statement.replace("text_of = 'b'", "passage_id = 'b.txt#1'"))
    with Store.open(path, create=False) as store:
        with pytest.raises(LibraryError, match=words) as error:
            store.load()
        assert error.value.hint == f"Delete {path} and run: assistant index"


def test_a_passage_is_shown_with_the_text_it_was_cut_from_alone(path: Path) -> None:
    """A document of two states: its text is newer than the passage."""
    with Store.open(path) as store:
        put(store, "a.txt", "one two")
        with closing(sqlite3.connect(path)) as raw:
            old = raw.execute("SELECT * FROM passages").fetchall()[0]
        put(store, "a.txt", "six ten")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DELETE FROM passages")
        raw.execute(f"INSERT INTO passages VALUES ({', '.join('?' * len(old))})", old)
    with Store.open(path, create=False) as store:
        for action in (store.load, lambda: store.passage("a.txt#0")):
            with pytest.raises(LibraryError, match="is damaged"):
                action()
        with pytest.raises(LibraryError, match="is damaged"):
            store.reusable(["one two"])


def test_a_state_that_was_lost_is_noticed_by_the_index_of_it(path: Path) -> None:
    with Store.open(path) as store:
        put(store, "a.txt", "one")
        earlier = path.with_name("earlier")
        store.copy(earlier)
        put(store, "b.txt", "two")
        write_file(path.with_name("vectors.faiss"), b"", store.origin())
        store.require_latest()
    earlier.replace(path)
    with Store.open(path, create=False) as store:
        for action in (store.require_latest, lambda: store.document("id-a.txt")):
            with pytest.raises(LibraryError, match="has lost its latest changes") as error:
                action()
            assert error.value.hint.startswith("Run: assistant index.")
        lost = store.generation + 1
        store.outrun()
        assert store.generation > lost
        store.outrun()
        assert store.generation == lost + 1
        assert store.document("id-a.txt").text == "one"


def test_a_row_that_contradicts_another_is_damage(path: Path) -> None:
    with Store.open(path) as store:
        put(store, "a.txt", "one")
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE passages SET passage_id = 'b.txt#0'")
    with Store.open(path) as store, pytest.raises(LibraryError, match="is damaged"):
        put(store, "b.txt", "two")


def test_flipped_bits_and_lost_pages_never_give_wrong_passages(path: Path) -> None:
    with Store.open(path) as store:
        passages = put(store, "a.txt", SHEET.read_text(encoding="utf-8")[:20_000])
        expected = store.load()
    content = path.read_bytes()
    chance = np.random.default_rng(7)
    noticed = 0
    for _ in range(60):
        fault = bytearray(content)
        if chance.random() < 0.2:
            del fault[int(chance.integers(1, len(fault))) :]
        else:
            fault[int(chance.integers(len(fault)))] ^= 1 << int(chance.integers(8))
        path.write_bytes(fault)
        path.with_name("library.db-wal").unlink(missing_ok=True)
        path.with_name("library.db-shm").unlink(missing_ok=True)
        try:
            with Store.open(path, create=False) as store:
                store.check()
                loaded = store.load()
                assert loaded.passages == tuple(passages)
                np.testing.assert_array_equal(loaded.stacked.matrix, expected.stacked.matrix)
                np.testing.assert_array_equal(
                    loaded.stacked.unit_vectors, expected.stacked.unit_vectors
                )
        except LibraryError:
            noticed += 1
    assert noticed > 20


def test_a_full_disk_and_a_read_only_file_are_said_so(path: Path) -> None:
    with Store.open(path) as store:
        put(store, "a.txt", "one")
        store._database._connection.execute("PRAGMA max_page_count = 20")
        with pytest.raises(LibraryError, match="no space left on the disk") as error:
            put(store, "b.txt", "many words\n\n" * 2000)
        assert "what was stored before is kept" in error.value.hint
        assert [p.text for p in store.load().passages] == ["one"]
        store._database._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(LibraryError, match="cannot be written"):
            store.set_meta("encoder", "x")
        assert store.meta("encoder") is None

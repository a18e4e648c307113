from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import mirror
from assistant.chat import Turn
from assistant.conversations import Conversations
from assistant.errors import AssistantError, LibraryError, NotFoundError
from assistant.transcript import as_json, as_markdown
from assistant.types import Answer, Citation, Passage

ROOT = Path(__file__).resolve().parents[1]
QUOTE = "A barometer measures\n  air pressure."
PASSAGE = Passage("p1", "d1", "notes/clouds.md", ("Weather", "Tools"), 3, 4, 10, 60, "\u2026" * 50)
CITATION = Citation(1, PASSAGE, 12, 12 + len(QUOTE), QUOTE)


def answered(question: str = "What is a barometer?", searched: str = "") -> Answer:
    text = f"{QUOTE} [1]"
    return Answer(question, searched or question, text, (CITATION,), (), False, 0.875)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "index")


def test_reading_makes_no_file(kept: Conversations) -> None:
    assert kept.all() == kept.search("x") == []
    with pytest.raises(LibraryError, match="There is no store of conversations in") as error:
        kept.open("abc")
    assert error.value.hint == "The first question in the chat makes one."
    assert not kept.path.parent.exists()


def test_a_conversation_comes_back_as_it_was_kept(kept: Conversations) -> None:
    name = kept.new()
    assert kept.open(name).title == "New conversation"
    first = kept.append(name, answered())
    second = kept.append(name, answered("and its unit?", "a barometer's unit?"))
    refused = Answer("why?", "why?", "Nothing.", (), (), True, 0.01, "ollama:x", "A note.")
    third = kept.append(name, refused)
    found = kept.open(name)
    assert found.turns == (first, second, third)
    assert [turn.number for turn in found.turns] == [1, 2, 3]
    assert (found.id, found.title) == (name, "What is a barometer?")
    assert (first.confidence, first.refused, first.generator) == (0.875, False, "quotation")
    assert (third.refused, third.note, third.citations) == (True, "A note.", ())
    cited = first.citations[0]
    assert (cited.document, cited.heading) == ("notes/clouds.md", ("Weather", "Tools"))
    assert (cited.page_start, cited.page_end, cited.start, cited.end) == (3, 4, 12, 12 + len(QUOTE))
    assert cited.quote == QUOTE
    assert found.history[1] == Turn("and its unit?", second.answer, "a barometer's unit?")
    assert found.created < first.asked < second.asked < third.asked == found.changed


def test_the_latest_comes_first_and_words_are_found_in_any_case(kept: Conversations) -> None:
    older, newer = kept.new(), kept.new("Stra\u00dfen und \u00c4mter")
    assert [one.id for one in kept.all()] == [newer, older]
    kept.append(older, answered("What is an ANEMOMETER?"))
    assert [one.id for one in kept.all()] == [older, newer]
    assert [one.id for one in kept.search("pressure anemometer")] == [older]
    assert [one.id for one in kept.search("STRASSEN \u00e4mter")] == [newer]
    assert kept.search("pressure \u00e4mter") == []
    assert len(kept.search(" ")) == 2
    assert [one.id for one in kept.search("%")] == []


def test_rename_delete_and_the_start_of_an_id(kept: Conversations) -> None:
    name = kept.new()
    kept.append(name, answered())
    kept.rename(name[:5], "  My \n title ")
    assert kept.open(name[:5]).title == "My title"
    kept.rename(name, " ")
    assert kept.open(name).title == "What is a barometer?"
    kept.rename(name, "\ud800")  # which no file could hold
    assert kept.open(name).title == "?"
    other = kept.new()
    kept.delete(name)
    assert [one.id for one in kept.all()] == [other]
    with pytest.raises(NotFoundError, match=f"There is no conversation {name}") as error:
        kept.append(name, answered())
    assert error.value.hint == "assistant chats list"
    with sqlite3.connect(kept.path) as raw:
        assert raw.execute("SELECT count(*) FROM turns").fetchone() == (0,)
    raw.close()
    with pytest.raises(NotFoundError):
        kept.open("")
    for _ in range(17):
        kept.new()
    firsts = [one.id[0] for one in kept.all()]
    twice = next(letter for letter in firsts if firsts.count(letter) > 1)
    with pytest.raises(AssistantError, match=f"Several conversations begin with {twice}"):
        kept.open(twice)


def test_thumbs_are_given_changed_and_taken_back(kept: Conversations) -> None:
    name = kept.new()
    kept.append(name, answered())
    kept.append(name, answered("And why?"))
    kept.rate(name, 2, "down", " too\nshort ")
    assert [(turn.thumb, turn.reason) for turn in kept.open(name).turns] == [
        (None, ""),
        ("down", "too short"),
    ]
    kept.rate(name, 2, "up")
    assert kept.open(name).turns[1].thumb == "up"
    kept.rate(name, 2, None, "no reason without a thumb")
    assert (kept.open(name).turns[1].thumb, kept.open(name).turns[1].reason) == (None, "")
    with pytest.raises(NotFoundError, match="has no turn 3"):
        kept.rate(name, 3, "up")


def test_what_is_written_out(kept: Conversations) -> None:
    name = kept.new()
    kept.append(name, answered("What is <b>?", "searched"))
    hostile = replace(answered("?"), text="<img src=x> ![a](http://x/y)", note="N")
    kept.append(name, hostile)
    kept.rate(name, 1, "down", "wrong")
    found = kept.open(name)
    assert as_markdown(found) == (
        "# What is &lt;b>?\n\n## What is &lt;b>?\n\nSearched: searched\n\n"
        "A barometer measures\n  air pressure. [1]\n\n"
        "[1] notes/clouds.md, pp. 3\u20134, Weather \u203a Tools\n\n"
        "> A barometer measures\n>   air pressure.\n\nRated down: wrong\n\n"
        "## ?\n\n&lt;img src=x> &#33;[a](http://x/y)\n\n"
        "[1] notes/clouds.md, pp. 3\u20134, Weather \u203a Tools\n\n"
        "> A barometer measures\n>   air pressure.\n\nNote: N\n"
    )
    fields = json.loads(json.dumps(as_json(found)))
    assert fields["turns"][0]["citations"][0]["quote"] == QUOTE
    assert fields["turns"][1]["answer"] == hostile.text
    assert (fields["title"], fields["turns"][0]["thumb"]) == ("What is <b>?", "down")


@settings(deadline=None, max_examples=20)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(codec="utf-8")))
def test_any_text_comes_back(
    tmp_path_factory: pytest.TempPathFactory, question: str, text: str
) -> None:
    kept = Conversations(tmp_path_factory.mktemp("kept"))
    name = kept.new()
    turn = kept.append(name, replace(answered(question), text=text))
    assert kept.open(name).turns == (turn,)
    assert (turn.question, turn.answer) == (question, text)


def test_threads_append_without_losing_a_turn(kept: Conversations) -> None:
    name = kept.new()
    threads = [
        threading.Thread(target=lambda: [kept.append(name, answered()) for _ in range(5)])
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [turn.number for turn in kept.open(name).turns] == list(range(1, 21))


def test_files_that_cannot_be_used_are_refused_and_kept(kept: Conversations) -> None:
    kept.path.parent.mkdir()
    kept.path.write_bytes(b"no database at all. " * 300)
    for action in (kept.new, kept.all, lambda: kept.open("a")):
        with pytest.raises(LibraryError, match=r"store of conversations .* is damaged") as error:
            action()
        assert error.value.hint == "Run: assistant chats recover"
    assert kept.path.read_bytes().startswith(b"no database")
    kept.path.unlink()
    kept.new()
    for file in (kept.path, mirror.place(kept.path)):  # as a newer version would leave both
        with sqlite3.connect(file) as raw:
            raw.execute("PRAGMA user_version = 3")
        raw.close()
    with pytest.raises(LibraryError, match=r"conversations in .* newer version") as error:
        kept.new()
    assert error.value.hint.startswith("Upgrade the assistant")
    kept.path.unlink()
    with sqlite3.connect(kept.path) as raw:
        raw.execute("CREATE TABLE mine (x)")
    raw.close()
    with pytest.raises(LibraryError, match="is not a store of conversations of this assistant"):
        kept.new()


@pytest.mark.parametrize("column", ["citations = '[{}]'", "citations = '{'", "thumb = 'sideways'"])
def test_a_turn_that_was_tampered_with_is_noticed(kept: Conversations, column: str) -> None:
    name = kept.new()
    kept.append(name, answered())
    with sqlite3.connect(kept.path) as raw:
        raw.execute(f"UPDATE turns SET {column}")
    raw.close()
    with pytest.raises(LibraryError, match=rf"is damaged \(a turn of {name}"):
        kept.all()


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_make_clean_keeps_conversations(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = Conversations(tmp_path / "index")
    name = kept.new()
    (kept.path.parent / "library.db").touch()
    (kept.path.parent / "lexical").mkdir()
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert [one.id for one in kept.all()] == [name]
    left = {path.name for path in kept.path.parent.iterdir()}
    assert not left & {"library.db", "lexical"}

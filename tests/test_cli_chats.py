from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Ran, run

from assistant.conversations import Conversations
from assistant.types import Answer, Citation, Passage

QUOTE = "A barometer measures air pressure."
PASSAGE = Passage("p1", "d1", "clouds.md", ("Weather",), None, None, 0, 34, QUOTE)
CITATION = Citation(1, PASSAGE, 0, 34, QUOTE)
ASKED = "What is a barometer?"
ANSWER = Answer(ASKED, ASKED, f"{QUOTE} [1]", (CITATION,), (), False, 0.9)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "index")


@pytest.fixture
def chats(tmp_path: Path) -> Callable[..., Ran]:
    return lambda *words: run("chats", *words, "--library", tmp_path / "index")


def test_list_and_search(kept: Conversations, chats: Callable[..., Ran]) -> None:
    assert chats("list").err == "There are none yet.\n"
    first, second = kept.new("Bread \x1b[2J"), kept.new()
    kept.append(second, ANSWER)
    told = chats("list")
    assert told.code == 0
    date = kept.open(second).changed[:10]
    assert told.out == (
        f"{second}  {date}  What is a barometer? (1 question)\n"
        f"{first}  {date}  Bread [2J (0 questions)\n"
    )
    assert chats("list", "air", "PRESSURE").out.startswith(second)
    assert chats("list", "zebra").err == "There are no such conversations.\n"
    fields = chats("list", "bread", "--json").json["conversations"]
    assert [list(one) for one in fields] == [["id", "title", "created", "changed", "turns"]]
    assert (fields[0]["id"], fields[0]["turns"]) == (first, 0)


def test_show_and_export(kept: Conversations, chats: Callable[..., Ran], tmp_path: Path) -> None:
    name = kept.new()
    kept.append(name, ANSWER)
    shown = chats("show", name[:6])
    assert shown.out.startswith(f"# What is a barometer?\n\n## What is a barometer?\n\n{QUOTE} [1]")
    assert f"[1] clouds.md, Weather\n\n> {QUOTE}\n" in shown.out
    fields = chats("show", name, "--json").json
    assert fields["turns"][0]["citations"][0] == {
        **{"marker": 1, "document": "clouds.md", "heading": ["Weather"], "page_start": None},
        **{"page_end": None, "start": 0, "end": 34, "quote": QUOTE},
    }
    markdown, plain = tmp_path / "chat.md", tmp_path / "chat.JSON"
    assert chats("export", name, str(markdown)).err == f"written to {markdown}\n"
    assert markdown.read_text("utf-8") == shown.out
    assert chats("export", name, str(plain), "--json").json == {"id": name, "file": str(plain)}
    assert json.loads(plain.read_text("utf-8")) == fields
    again = chats("export", name, str(markdown))
    assert (again.code, "cannot be written (File exists)" in again.err) == (1, True)


def test_rename_and_delete(kept: Conversations, chats: Callable[..., Ran]) -> None:
    name = kept.new()
    assert chats("rename", name, "Air", "pressure").err == "renamed to Air pressure\n"
    assert chats("rename", name, "--json").json["title"] == "New conversation"
    missing = chats("delete", name, "zzz", "--json")
    assert (missing.code, missing.json["error"]["message"]) == (1, "There is no conversation zzz.")
    assert len(kept.all()) == 1
    assert chats("delete", name).err == "deleted 1 conversation\n"
    assert kept.all() == []


def test_feedback_becomes_a_set(
    kept: Conversations, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = kept.new()
    kept.append(name, ANSWER)
    kept.append(name, ANSWER)
    kept.rate(name, 1, "up")
    kept.rate(name, 2, "down", "too short")
    words = ("--library", tmp_path / "index", "--out", "set.jsonl")
    told = run("eval", "feedback", *words)
    assert told.code == 0
    assert "1 question in set.jsonl\n  1 new. Look at each gold quote" in told.out
    assert "1 question to settle in set.open.jsonl\n  Each had a thumb" in told.out
    quiet = run("eval", "feedback", *words, "--quiet").out
    assert len(quiet.splitlines()) == 2
    fields = run("eval", "feedback", *words, "--json").json
    assert (fields["added"], fields["questions"], fields["to_settle"]) == ([], 1, 1)
    assert fields["file"] == "set.jsonl"

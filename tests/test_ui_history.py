from __future__ import annotations

import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from assistant.conversations import Conversations
from assistant.errors import NotFoundError
from assistant.types import Answer
from assistant.ui import history
from assistant.ui.history import Memory


def answered(question: str) -> Answer:
    return Answer(question, question, f"{question} indeed.", (), (), False, 0.9)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "index")


def keep(kept: Conversations, question: str) -> str:
    name = kept.new()
    kept.append(name, answered(question))
    return name


def test_the_latest_is_first_and_the_open_one_is_marked(kept: Conversations) -> None:
    assert history.listing(kept, "", Memory()) == '<p class="empty">Answers are kept here.</p>'
    older, newer = keep(kept, "Lexical?"), keep(kept, 'Why "<b>dense</b>"?')
    html = history.listing(kept, "", Memory(older, (older, newer)))
    assert html.index(newer) < html.index(older)
    assert html.count('aria-current="true"') == 2
    assert f'value="{older}" aria-current="true" title="Lexical?"' in html
    assert '<span class="title">Why &quot;&lt;b&gt;dense&lt;/b&gt;&quot;?</span>' in html
    assert '<span class="when">Today · 1 question</span>' in html
    assert "<b>" not in html


def test_words_narrow_the_list(kept: Conversations) -> None:
    one, two = keep(kept, "Lexical?"), keep(kept, "Dense?")
    both = Memory("", (one, two))
    found = history.listing(kept, "LEXICAL indeed", both)
    assert (one in found, two in found) == (True, False)
    assert "No conversation has these words." in history.listing(kept, "fused", both)


def test_those_of_other_browsers_are_not_listed(kept: Conversations) -> None:
    one, two = keep(kept, "Lexical?"), keep(kept, "Dense?")
    mine = history.listing(kept, "", Memory("", (two,)))
    assert (one in mine, two in mine) == (False, True)
    assert "<ol" not in history.listing(kept, "", Memory())


def test_a_damaged_file_is_named_in_place_of_the_list(tmp_path: Path) -> None:
    (tmp_path / "conversations.db").write_bytes(b"no database at all" * 100)
    assert 'class="failure"' in history.listing(Conversations(tmp_path), "", Memory())


def test_days_are_named() -> None:
    today = date(2026, 3, 2)
    noon = "T12:00:00.000000+00:00"
    assert history.day(f"2026-03-02{noon}", today) == "Today"
    assert history.day(f"2026-03-01{noon}", today) == "Yesterday"
    assert history.day(f"2026-02-03{noon}", today) == "3 Feb 2026"


def test_only_the_whole_id_opens(kept: Conversations) -> None:
    name = keep(kept, "Lexical?")
    assert history.find(kept, name).id == name
    with pytest.raises(NotFoundError):
        history.find(kept, name[:6])


def test_a_conversation_becomes_a_file(kept: Conversations) -> None:
    name = keep(kept, "What is ../../etc <x>?")
    markdown = history.exported(kept, name, "markdown")
    assert markdown["name"] == "What-is-etc-x.md"
    assert markdown["text"].startswith("# What is ../../etc &lt;x>?\n")
    fields = history.exported(kept, name, "json")
    assert fields["name"] == "What-is-etc-x.json"
    assert json.loads(fields["text"])["turns"][0]["question"] == "What is ../../etc <x>?"
    kept.rename(name, "?!")
    assert history.exported(kept, name, "markdown")["name"] == f"{name}.md"


@pytest.mark.parametrize("stored", [None, [], "x", {"opened": 3, "begun": "abc"}, {"begun": [1]}])
def test_what_a_browser_remembers_may_be_anything(stored: object) -> None:
    assert Memory.of(stored) == Memory()


def test_a_browser_remembers_what_was_begun_in_it() -> None:
    memory = Memory().open("a").open("b").open("a").open("")
    assert memory == Memory("", ("a", "b"))
    assert Memory.of(json.loads(json.dumps(memory.stored()))) == memory
    assert memory.open("c") == Memory("c", ("a", "b", "c"))
    many = Memory("", tuple(map(str, range(history.MOST_REMEMBERED)))).open("new")
    assert (len(many.begun), many.begun[-1]) == (history.MOST_REMEMBERED, "new")


def test_the_list_says_so_where_the_file_is_of_a_newer_version(kept: Conversations) -> None:
    keep(kept, "Lexical?")
    with sqlite3.connect(kept.path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    assert 'class="failure"' in history.listing(kept, "", Memory())

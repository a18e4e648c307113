from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from openai_server import Script, serving

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.library import Library
from assistant.reachable import Place
from assistant.ui.asking import Wanted
from assistant.ui.conversation import NO_SOURCES, Opened, Turn
from assistant.ui.desk import Desk, asks, examples, wanted_of
from assistant.ui.history import Memory
from assistant.ui.models import Models

RAG = "What is retrieval-augmented generation?"
FRANCE = "What is the capital of France?"
REQUEST = gr.Request(session_hash="me")


@pytest.fixture
def sheet(cheat_sheet: Library, encoder: SentenceEncoder, tmp_path: Path) -> Iterator[Library]:
    """The cheat sheet's library in a folder of its own, without conversations."""
    ignored = shutil.ignore_patterns("conversations.db*")
    shutil.copytree(cheat_sheet.config.library, tmp_path / "sheet", ignore=ignored)
    with Library.open(load_config(library=tmp_path / "sheet"), encoder) as library:
        yield library


def event(data: dict[str, Any] | None = None) -> gr.EventData:
    return gr.EventData(None, data)


def typed(desk: Desk, question: str, opened: Opened, stored: Any = None) -> list[Any]:
    """The last view after a question was typed."""
    *_, view = desk.answer(event(), REQUEST, question, opened, stored or {}, "")
    return list(view)


def test_a_typed_question_is_answered_listed_and_remembered(sheet: Library) -> None:
    desk = Desk(sheet)
    views = list(desk.answer(event(), REQUEST, f" {RAG} ", Opened(), {}, ""))
    opened, messages, panel, box, listing, memory = views[0]
    assert opened.turns[0].waiting
    assert (len(messages), panel) == (2, NO_SOURCES)
    assert "value" not in box.constructor_args  # What is typed stays until the page takes it.
    assert listing == memory == gr.skip()

    opened, messages, panel, box, listing, memory = views[-1]
    assert "is a technique that enhances the output" in str(messages[1]["content"])
    assert 'href="#quote-1-1"' in str(messages[1]["content"])
    assert '<mark id="quote-1-1">' in panel
    assert "aws-mla-c01-cheat-sheet.txt · pp. 27–" in panel
    assert f'value="{opened.id}" aria-current="true"' in listing
    assert memory == {"opened": opened.id, "begun": [opened.id]}
    assert box.submit_btn == "Ask"


def test_each_visitor_is_answered_as_their_own_browser_says(sheet: Library) -> None:
    said = "Retrieval-augmented generation enhances the output of a large language model."
    with serving(Script([said], models=["small"])) as script:
        desk = Desk(sheet, Models(sheet.config, [Place("LM Studio", "openai", script.url)]))
        wishes = {"model": f"openai:small {script.url}", "sources": 2}
        for asked, generator, hits in (
            (wishes, "openai:small", 2),
            ({}, "quotation", 5),
            ({**wishes, "manner": "quotations"}, "quotation", 2),
            ({"model": "openai:small http://models.example/v1"}, "quotation", 5),
        ):
            *_, view = desk.answer(event(), REQUEST, RAG, Opened(), {}, "", asked)
            answer = view[0].turns[0].answer
            assert answer is not None
            assert (answer.generator, len(answer.hits)) == (generator, hits), asked


def test_a_page_goes_on_after_the_server_was_started_again(sheet: Library) -> None:
    before = typed(Desk(sheet), "What is Amazon Lex?", Opened())
    after = typed(Desk(sheet), "and Amazon Polly?", Opened(), before[5])
    assert after[0].id == before[0].id
    assert [turn.searched for turn in after[0].turns] == [
        "What is Amazon Lex?",
        "What is Amazon Polly?",
    ]


def test_what_was_asked_before_the_page_was_filled_stays(sheet: Library) -> None:
    desk = Desk(sheet)
    asked = typed(desk, RAG, Opened())
    opened, chat, *others = desk.load(REQUEST, {}, "")
    assert opened == gr.skip()
    assert "value" not in chat.constructor_args
    assert len(chat.examples) == 4
    assert others == [gr.skip()] * 4
    other = desk.load(gr.Request(session_hash="you"), asked[5], "")
    assert [turn.question for turn in other[0].turns] == [RAG]
    quick = gr.Request(session_hash="quick")
    assert desk.new(quick, asked[5], "")[0] == Opened()
    assert desk.load(quick, asked[5], "")[0] == gr.skip()


def test_a_conversation_is_left_found_again_and_opened(sheet: Library) -> None:
    desk = Desk(sheet)
    first = typed(desk, RAG, Opened())
    new = desk.new(REQUEST, first[5], "")
    assert new[0] == Opened()
    assert 'aria-current="true"' not in new[4]
    second = typed(desk, FRANCE, Opened(), new[5])
    assert second[5]["begun"] == [first[0].id, second[0].id]
    loaded = desk.load(gr.Request(session_hash="another page"), second[5], "")
    assert [turn.question for turn in loaded[0].turns] == [FRANCE]
    assert len(loaded[1].examples) == 4
    opened = desk.open(event({"name": first[0].id}), REQUEST, second[5], "generation")
    assert [turn.question for turn in opened[0].turns] == [RAG]
    assert opened[0].turns[0].offers
    assert second[0].id not in opened[4]
    assert opened[5]["opened"] == first[0].id


def test_a_conversation_is_renamed_searched_and_deleted(sheet: Library) -> None:
    desk = Desk(sheet)
    first = typed(desk, RAG, Opened())
    second = typed(desk, FRANCE, Opened(), desk.new(REQUEST, first[5], "")[5])
    name, stored = first[0].id, second[5]
    assert ">Mine &lt;b&gt;<" in desk.rename(event({"name": name, "text": "Mine <b>"}), stored, "")
    assert second[0].id not in desk.search("mine", stored)
    left = desk.delete(event({"name": name}), second[0], stored, "")
    assert left[0] == gr.skip()
    assert name not in left[4]
    both = desk.delete(event({"name": second[0].id}), second[0], stored, "")
    assert both[0] == Opened()
    assert desk.kept.all() == []
    assert desk.rename(event({"name": name, "text": "x"}), stored, "") == both[4]
    assert desk.delete(event({"name": name}), Opened(), stored, "")[4] == both[4]


def test_a_thumb_is_kept_and_shown(sheet: Library) -> None:
    desk = Desk(sheet)
    opened = typed(desk, RAG, Opened())[0]
    rated, messages = desk.rate(event({"does": "down", "place": 1}), opened)
    assert 'class="act chosen" name="down"' in str(messages[1]["content"])
    rated, _ = desk.rate(event({"does": "reason", "place": 1, "text": "Too long."}), rated)
    kept = desk.kept.open(rated.id).turns[0]
    assert (kept.thumb, kept.reason) == ("down", "Too long.")


def test_a_visitor_sees_what_was_begun_in_the_same_browser(sheet: Library) -> None:
    desk = Desk(sheet)
    name = typed(desk, RAG, Opened())[0].id
    assert name not in desk.listed("", Memory())
    assert name in desk.listed("", Memory("", (name,)))


def test_an_address_opens_the_conversation_that_it_names_whole(sheet: Library) -> None:
    desk = Desk(sheet)
    name = typed(desk, RAG, Opened())[0].id
    for given, asked in ((name, [RAG]), (name[:6], []), ("no such", [])):
        request = gr.Request(session_hash=given, query_params={"conversation": given})
        opened, *_, memory = desk.load(request, {}, "")
        assert [turn.question for turn in opened.turns] == asked
        assert memory["begun"] == [name] * len(asked)


def test_an_export_is_of_a_whole_id(sheet: Library) -> None:
    desk = Desk(sheet)
    name = typed(desk, RAG, Opened())[0].id
    file = desk.export([name, "markdown"])
    assert file["name"] == "What-is-retrieval-augmented-generation.md"
    assert f"## {RAG}" in file["text"]


def test_what_an_event_asks() -> None:
    opened = Opened("x", (Turn("first"), Turn("second", alone=True)))
    assert wanted_of(None, "typed", opened) == Wanted("typed")
    assert wanted_of({"value": {"text": "example"}}, "", opened) == Wanted("example")
    assert wanted_of({"does": "retry", "place": 2}, "", opened) == Wanted("second", 2, True)
    edited = {"does": "edit", "place": 1, "text": "changed"}
    assert wanted_of(edited, "", opened) == Wanted("changed", 1)
    assert wanted_of({**edited, "does": "search"}, "", opened) == Wanted("changed", 1, True)
    assert wanted_of({"does": "ask", "text": "next"}, "", opened) == Wanted("next", alone=True)
    for place in (0, 3, "1", None):
        assert wanted_of({"does": "retry", "place": place}, "typed", opened).question == ""


def test_the_box_asks_or_stops() -> None:
    assert asks() == {"submit_btn": "Ask", "stop_btn": False}
    assert asks(stop=True) == {"submit_btn": False, "stop_btn": "Stop"}


def test_stopping_what_is_not_asked_does_nothing(sheet: Library) -> None:
    Desk(sheet).stop(REQUEST)


def test_examples_come_from_the_headings(cheat_sheet: Library, tmp_path: Path) -> None:
    assert all("text" in example for example in examples(cheat_sheet))
    with Library.open(load_config(library=tmp_path)) as empty:
        assert examples(empty) == []

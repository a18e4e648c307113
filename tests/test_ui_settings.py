from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openai_server import Script, serving
from test_ui_environment import Shelf

from assistant.config import load_config
from assistant.reachable import Place
from assistant.ui.models import CONFIGURED, NO_MODEL, NONE, Models
from assistant.ui.settings import chosen, looked, matching, overview, tried_model

NOBODY = Place("vLLM", "openai", "http://127.0.0.1:9/v1")


@pytest.fixture
def script() -> Iterator[Script]:
    with serving(Script(["Yes."], models=["small"])) as running:
        yield running


def test_the_overview_tells_the_threshold_and_what_is_set() -> None:
    html = overview(Shelf(load_config()))
    assert "At this threshold it answers" in html
    assert "ASSISTANT_CORPUS" in html


def test_the_fields_are_as_the_visitor_has_chosen(script: Script) -> None:
    config, place = load_config(), Place("LM Studio", "openai", script.url)
    models = Models(config, [place])
    model, manner, unsupported, sources = chosen(models, config, {}, [])
    assert (model.value, manner.visible, unsupported.visible) == (NONE, False, False)
    (offer,) = models.look()
    stored = {"model": offer[1], "manner": "words", "unsupported": "mark", "sources": 3}
    # As the page sends it back: pairs become lists.
    found: list[Any] = [[*offer]]
    model, manner, unsupported, sources = chosen(models, config, stored, found)
    assert model.choices == [(NO_MODEL, NONE), offer]
    assert [each.value for each in (model, manner, unsupported, sources)] == [*stored.values()]
    assert (manner.visible, unsupported.visible) == (True, True)
    quoted = matching(models, config, {**stored, "manner": "quotations"})
    assert [each.visible for each in quoted] == [True, False]


def test_models_are_looked_for_and_offered(script: Script) -> None:
    place = Place("LM Studio", "openai", script.url)
    models = Models(load_config(), [place, NOBODY])
    (*_, first), (found, model, said) = looked(models, NONE)
    assert "Looking for chat models" in first
    assert found == [("small (LM Studio)", f"openai:small {script.url}")]
    assert model.choices == [(NO_MODEL, NONE), *found]
    assert "Found 1 chat model: choose above." in said


def test_where_none_is_found_it_is_said_where_was_looked() -> None:
    *_, (found, _, said) = looked(Models(load_config(), [NOBODY]), NONE)
    assert found == []
    assert "No other chat model was found." in said
    assert "vLLM (http://127.0.0.1:9/v1)" in said


@pytest.mark.parametrize("llm", [None, "ollama:none"])
def test_no_chat_model_is_no_fault(llm: str | None) -> None:
    config = load_config(llm=llm)
    said = [*tried_model(Models(config), config, NONE)]
    assert "Asking the chat model" in said[0]
    assert said[-1] == (
        '<div class="done" role="status"><p>None is chosen: answers are quotations from your'
        " documents.</p></div>"
    )


def test_a_chat_model_that_was_found_is_asked_for_a_word(script: Script) -> None:
    models = Models(load_config(), [Place("LM Studio", "openai", script.url)])
    *_, said = tried_model(models, load_config(), models.look()[0][1])
    assert said == '<div class="done" role="status"><p>openai:small answers</p></div>'


def test_a_chat_model_that_does_not_answer_says_what_to_do() -> None:
    config = load_config(llm="ollama:none", llm_url="http://127.0.0.1:9", llm_seconds=5)
    *_, said = tried_model(Models(config), config, CONFIGURED)
    assert said.startswith('<div class="failure" role="status">')
    assert "127.0.0.1:9" in said

from __future__ import annotations

from typing import Any

import pytest

from assistant.config import load_config
from assistant.reachable import Place
from assistant.ui.models import CONFIGURED, NONE, Models
from assistant.ui.preferences import Preferences

HERE = Place("Ollama", "ollama", "http://127.0.0.1:9")
CHOICE = "ollama:llama3.2 http://127.0.0.1:9"
USUAL = Preferences(NONE, "words", "remove", 5)


def wants(stored: Any, **settings: Any) -> Preferences:
    config = load_config(**settings)
    return Preferences.of(stored, Models(config, [HERE]), config)


def test_what_was_chosen_is_taken_as_it_was_kept() -> None:
    chosen = Preferences(CHOICE, "quotations", "mark", 20)
    assert wants(chosen.stored()) == chosen
    assert wants({"sources": 1.0}).sources == 1


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "x",
        {},
        {"model": "ollama:x http://models.example", "sources": 21, "manner": "verse"},
        {"model": 7, "sources": True, "manner": [], "unsupported": {}},
        {"model": "x" * 10_000, "sources": "9", "unsupported": "believe"},
        {"model": None, "sources": float("nan")},
        {"model": CONFIGURED, "sources": 0},
    ],
)
def test_what_a_browser_sends_may_be_anything(stored: Any) -> None:
    assert wants(stored) == USUAL


def test_without_a_choice_it_is_as_the_settings_say() -> None:
    assert wants({}, llm="ollama:x", llm_unsupported="mark") == Preferences(
        CONFIGURED, "words", "mark", 5
    )


def test_quotations_need_no_model() -> None:
    models = Models(load_config(llm="ollama:x"), [HERE])
    for stored, name in (
        ({}, "ollama:x"),
        ({"manner": "quotations"}, None),
        ({"model": NONE}, None),
    ):
        style = Preferences.of(stored, models, load_config(llm="ollama:x")).style(models)()
        assert (style.model and style.model.name, style.unsupported) == (name, "remove")

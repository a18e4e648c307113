"""Which chat models a visitor can choose, found on real servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai_server import Script, serving

from assistant.config import load_config
from assistant.errors import GeneratorError
from assistant.reachable import Place
from assistant.ui.models import CONFIGURED, NO_MODEL, NONE, Models

NOTHING = (NO_MODEL, NONE)


@pytest.fixture
def script() -> Iterator[Script]:
    with serving(Script(["Yes."], models=["small:1b", "all-embed", "large model"])) as running:
        yield running


def place(script: Script) -> Place:
    return Place("LM Studio", "openai", script.url)


def test_what_was_found_can_be_chosen_and_answers(script: Script) -> None:
    models = Models(load_config(), [place(script)])
    assert models.offers("") == [NOTHING]
    assert script.requests == []
    small, large = models.look()
    assert small == ("small:1b (LM Studio)", f"openai:small:1b {script.url}")
    assert models.offers(NONE, [small, large]) == [NOTHING, small, large]
    assert models.offers(large[1]) == [NOTHING, large]
    chosen = models.generator(large[1])
    assert chosen is not None
    assert "".join(chosen.stream("Say yes.")) == "Yes."
    assert (script.requests[-1]["model"], chosen.name) == ("large model", "openai:large model")
    assert models.generator(large[1]) is chosen


def test_without_a_choice_there_is_no_model_or_that_of_the_settings(script: Script) -> None:
    without = Models(load_config(), [])
    assert (without.usual, without.generator(NONE)) == (NONE, None)
    assert not without.knows(CONFIGURED)
    assert without.generator(CONFIGURED) is None
    config = load_config(llm="openai:small:1b", llm_url=script.url, llm_key="sesame")
    models = Models(config)
    assert models.usual == CONFIGURED
    assert models.offers("") == [NOTHING, ("openai:small:1b (in the settings)", CONFIGURED)]
    own = models.generator(CONFIGURED)
    assert own is not None
    assert own.name == "openai:small:1b"
    # At its address there are others, which are asked with the same key; it is not offered twice.
    here = [choice for _, choice in models.look() if script.url in choice]
    assert here == [f"openai:large model {script.url}"]
    other = models.generator(here[0])
    assert other is not None
    assert "".join(other.stream("?")) == "Yes."
    assert {request["key"] for request in script.requests} == {"Bearer sesame"}


@pytest.mark.parametrize(
    "choice",
    [
        "",
        "elsewhere",
        "openai:small:1b http://models.example/v1",
        "openai: {url}",
        "ollama:small:1b {url}",
        "{url}",
        "openai:x {url}@models.example",
        "x" * 10_000,
    ],
)
def test_a_page_cannot_name_another_address(script: Script, choice: str) -> None:
    models = Models(load_config(), [place(script)])
    models.look()
    said = choice.replace("{url}", script.url)
    assert not models.knows(said)
    assert models.generator(said) is None
    assert models.offers(said) == [NOTHING]


def test_a_page_cannot_name_another_model(script: Script) -> None:
    models = Models(load_config(), [place(script)])
    invented = models.generator(f"openai:invented {script.url}")
    assert invented is not None
    with pytest.raises(GeneratorError, match="openai:invented, which was chosen") as error:
        "".join(invented.stream("What my documents say."))
    assert "look for chat models there" in error.value.hint
    assert [request["path"] for request in script.requests] == ["/v1/models"]


def test_a_choice_is_found_again_after_the_server_was_started_again(script: Script) -> None:
    choice = Models(load_config(), [place(script)]).look()[0][1]
    again = Models(load_config(), [place(script)])
    chosen = again.generator(choice)
    assert chosen is not None
    assert "".join(chosen.stream("?")) == "Yes."

from __future__ import annotations

import doctest
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai_server import Script, serving

from assistant import generate
from assistant.config import load_config
from assistant.errors import GeneratorError
from assistant.generate import ChatModel, without_thoughts
from assistant.model_errors import Target

PROVIDERS = ["openai", "ollama"]


@pytest.fixture
def script() -> Iterator[Script]:
    with serving(Script(["What ", "moves ", "data?"])) as running:
        yield running


def chat_model(provider: str, script: Script, key: str | None = None) -> ChatModel:
    url = script.url if provider == "openai" else script.url.removesuffix("/v1")
    return ChatModel(Target(f"{provider}:local", url), key)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_local_server_is_asked_and_answers_in_pieces(provider: str, script: Script) -> None:
    model = chat_model(provider, script)
    assert list(model.stream("Say something.")) == ["What ", "moves ", "data?"]
    assert model.name == f"{provider}:local"
    (asked,) = script.requests
    assert asked["path"] == {"openai": "/v1/chat/completions", "ollama": "/api/chat"}[provider]
    assert asked["model"] == "local"
    assert [(message["role"], message["content"]) for message in asked["messages"]] == [
        ("user", "Say something.")
    ]
    assert asked["stream"] is True


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_tools_are_offered_and_nothing_is_left_to_chance(provider: str, script: Script) -> None:
    list(chat_model(provider, script).stream("?"))
    (asked,) = script.requests
    assert not asked.get("tools")
    assert asked.get("options", asked)["temperature"] == 0


def test_ollama_is_told_how_long_the_context_is(script: Script) -> None:
    url = script.url.removesuffix("/v1")
    list(ChatModel(Target("ollama:local", url, context=2048)).stream("?"))
    assert script.requests[0]["options"]["num_ctx"] == 2048


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_key_is_sent_to_the_service(provider: str, script: Script) -> None:
    list(chat_model(provider, script, "secret").stream("?"))
    assert script.requests[0]["key"] == "Bearer secret"


def test_the_key_for_openai_is_sent_to_no_other_server(
    script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "private")
    list(chat_model("openai", script).stream("?"))
    assert script.requests[0]["key"] == "Bearer local"


def test_the_settings_make_the_model(script: Script) -> None:
    config = load_config(llm="openai:local", llm_url=script.url, llm_key="k", llm_context=2000)
    model = ChatModel.of(config)
    assert (model.name, model.room) == ("openai:local", 2000 - generate.ANSWER_TOKENS)
    list(model.stream("?"))
    assert script.requests[0]["key"] == "Bearer k"


def test_making_one_sends_nothing(script: Script) -> None:
    model = chat_model("openai", script)
    model.set_up()
    assert script.requests == []


TRACED = """
import sys
from langchain_core.tracers.langchain import wait_for_all_tracers
from assistant.generate import ChatModel
from assistant.model_errors import Target
print("".join(ChatModel(Target("openai:local", sys.argv[1])).stream("?")))
wait_for_all_tracers()
"""


def test_prompts_are_not_sent_to_langsmith(script: Script, tmp_path: Path) -> None:
    tracing = {
        "LANGSMITH_TRACING": "true",
        "LANGSMITH_API_KEY": "key",
        "LANGSMITH_ENDPOINT": script.url,
    }
    ran = subprocess.run(
        [sys.executable, "-c", TRACED, script.url],
        env={**os.environ, **tracing},
        check=True,
        capture_output=True,
        text=True,
    )
    assert ran.stdout == "What moves data?\n"
    assert [request["path"] for request in script.requests] == ["/v1/chat/completions"]


@pytest.mark.parametrize("name", ["llama3.2", "ollama:", ":x", ""])
def test_a_name_without_provider_or_model_is_refused(name: str) -> None:
    with pytest.raises(GeneratorError) as caught:
        ChatModel(Target(name)).set_up()
    assert caught.value.message == f"The chat model {name!r} does not say who provides it."
    assert caught.value.hint == "Write it as provider:model, such as ollama:llama3.2."


@given(st.data())
def test_thoughts_are_left_out_wherever_the_pieces_end(data: st.DataObject) -> None:
    text = data.draw(
        st.sampled_from(
            ["<think>Hm. Is it?</think>\n\nIt is.", "  \nIt is.", "It is.", "<think></think>It is."]
        )
    )
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)))))
    edges = [0, *cuts, len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert "".join(without_thoughts(pieces)) == "It is."


@pytest.mark.parametrize("text", ["<thin", "<thing> is", "a <think>b</think>", ""])
def test_other_text_stays(text: str) -> None:
    assert "".join(without_thoughts(text)) == text


def test_thoughts_without_an_end_are_no_answer() -> None:
    assert "".join(without_thoughts(["<think>", "Hm"])) == ""


def test_examples() -> None:
    assert doctest.testmod(generate).failed == 0

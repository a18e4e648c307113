"""Each way in which a chat model can fail, at a real server that fails so."""

from __future__ import annotations

import socket
from dataclasses import dataclass

import pytest
from openai_server import Json, Script, serving

from assistant.errors import GeneratorError
from assistant.generate import ChatModel
from assistant.model_errors import Target, first_line

PROVIDERS = ["openai", "ollama"]
MANY = ["a "] * 40


def failure(
    provider: str, script: Script, seconds: float = 20.0, model: str = "local"
) -> tuple[list[str], GeneratorError]:
    """What a model says before it fails, and the error."""
    said: list[str] = []
    with serving(script):
        url = script.url if provider == "openai" else script.url.removesuffix("/v1")
        chat_model = ChatModel(Target(f"{provider}:{model}", url, seconds))
        with pytest.raises(GeneratorError) as caught:
            said.extend(chat_model.stream("?"))
    assert "\n" not in caught.value.message + caught.value.hint
    return said, caught.value


@dataclass(frozen=True)
class Case:
    script: Script
    message: str
    hint: str
    seconds: float = 20.0


def problem(code: str = "", kind: str = "") -> Json:
    return {"error": {"message": "Ein Fehler.\nMore.", "code": code, "type": kind}}


BOTH = {
    "401": Case(
        Script(status=401, error=problem()),
        "The key for {name} was not accepted (401).",
        "Set ASSISTANT_LLM_KEY to the key of its service.",
    ),
    "429": Case(
        Script(status=429, error=problem()),
        "The chat model {name} takes no more questions now (429).",
        "Ask again in a minute; where that does not help, its quota is used up.",
    ),
    "413": Case(
        Script(status=413, error=problem()),
        "The prompt is longer than the chat model {name} can read.",
        "Send it less with ASSISTANT_LLM_CONTEXT=2048, or start its server with a larger context.",
    ),
    "silent": Case(
        Script(["late"], silence=1.0),
        "The chat model {name} did not finish its answer within 0.3 seconds.",
        "Give it more time with ASSISTANT_LLM_SECONDS=0.6.",
        seconds=0.3,
    ),
    "dripping": Case(
        Script(MANY, pause=0.05),
        "The chat model {name} did not finish its answer within 0.3 seconds.",
        "Give it more time with ASSISTANT_LLM_SECONDS=0.6.",
        seconds=0.3,
    ),
    "broken off": Case(
        Script(["It ", "learns"], ends=False),
        "The chat model {name} broke off its answer.",
        "Ask again. The log of its server says why.",
    ),
    "broken off between two pieces": Case(
        Script(["It ", "learns"], ends=False, cleanly=True),
        "The chat model {name} broke off its answer.",
        "Ask again. The log of its server says why.",
    ),
    "empty": Case(
        Script([]),
        "The chat model {name} gave an empty answer.",
        "Ask again, or try another model with `assistant ask --llm PROVIDER:MODEL`.",
    ),
    "nothing but thoughts": Case(
        Script(["<think>Hm.", "</think>"]),
        "The chat model {name} gave an empty answer.",
        "Ask again, or try another model with `assistant ask --llm PROVIDER:MODEL`.",
    ),
}


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("case", BOTH.values(), ids=BOTH)
def test_each_failure_is_one_line_and_what_mends_it(provider: str, case: Case) -> None:
    error = failure(provider, case.script, case.seconds)[1]
    assert error.message == case.message.format(name=f"{provider}:local")
    assert error.hint == case.hint


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_was_said_before_the_break_was_handed_on(provider: str) -> None:
    assert failure(provider, Script(["It ", "learns"], ends=False))[0] == ["It ", "learns"]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("status", [500, 503])
def test_a_server_that_fails_says_so(provider: str, status: int) -> None:
    error = failure(provider, Script(status=status, error=problem()))[1]
    assert error.message.startswith(f"The chat model {provider}:local failed ({status}): ")
    assert "Ein Fehler" in error.message
    assert error.hint == "The log of its server says why."


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", [b"<html>no model here</html>", b"data: {nonsense\n\n", b"{}\n"])
def test_what_is_no_answer_is_not_taken_for_one(provider: str, body: bytes) -> None:
    error = failure(provider, Script(raw=body))[1]
    assert error.message.startswith(f"The chat model {provider}:local gave no usable answer: ")
    assert error.hint == "The log of its server says why."


@pytest.mark.parametrize(
    ("code", "kind"), [("context_length_exceeded", ""), ("400", "exceed_context_size_error")]
)
def test_too_long_a_prompt_is_known_by_its_code(code: str, kind: str) -> None:
    error = failure("openai", Script(status=400, error=problem(code, kind)))[1]
    assert error.message == "The prompt is longer than the chat model openai:local can read."


@pytest.mark.parametrize("provider", PROVIDERS)
def test_another_refusal_of_the_prompt_says_what_the_server_said(provider: str) -> None:
    error = failure(provider, Script(status=400, error=problem("bad")))[1]
    assert "refused the prompt (400): " in error.message
    assert "Ein Fehler" in error.message
    assert "ASSISTANT_LLM_CONTEXT" in error.hint


def test_a_model_that_is_not_there_is_named_with_what_gets_it() -> None:
    missing = Script(status=404, error={"error": "model 'qwen3:4b' not found"})
    error = failure("ollama", missing, model="qwen3:4b")[1]
    assert error.message == (
        f"The chat model ollama:qwen3:4b was not found at {missing.url.removesuffix('/v1')} (404)."
    )
    assert error.hint == "Run `ollama pull qwen3:4b`."
    error = failure("openai", missing)[1]
    assert error.message == f"The chat model openai:local was not found at {missing.url} (404)."
    assert error.hint.startswith(f"`curl {missing.url}/models` lists what the server has;")


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize(
    ("provider", "hint"),
    [
        ("ollama", "Start its server with `ollama serve`, or correct ASSISTANT_LLM_URL."),
        (
            "openai",
            "Start its server, or correct ASSISTANT_LLM_URL; then run `assistant doctor`.",
        ),
    ],
)
def test_a_server_that_does_not_run(provider: str, hint: str) -> None:
    url = f"http://127.0.0.1:{closed_port()}"
    with pytest.raises(GeneratorError) as caught:
        list(ChatModel(Target(f"{provider}:local", url)).stream("?"))
    assert caught.value.message == f"The chat model {provider}:local cannot be reached at {url}."
    assert caught.value.hint == hint


@pytest.mark.parametrize("provider", ["anthropic", "mistralai"])
def test_without_its_package_a_model_is_one_line_and_the_command(provider: str) -> None:
    with pytest.raises(GeneratorError) as caught:
        list(ChatModel(Target(f"{provider}:large")).stream("?"))
    package = f"langchain-{provider}"
    assert caught.value.message == f"Chat models of {provider} need the package {package}."
    assert caught.value.hint == f"Run `pip install {package}`."


def test_an_unknown_provider_is_refused_in_one_line() -> None:
    with pytest.raises(GeneratorError) as caught:
        ChatModel(Target("nobody:model")).set_up()
    assert caught.value.message.startswith("The chat model nobody:model cannot be set up: ")
    assert "\n" not in caught.value.message


def test_a_service_without_its_key_is_told_where_the_key_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(GeneratorError) as caught:
        ChatModel(Target("openai:gpt-4o")).set_up()
    assert caught.value.message.startswith("The chat model openai:gpt-4o cannot be set up: ")
    assert "ASSISTANT_LLM_KEY" in caught.value.hint


def test_messages_are_cut_to_their_first_line() -> None:
    assert first_line(ValueError("One.\nTwo.")) == "One."
    assert first_line(ValueError()) == "ValueError."
    assert len(first_line(ValueError("x" * 999))) == 201

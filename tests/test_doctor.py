import socket
from pathlib import Path

import pytest

from assistant import doctor
from assistant.config import Config, load_config
from assistant.doctor import Check
from assistant.embed import OFFICIAL_SHA256
from assistant.generate import PACKAGES


def by_name(config: Config) -> dict[str, Check]:
    return {check.name: check for check in doctor.examine(config)}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(library=tmp_path / "index")


def test_what_is_installed_and_the_verified_encoder(config: Config) -> None:
    checks = by_name(config)
    assert checks["Python"].state == "ok"
    assert "faiss-cpu 1." in checks["packages"].text
    assert checks["encoder"].state == "ok"
    assert OFFICIAL_SHA256 in checks["encoder"].text
    assert "verified: it is the official one" in checks["encoder"].text


def test_a_missing_library_says_what_to_run(config: Config) -> None:
    check = by_name(config)["library"]
    assert check.state == "fail"
    assert "assistant index" in check.hint


def test_an_unknown_encoder_says_how_to_get_it(config: Config) -> None:
    check = by_name(config.model_copy(update={"encoder": "no-such-model"}))["encoder"]
    assert check.state == "fail"
    assert "no-such-model" in check.text
    assert check.hint


def test_no_chat_model_is_no_fault(config: Config) -> None:
    check = by_name(config)["chat model"]
    assert check == Check(
        "chat model", "ok", "none is set: answers are quotations from your documents"
    )


@pytest.mark.parametrize(
    ("llm", "text", "hint"),
    [
        ("llama3.2", "llama3.2 names no provider", "such as ollama:llama3.2"),
        ("nowhere:x", "nowhere:x needs langchain-nowhere", "pip install langchain-nowhere"),
    ],
)
def test_a_chat_model_that_cannot_work(config: Config, llm: str, text: str, hint: str) -> None:
    check = by_name(config.model_copy(update={"llm": llm}))["chat model"]
    assert check.state == "fail"
    assert check.text == text
    assert hint in check.hint


def test_a_server_is_asked_for_a_connection(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The integration packages are optional; any installed one of LangChain's will do.
    monkeypatch.setitem(PACKAGES, "openai", "langchain-core")
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        local = config.model_copy(update={"llm": "openai:qwen", "llm_url": url})
        reached = by_name(local)["chat model"]
    assert (reached.state, reached.text) == ("ok", f"openai:qwen: {url} accepts connections")
    refused = by_name(local)["chat model"]
    assert refused.state == "fail"
    assert f"no answer from {url}" in refused.text
    assert "ASSISTANT_LLM_URL" in refused.hint
    assert by_name(config.model_copy(update={"llm": "openai:qwen"}))["chat model"].state == "ok"

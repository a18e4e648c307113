from pathlib import Path

import pytest
from openai_server import Script, serving
from pydantic import SecretStr
from test_cli_chats import ANSWER
from test_store import put

from assistant import doctor
from assistant.config import Config, load_config
from assistant.conversations import Conversations
from assistant.doctor import Check
from assistant.embed import OFFICIAL_SHA256
from assistant.store import Store


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


def test_damage_that_nothing_has_met_yet_is_found(config: Config) -> None:
    with Store.open(config.library / "library.db") as store:
        put(store, "a.txt", "one\n\ntwo")
    kept = Conversations(config.library)
    kept.append(kept.new(), ANSWER)
    assert by_name(config)["conversations"].text == "conversations: 1, questions: 1"
    for file, words in ((kept.path, b"A barometer"), (config.library / "library.db", b"Part 1")):
        content = file.read_bytes()
        assert words in content
        file.write_bytes(content.replace(words, words.swapcase()))
    found = by_name(config)
    assert (found["conversations"].state, found["library"].state) == ("fail", "fail")
    assert found["conversations"].hint == "Run: assistant chats recover"
    assert "is damaged" in found["library"].text


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
        ("llama3.2", "The chat model 'llama3.2' does not say who provides it.", "ollama:llama3.2"),
        (
            "anthropic:x",
            "Chat models of anthropic need the package langchain-anthropic.",
            "Run `pip install langchain-anthropic`.",
        ),
    ],
)
def test_a_chat_model_that_cannot_work(config: Config, llm: str, text: str, hint: str) -> None:
    check = by_name(config.model_copy(update={"llm": llm}))["chat model"]
    assert check.state == "fail"
    assert check.text == text
    assert hint in check.hint


def test_a_chat_model_on_this_computer_is_asked_for_a_word(config: Config) -> None:
    with serving(Script(["Yes."])) as script:
        local = config.model_copy(update={"llm": "openai:qwen", "llm_url": script.url})
        assert by_name(local)["chat model"] == Check("chat model", "ok", "openai:qwen answers")
        assert script.prompt == "Reply with the word yes."
        script.status = 404
        missing = by_name(local)["chat model"]
        assert missing.state == "fail"
        assert missing.text == f"The chat model openai:qwen was not found at {script.url} (404)."
        assert f"curl {script.url}/models" in missing.hint
    gone = by_name(local)["chat model"]
    assert gone.state == "fail"
    assert gone.text == f"The chat model openai:qwen cannot be reached at {script.url}."
    assert "Start its server" in gone.hint


def test_a_service_on_the_internet_is_not_asked(config: Config) -> None:
    remote = config.model_copy(update={"llm": "openai:gpt", "llm_key": SecretStr("key")})
    check = by_name(remote)["chat model"]
    assert (check.state, check.text) == (
        "ok",
        "openai:gpt: a service on the internet, not asked just now",
    )

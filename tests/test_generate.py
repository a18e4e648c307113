from __future__ import annotations

import importlib.util
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from assistant.errors import GeneratorError
from assistant.generate import ChatModel

OPENAI = importlib.util.find_spec("langchain_openai") is not None
needs_openai = pytest.mark.skipif(not OPENAI, reason="needs langchain-openai")


class Completions(BaseHTTPRequestHandler):
    """OpenAI's chat completions: streams the words of the last message back, in upper case."""

    requests: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.requests.append({"path": self.path, "key": self.headers["Authorization"], **body})
        if body["model"] == "broken":
            self.send_error(500, "no model loaded")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        for word in body["messages"][-1]["content"].upper().split(" "):
            self._send({"role": "assistant", "content": f"{word} "})
        self.wfile.write(b"data: [DONE]\n\n")

    def _send(self, delta: dict[str, str]) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": None}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "local"}
        self.wfile.write(f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n".encode())

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The address of a chat model on this machine, and the requests that it gets."""
    requests: list[dict[str, Any]] = []
    handler = type("Handler", (Completions,), {"requests": requests})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}/v1", requests
        running.shutdown()
        thread.join()


@needs_openai
def test_a_local_server_is_asked_and_answers_in_pieces(
    server: tuple[str, list[dict[str, Any]]],
) -> None:
    address, requests = server
    model = ChatModel("openai:local", address)
    pieces = list(model.stream("What moves data?"))
    assert "".join(pieces) == "WHAT MOVES DATA? "
    assert len([piece for piece in pieces if piece]) == 3
    assert model.name == "openai:local"
    assert len(requests) == 1
    assert requests[0]["path"] == "/v1/chat/completions"
    assert (requests[0]["model"], requests[0]["temperature"]) == ("local", 0)
    assert requests[0]["key"] == "Bearer local"


@needs_openai
def test_a_server_that_fails_is_one_line_and_a_hint(
    server: tuple[str, list[dict[str, Any]]],
) -> None:
    with pytest.raises(GeneratorError) as caught:
        list(ChatModel("openai:broken", server[0]).stream("What?"))
    assert caught.value.message.startswith("The chat model openai:broken did not answer: ")
    assert "\n" not in caught.value.message
    assert caught.value.hint == "Is its server running? assistant doctor"


@pytest.mark.skipif(OPENAI, reason="langchain-openai is installed")
def test_without_its_package_a_model_is_one_line_and_the_command() -> None:
    with pytest.raises(GeneratorError) as caught:
        ChatModel("openai:local", "http://127.0.0.1:9/v1")
    assert caught.value.message == "Chat models of openai need the package langchain-openai."
    assert caught.value.hint == "pip install langchain-openai"


@pytest.mark.parametrize("name", ["llama3.2", "ollama:", ""])
def test_a_name_without_provider_or_model_is_refused(name: str) -> None:
    with pytest.raises(GeneratorError) as caught:
        ChatModel(name)
    assert caught.value.message == f"The chat model {name!r} does not say who provides it."
    assert caught.value.hint == "Write it as provider:model, such as ollama:llama3.2"


def test_an_unknown_provider_is_refused_in_one_line() -> None:
    with pytest.raises(GeneratorError) as caught:
        ChatModel("nobody:model")
    assert caught.value.message.startswith("The chat model nobody:model cannot be set up: ")
    assert "\n" not in caught.value.message

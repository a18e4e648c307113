"""Which chat models are found, asked of real servers on sockets of this computer."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from openai_server import handling

from assistant import reachable
from assistant.config import load_config
from assistant.reachable import Place, look, ollama_url, places


@dataclass
class Lists:
    """A server's answers by their path: a status, headers and a body; and what it was asked."""

    answers: dict[str, tuple[int, dict[str, str], bytes]]
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    pause: float = 0.0
    url: str = ""


def said(body: Any, status: int = 200, **headers: str) -> tuple[int, dict[str, str], bytes]:
    return status, headers, body if isinstance(body, bytes) else json.dumps(body).encode()


class _Handler(BaseHTTPRequestHandler):
    lists: Lists

    def do_GET(self) -> None:
        self.lists.asked.append((self.path, self.headers["Authorization"]))
        status, headers, body = self.lists.answers.get(self.path, said({}, 404))
        time.sleep(self.lists.pause)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):  # The client has read enough.
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def offering(lists: Lists) -> Iterator[Lists]:
    """Serve lists of models on a free port of this computer."""
    with handling(type("Handler", (_Handler,), {"lists": lists})) as lists.url:
        yield lists


TAGS = {
    "models": [
        {"name": "llama3.2:latest", "details": {"family": "llama"}},
        {"name": "nomic-embed-text:latest", "details": {"family": "nomic-bert"}},
        {"name": "all-minilm:latest", "details": {"family": "bert"}},
        {"name": "qwen3:4b", "details": None},
    ]
}
DATA = {"object": "list", "data": [{"id": "phi-4"}, {"id": "text-embedding-x"}, {"id": "phi-4"}]}


def silent() -> str:
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_each_protocol_is_asked_for_its_list_and_what_only_makes_vectors_is_left_out() -> None:
    with offering(Lists({"/api/tags": said(TAGS), "/v1/models": said(DATA)})) as server:
        ollama = Place("Ollama", "ollama", server.url)
        other = Place("LM Studio", "openai", f"{server.url}/v1")
        nobody = Place("vLLM", "openai", f"{silent()}/v1")
        found = look([nobody, other, ollama])
    assert found == {other: ["phi-4"], ollama: ["llama3.2:latest", "qwen3:4b"]}
    assert sorted(server.asked) == [("/api/tags", None), ("/v1/models", None)]


def test_the_key_goes_to_its_own_address_alone() -> None:
    one, two = (Lists({"/v1/models": said(DATA)}) for _ in range(2))
    with offering(one) as own, offering(two) as other:
        both = [Place("a", "openai", f"{each.url}/v1") for each in (own, other)]
        assert len(look(both, "sesame", both[0].url)) == 2
    assert own.asked == [("/v1/models", "Bearer sesame")]
    assert other.asked == [("/v1/models", None)]


def test_nobody_is_asked_whom_a_server_points_to() -> None:
    with offering(Lists({"/v1/models": said(DATA)})) as elsewhere:
        moved = said({}, 302, Location=f"{elsewhere.url}/v1/models")
        with offering(Lists({"/v1/models": moved})) as server:
            assert look([Place("a", "openai", f"{server.url}/v1")]) == {}
    assert elsewhere.asked == []


@pytest.mark.parametrize(
    "body",
    [b"<html>", b"[]", b"{}", b'{"data": 3}', b'"data"', b"[" * 100_000, b"\xff", b"x" * 3_000_000],
)
def test_what_is_no_such_list_is_no_server_of_models(body: bytes) -> None:
    with offering(Lists({"/v1/models": said(body)})) as server:
        assert look([Place("a", "openai", f"{server.url}/v1")]) == {}


def test_names_that_cannot_be_names_are_left_out() -> None:
    entries = [{"id": name} for name in ("ok", "", " x", "a\nb", "n" * 500, 7, None)]
    with offering(Lists({"/v1/models": said({"data": [*entries, "text", {}]})})) as server:
        assert [*look([Place("a", "openai", f"{server.url}/v1")]).values()] == [["ok"]]


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachable, "SECONDS", 0.2)
    with offering(Lists({"/v1/models": said(DATA)}, pause=1.0)) as server:
        assert look([Place("a", "openai", f"{server.url}/v1")]) == {}


def test_no_address_is_no_fault() -> None:
    assert look([Place("a", "openai", "http://[x"), Place("b", "ollama", "nonsense")]) == {}
    assert look([]) == {}


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:11434"),
        (":1234", "http://127.0.0.1:1234"),
        ("[::1]:1234", "http://[::1]:1234"),
        ("localhost", "http://localhost:11434"),
        ("http://localhost", "http://localhost:80"),
        ("0.0.0.0", "http://127.0.0.1:11434"),
        ("192.168.1.7:11434", None),
        ("https://models.example", None),
        ("127.0.0.1:many", None),
    ],
)
def test_where_ollama_is_by_its_own_variable(host: str, url: str | None) -> None:
    assert ollama_url(host) == url


def test_it_is_looked_on_this_computer_and_where_the_settings_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:4321")
    usual = [place.url for place in places(load_config())]
    assert usual == [
        "http://127.0.0.1:4321",
        *(f"http://127.0.0.1:{n}/v1" for n in (1234, 8080, 8000)),
    ]
    elsewhere = load_config(llm="openai:x", llm_url="http://models.example/v1")
    assert [place.url for place in places(elsewhere)] == ["http://models.example/v1", *usual]
    monkeypatch.setenv("OLLAMA_HOST", "models.example")
    assert [place.url for place in places(load_config(llm_url="http://127.0.0.1:8080/v1/"))] == [
        "http://127.0.0.1:8080/v1/",
        *usual[1:2],
        usual[3],
    ]
    own = load_config(llm="ollama:x", llm_url="http://models.example")
    assert places(own)[0].provider == "ollama"
    assert len(places(load_config(llm="anthropic:x", llm_url="http://models.example"))) == 3

"""A page is told of everything it asked for, whenever it asks."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from page_server import hosting
from starlette.middleware import Middleware

from assistant.ui import streams

BODY = {"data": ["hello"], "fn_index": 0, "session_hash": "visitor"}


def application() -> FastAPI:
    with gr.Blocks(analytics_enabled=False) as page:
        words = gr.Textbox()
        gr.Button().click(str.upper, words, words)
    page.has_launched = True
    app = FastAPI(middleware=[Middleware(streams.Streams)])
    gr.mount_gradio_app(app, page, path="/", ssr_mode=False, enable_monitoring=False)
    return app


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    address = "http://127.0.0.1"
    with hosting(application) as port, httpx.Client(base_url=f"{address}:{port}") as made:
        yield made


def ask(client: httpx.Client, visitor: str) -> str:
    """Ask for something as a page does; gives the name of the event."""
    reply = client.post(streams.JOIN, json={**BODY, "session_hash": visitor})
    event = reply.raise_for_status().json()["event_id"]
    assert isinstance(event, str)
    return event


def read_to_the_end(lines: Iterator[str]) -> str:
    """All that a stream says up to its last event."""
    said = ""
    for line in lines:
        said += line
        if "close_stream" in line:
            return said
    raise AssertionError("The stream has no last event: " + said)


def stream(client: httpx.Client, visitor: str) -> str:
    """What is told on a stream of its own, which is then dropped."""
    with client.stream("GET", streams.DATA, params={"session_hash": visitor}) as told:
        return read_to_the_end(told.iter_lines())


def test_what_is_asked_while_a_stream_ends_is_answered_once_the_page_dropped_it(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LONGEST", 60.0)
    answered = threading.Event()
    events: list[str] = []

    def ask_again() -> None:
        events.append(ask(client, "visitor"))
        answered.set()

    first = ask(client, "visitor")
    with client.stream("GET", streams.DATA, params={"session_hash": "visitor"}) as told:
        lines = told.iter_lines()  # Where nothing refers to it any more, httpx drops the stream.
        said = read_to_the_end(lines)
        assert first in said
        assert "HELLO" in said
        asking = threading.Thread(target=ask_again)
        asking.start()
        assert not answered.wait(0.5)
        # Nobody else waits for this page.
        ask(client, "another")
        assert "HELLO" in stream(client, "another")
        assert not answered.is_set()
    asking.join(timeout=30)
    assert answered.is_set()
    assert events[0] in stream(client, "visitor")


def test_a_page_that_never_drops_a_stream_holds_nothing_up_for_good(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "LONGEST", 0.2)
    ask(client, "idle")
    with client.stream("GET", streams.DATA, params={"session_hash": "idle"}) as told:
        lines = told.iter_lines()
        read_to_the_end(lines)
        again = ask(client, "idle")
        assert not "".join(lines)  # The server ended it.
    assert again in stream(client, "idle")


@pytest.mark.parametrize("content", ["{", "[1]", '{"session_hash": 7}', "[" * 100_000, ""])
def test_a_body_that_names_no_session_is_left_to_the_application(
    client: httpx.Client, content: str
) -> None:
    headers = {"content-type": "application/json"}
    assert client.post(streams.JOIN, content=content, headers=headers).status_code in (400, 422)


def test_a_session_that_is_over_is_told_so_and_is_no_fault(client: httpx.Client) -> None:
    # Were it a fault of the server, the stream would break off, which httpx raises.
    told = client.get(streams.DATA, params={"session_hash": "nobody"})
    assert told.status_code == 200
    assert '"session_not_found":true' in told.text

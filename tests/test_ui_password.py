"""The password, over real HTTP, on every kind of route."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from gradio_client import Client
from page_server import ROUTES, Running, serving, with_tools
from pydantic import SecretStr

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.library import Library
from assistant.ui import server
from assistant.ui.password import ASKED, CHALLENGE, authorization

WORD = "sésame, öffne dich: bitte"
KEY = {"Authorization": authorization(WORD)}
QUESTION = "Which instrument measures air pressure?"


@pytest.fixture(scope="module")
def locked(library: Path, encoder: SentenceEncoder) -> Iterator[Running]:
    """The page as other computers can open it."""
    config = load_config(library=library, host="0.0.0.0", password=WORD, max_file_mb=1)
    with Library.open(config, encoder) as opened, serving(opened) as running:
        yield running


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_without_the_password(locked: Running, method: str, path: str) -> None:
    place = f"{locked.url}{path}"
    for headers in ({}, {"Authorization": authorization("sesame")}, {"Cookie": "access-token=1"}):
        answer = httpx.request(method, place, headers=headers)
        assert (answer.status_code, answer.text) == (401, ASKED)
        assert answer.headers["www-authenticate"] == CHALLENGE


@pytest.mark.parametrize(
    "given",
    ["", "Basic", "Basic !!", "Basic c8Opc2FtZQ==", "Bearer " + KEY["Authorization"][6:]],
)
def test_what_is_not_the_password_does_not_open(locked: Running, given: str) -> None:
    answer = httpx.get(locked.url, headers={"Authorization": given})
    assert (answer.status_code, answer.text) == (401, ASKED)


def test_any_name_opens_with_the_password(locked: Running) -> None:
    for name in ("", "anyone"):
        page = httpx.get(locked.url, auth=httpx.BasicAuth(name, WORD))
        assert page.status_code == 200
        assert "gradio_config" in page.text


@pytest.mark.parametrize(("method", "path"), ROUTES[:7])
def test_routes_answer_with_the_password(locked: Running, method: str, path: str) -> None:
    with httpx.stream(method, f"{locked.url}{path}", headers=KEY) as answer:
        assert answer.status_code in (200, 503)  # 503: still loading


def test_programs_give_it_too(locked: Running) -> None:
    client = Client(locked.url, headers=KEY, verbose=False, analytics_enabled=False)
    answer = client.predict(question=QUESTION, api_name="/ask")
    assert answer["citations"][0]["quote"] == "A barometer measures air pressure."
    call = with_tools(
        locked.url, lambda tools: tools.call_tool("ask", {"question": QUESTION}), headers=KEY
    )
    assert "A barometer measures air pressure." in call.content[0].text


def test_another_start_knows_the_server_by_its_password(locked: Running) -> None:
    assert server.is_running(locked.config)
    other = locked.config.model_copy(update={"password": SecretStr("sesame")})
    assert not server.is_running(other)

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.config import Config, load_config
from assistant.errors import AssistantError
from assistant.types import DocumentRecord, Status
from assistant.ui import page, server
from assistant.ui.guard import Guard


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(library=tmp_path / "index", corpus=tmp_path, port=0)


def guarded(*hosts: str) -> TestClient:
    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    routes = [Route("/", hello, methods=["GET", "POST"])]
    app = Starlette(routes=routes, middleware=[Middleware(Guard, hosts=hosts)])
    return TestClient(app, base_url="http://127.0.0.1:7860")


def test_the_page_itself_is_served_and_confined() -> None:
    answer = guarded("127.0.0.1").post("/", headers={"Origin": "http://127.0.0.1:7860"})
    assert answer.text == "hello"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "origin", ["http://example.com", "http://127.0.0.1:8000", "https://127.0.0.1.example", "null"]
)
def test_requests_of_other_sites_are_refused(origin: str) -> None:
    answer = guarded().post("/", headers={"Origin": origin})
    assert (answer.status_code, answer.text) == (403, "Requests from other sites are not answered.")


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1.example.com:7860", ""])
def test_a_foreign_name_for_this_computer_is_refused(host: str) -> None:
    answer = guarded("127.0.0.1", "localhost").get("/", headers={"Host": host})
    assert (answer.status_code, answer.text) == (403, "This server does not answer to that name.")


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860"])
def test_the_servers_own_names_are_answered(host: str) -> None:
    hosts = ("127.0.0.1", "localhost", "::1")
    assert guarded(*hosts).get("/", headers={"Host": host}).text == "hello"


def test_a_port_in_use_is_an_error_that_names_a_free_one(config: Config) -> None:
    with server.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AssistantError) as caught:
            server.serve(config.model_copy(update={"port": port}))
    assert caught.value.message.startswith(f"Port {port} on 127.0.0.1 cannot be used: ")
    assert caught.value.hint.startswith("Set ASSISTANT_PORT=")
    assert str(port) not in caught.value.hint


def test_an_address_of_another_computer_is_an_error(config: Config) -> None:
    with pytest.raises(AssistantError, match=r"The page cannot be served on 192\.0\.2\.1: "):
        server.serve(config.model_copy(update={"host": "192.0.2.1"}))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::1", "http://[::1]:80"),
        ("::", "http://[::1]:80"),
    ],
)
def test_address(host: str, expected: str) -> None:
    assert server.address(host, 80) == expected


def record(state: str) -> DocumentRecord:
    return DocumentRecord("d", "a.txt", "/a.txt", "A", "0", 1, state)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("states", "passages", "expected"),
    [
        (["ready"], 1, "<p>1 document, 1 passage</p>"),
        (["ready", "warning"], 2000, "<p>2 documents, 2000 passages</p>"),
        (
            ["ready", "failed"],
            3,
            "<p>1 document, 3 passages · 1 file left out, see Library</p>",
        ),
    ],
)
def test_the_header_says_what_can_be_asked(states: list[str], passages: int, expected: str) -> None:
    records = tuple(record(state) for state in states)
    assert page.holdings(Status("index", records, passages, 1, "m", "0", 1)) == expected


class Loading:
    """A library whose encoder takes a moment, or is not there."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.warm = False

    def warm_up(self) -> None:
        if self.error:
            raise self.error
        self.warm = True

    def status(self) -> Status:
        return Status("index", (record("ready"),), 7, 1, "m", "0", 1)


def test_the_header_says_that_the_encoder_loads_until_it_is_there() -> None:
    library = Loading()
    said = page.readiness(library)
    assert next(said) == page.LOADING
    assert not library.warm
    assert list(said) == ["<p>1 document, 7 passages</p>"]
    assert library.warm


def test_the_header_says_why_nothing_can_be_asked() -> None:
    library = Loading(AssistantError("The library is <empty>.", "Run `assistant index`."))
    assert list(page.readiness(library)) == [
        page.LOADING,
        '<div class="failure"><p><strong>The library is &lt;empty&gt;.</strong></p>'
        "<p>Run <code>assistant index</code>.</p></div>",
    ]

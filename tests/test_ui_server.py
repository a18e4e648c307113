from __future__ import annotations

import re
import time
from pathlib import Path

import httpx
import pytest
from commands import run, start
from page_server import Running
from pydantic import SecretStr

from assistant.config import Config, load_config
from assistant.errors import AssistantError
from assistant.types import DocumentRecord, Status
from assistant.ui import page, server


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load_config(library=tmp_path / "index", corpus=tmp_path, port=0)


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
        server.serve(
            config.model_copy(update={"host": "192.0.2.1", "password": SecretStr("sesame")})
        )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "study.example"])
@pytest.mark.parametrize("password", [None, "", " "])
def test_other_computers_are_let_in_with_a_password_alone(
    config: Config, host: str, password: str | None
) -> None:
    secret = None if password is None else SecretStr(password)
    with pytest.raises(AssistantError) as caught:
        server.serve(config.model_copy(update={"host": host, "password": secret}))
    assert caught.value.message == (
        f"On {host} other computers can open the page, so it needs a password."
    )
    assert "ASSISTANT_PASSWORD" in caught.value.hint


def test_the_command_says_that_it_needs_a_password(tmp_path: Path) -> None:
    ran = run("serve", "--host", "0.0.0.0", "--port", "0", "--library", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("error: On 0.0.0.0 other computers can open the page")
    assert "\nhint: Set one and start again: `read -rs ASSISTANT_PASSWORD" in ran.err


def test_without_a_folder_of_documents_the_page_opens_and_says_how_they_get_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "none"
    monkeypatch.setenv("ASSISTANT_CORPUS", str(folder))
    process = start("serve", "--library", tmp_path / "index", "--port", "0")
    try:
        assert process.stdout is not None
        assert process.stderr is not None
        said = process.stdout.readline()
        found = re.fullmatch(
            r"The assistant is at (http://127.0.0.1:\d+) \(Ctrl.C ends it\)\n", said
        )
        assert found, said
        with httpx.Client(base_url=found[1], timeout=60) as client:
            assert client.get("/").status_code == 200
            while (health := client.get("/healthz")).json()["status"] == "starting":
                time.sleep(0.2)
            assert (health.status_code, health.json()["status"]) == (503, "failed")
            assert "assistant index" in health.json()["error"]["hint"]
            asked = client.post("/gradio_api/run/ask", json={"data": ["What is drift?"]})
            assert "assistant index" in asked.json()["error"]
        process.terminate()
        advised = process.communicate(timeout=30)[1]
    finally:
        process.kill()
        process.communicate()
    assert advised.startswith("No documents yet: drop them in the Library tab")
    assert str(folder) in advised
    assert not folder.exists()


def test_what_serves_the_library_already_is_known(page_server: Running, config: Config) -> None:
    assert server.is_running(page_server.config)
    assert not server.is_running(config.model_copy(update={"port": page_server.port}))


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

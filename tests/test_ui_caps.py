"""What the server serves and takes in, over real HTTP."""

from __future__ import annotations

import http.client
import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from page_server import Running, serving

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.library import Library
from assistant.ui.caps import MOST_BODY
from assistant.ui.uploads import MOST_FILES

# Each of them names a file that is there, in a way that once was read somewhere.
TRICKS = [
    "/gradio_api/file={}",
    "/gradio_api/file/{}",
    "/file={}",
    "/file/{}",
    "/gradio_api/file=//{}",
    "/gradio_api/file=file://{}",
    "/gradio_api/file=/tmp/..{}",
    "/gradio_api/file=..%2f..%2f..%2f..%2f..%2f..%2f{}",
    "/gradio_api/file=%2e%2e/%2e%2e/%2e%2e/%2e%2e/{}",
    "/gradio_api/file=%5c%5clocalhost%5cc$%5c{}",
    "/gradio_api/file=//localhost/{}",
    "/static/../../../../../../../..{}",
    "/static/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..{}",
    "/static/{}",
    "/static//{}",
    "/assets/../../../../../../../..{}",
    "/assets/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..{}",
    "/assets//{}",
    "/assets/..%5c..%5c..%5c..{}",
    "/svelte/../../../../../../../..{}",
    "/svelte/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..{}",
    "/theme.css/..{}",
    "/gradio_api/custom_component/1/client/component/..%2f..%2f..%2f..{}",
    "/gradio_api/stream/a/1/2/..%2f..%2f..%2f..{}",
    "/gradio_api/stream/a/1/2/playlist-file",
    "/gradio_api/proxy=file://{}",
    "/pwa_icon/..{}",
    "/..{}",
    "/{}",
    "//{}",
]
# What Gradio serves and no page of ours needs: it reaches out, runs programs or hands out files.
NOT_SERVED = [
    ("GET", "/gradio_api/proxy=http://127.0.0.1:{}/who"),
    ("GET", "/gradio_api/proxy=https://example.com/"),
    ("GET", "/gradio_api/file=http://127.0.0.1:{}/who"),
    ("GET", "/gradio_api/file=https://example.com/"),
    ("POST", "/gradio_api/process_recording"),
    ("POST", "/gradio_api/vibe-edit"),
    ("POST", "/gradio_api/vibe-starter-queries/"),
    ("GET", "/gradio_api/runs"),
    ("GET", "/gradio_api/run-history/buckets"),
    ("GET", "/gradio_api/deep_link?session_hash=a"),
    ("GET", "/gradio_api/mcp/sse"),
    ("POST", "/gradio_api/mcp/messages/"),
    ("POST", "/gradio_api/call/answer"),
    ("POST", "/gradio_api/run/answer"),
    ("GET", "/monitoring"),
    ("GET", "/docs"),
    ("GET", "/openapi.json"),
]


def raw(server: Running, path: str) -> tuple[int, str]:
    """The answer to a path that is sent as it stands."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    finally:
        connection.close()


@pytest.mark.parametrize("trick", TRICKS)
def test_no_file_of_this_computer_can_be_read(
    page_server: Running, trick: str, library: Path
) -> None:
    secret = library.parent / "secret.txt"
    secret.write_text("the secret of the machine", encoding="utf-8")
    for file in (secret, library / "library.db", Path(__file__)):
        for named in (str(file), str(file).lstrip("/")):
            status, text = raw(page_server, trick.format(named))
            assert status in (400, 403, 404, 405), text[:200]
            assert "secret of the machine" not in text
            assert "SQLite format" not in text


@pytest.mark.parametrize(("method", "path"), NOT_SERVED)
def test_routes_that_no_page_needs_are_not_there(
    page_server: Running, method: str, path: str
) -> None:
    answer = httpx.request(method, page_server.url + path.format(page_server.port))
    assert (answer.status_code, answer.text) == (404, "There is nothing here.")


@pytest.mark.parametrize(
    "path", ["a" * 5000, "a" * 256, "\u00e9" * 150, "%00", "a/" * 2500 + "a"], ids=range(5)
)
def test_a_name_that_no_disk_can_hold_is_not_looked_for(page_server: Running, path: str) -> None:
    for folder in ("static", "assets", "svelte"):
        answer = httpx.get(f"{page_server.url}/{folder}/{path}")
        assert (answer.status_code, answer.text) == (404, "There is nothing here.")


@pytest.mark.parametrize(
    "name", ["../../../../up.txt", "/etc/up.txt", "..\\..\\up.txt", "\\\\host\\share\\up.txt", ".."]
)
def test_an_upload_lands_where_uploads_belong(page_server: Running, name: str) -> None:
    answer = httpx.post(f"{page_server.url}/gradio_api/upload", files={"files": (name, b"up")})
    if answer.status_code == 400:
        assert "Invalid file name" in answer.text
        return
    (place,) = answer.json()
    uploads = Path(tempfile.gettempdir()).resolve() / "gradio"
    assert Path(place).resolve().is_relative_to(uploads)
    assert raw(page_server, f"/gradio_api/file={place}")[0] == 404  # Nor is it given back.


def test_what_was_sent_and_never_dropped_goes(
    library: Path, encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.ui.uploads.LEFT_SECONDS", (1, 1))
    with Library.open(load_config(library=library), encoder) as opened, serving(opened) as running:
        place = f"{running.url}/gradio_api/upload"
        (left,) = httpx.post(place, files={"files": ("left.txt", b"never dropped")}).json()
        assert Path(left).exists()
        waited = time.monotonic() + 20
        while Path(left).exists() and time.monotonic() < waited:
            time.sleep(0.1)
        assert not Path(left).exists()


def test_a_file_that_is_too_large_is_not_taken(page_server: Running) -> None:
    place = f"{page_server.url}/gradio_api/upload"
    fits = {"files": ("fits.txt", b"a" * 900_000)}
    assert httpx.post(place, files=fits, timeout=30).status_code == 200
    large = {"files": ("large.txt", b"a" * 1_100_000)}
    answer = httpx.post(place, files=large, timeout=30)
    assert answer.status_code == 413
    assert "maximum allowed size" in answer.text


def test_as_many_files_as_allowed_are_taken_and_not_one_more(page_server: Running) -> None:
    place = f"{page_server.url}/gradio_api/upload"
    files = [("files", (f"{number}.txt", b"--part")) for number in range(MOST_FILES)]
    taken = httpx.post(place, files=files, timeout=30)
    assert len(taken.json()) == MOST_FILES
    refused = httpx.post(place, files=[*files, ("files", ("last.txt", b"--"))], timeout=30)
    assert (refused.status_code, refused.text) == (413, f"At most {MOST_FILES} files at once.")


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/gradio_api/queue/join"])
def test_a_body_that_says_it_is_too_large_is_not_read(page_server: Running, path: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", page_server.port, timeout=20)
    connection.putrequest("POST", path)
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", "1000000000")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 413
    assert answer.read() == b"This is larger than the server takes in one request."
    connection.close()


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/run/ask"])
def test_a_body_that_does_not_end_is_cut_short(page_server: Running, path: str) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"data": ["'
        for _ in range(MOST_BODY // 1_000_000):
            yield b"a" * 1_000_000
        yield b'"]}'

    headers = {"Content-Type": "application/json"}
    answer = httpx.post(page_server.url + path, content=pieces(), headers=headers, timeout=30)
    assert answer.status_code == 413
    assert answer.text == "This is larger than the server takes in one request."


def test_what_is_small_enough_passes(page_server: Running) -> None:
    body = json.dumps({"data": ["ice crystals", 1, "lexical"], "padding": "a" * 7_000_000})
    headers = {"Content-Type": "application/json"}
    place = f"{page_server.url}/gradio_api/run/search"
    answer = httpx.post(place, content=body, headers=headers, timeout=30)
    assert answer.json()["data"][0]["hits"][0]["document"] == "clouds.md"

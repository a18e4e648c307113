from __future__ import annotations

import threading
import time
from collections.abc import Callable

import httpx
import pytest
from page_server import Running

from assistant import __version__
from assistant.errors import LibraryError
from assistant.types import DocumentRecord, Status
from assistant.ui.health import Health

Report = tuple[int, dict[str, object]]


def record(name: str, state: str) -> DocumentRecord:
    return DocumentRecord(name, f"{name}.txt", f"/{name}.txt", name, "0", 1, state)  # type: ignore[arg-type]


class Loading:
    """A library that loads when it may, or has a fault until it is mended."""

    def __init__(self, error: Exception | None = None) -> None:
        self.may_load = threading.Event()
        self.error = error

    def warm_up(self) -> None:
        assert self.may_load.wait(20)
        if self.error:
            raise self.error

    def status(self) -> Status:
        return Status("index", (record("a", "ready"), record("b", "failed")), 7, 1, "m", "0", 1)


def settled(look: Callable[[], Report]) -> Report:
    """What is reported when nothing loads any more."""
    for _ in range(1000):
        code, told = look()
        if told["status"] != "starting":
            return code, told
        time.sleep(0.02)
    raise AssertionError("It loads still.")


def test_a_library_that_loads_is_starting_and_then_there() -> None:
    library = Loading()
    health = Health(library)
    assert health.report() == (503, {"status": "starting", "version": __version__})
    library.may_load.set()
    well = {"status": "ok", "version": __version__, "documents": 1, "passages": 7}
    assert settled(health.report) == (200, well)


def test_a_fault_is_told_in_a_sentence_until_it_is_mended() -> None:
    library = Loading(LibraryError("The library holds no passages.", "assistant index FOLDER"))
    library.may_load.set()
    health = Health(library)
    error = {"message": "The library holds no passages.", "hint": "assistant index FOLDER"}
    failed = {"status": "failed", "version": __version__, "error": error}
    assert settled(health.report) == (503, failed)
    library.error = None
    assert health.report()[0] == 200


def test_what_is_unexpected_is_not_told_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    library = Loading(RuntimeError("at /home/me/secret"))
    library.may_load.set()
    code, told = settled(Health(library).report)
    assert code == 503
    assert "secret" not in str(told)
    assert "Something unexpected went wrong." in str(told)


def test_the_server_tells_its_health_and_nothing_of_the_documents(page_server: Running) -> None:
    def look() -> Report:
        answer = httpx.get(f"{page_server.url}/healthz")
        return answer.status_code, answer.json()

    well = {"status": "ok", "version": __version__, "documents": 2, "passages": 3}
    assert settled(look) == (200, well)

"""One server over the cheat sheet for all browser tests, and pages that watch what they load."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from assistant.library import Library
from browser import served

SCREENSHOTS = Path(__file__).parent / "screenshots"
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def server(cheat_sheet: Library) -> Iterator[served.Served]:
    """``python app.py`` over the cheat sheet."""
    with served.serve(cheat_sheet.config.library, cheat_sheet.config.corpus) as running:
        yield running
    assert "Traceback" not in running.output


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    executable = served.chromium()
    if executable is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with served.browser(executable) as started:
        yield started


@pytest.fixture
def open_page(chrome: Browser) -> Iterator[Open]:
    """Opens an address as a new visitor. No page may ask another host or report an error."""
    contexts: list[BrowserContext] = []
    hosts: set[str] = set()
    faults: list[str] = []

    def open_page(address: str, width: int = 1280, dark: bool = False) -> Page:
        context = chrome.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(address)
        page.get_by_role("textbox", name="Question").wait_for()
        allowed.add(urlsplit(address).netloc)
        return page

    allowed = {""}  # data: and blob: addresses have no host
    yield open_page
    for context in contexts:
        context.close()
    assert hosts <= allowed
    assert faults == []


@pytest.fixture
def page(open_page: Open, server: served.Served) -> Page:
    """The page of the shared server, as a new visitor sees it on a wide screen."""
    return open_page(server.address)


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Callable[[Page], None]:
    """Saves a picture of a page under the name of the test."""

    def shoot(page: Page) -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"{request.node.name}.png")

    return shoot

"""Two servers for all browser tests, one browser, and pages that watch what they load."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from commands import fill
from pdf_files import column, make_pdf
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.library import Library
from browser import served

SCREENSHOTS = Path(__file__).parent / "screenshots"
Open = Callable[..., Page]
Shoot = Callable[..., None]
LOOKS = ((1280, True, "dark"), (360, True, "narrow-dark"), (360, False, "narrow"))

# What the server writes, below a traceback, when a page names a file that was not uploaded.
REFUSED = "it was not uploaded by a user"
# A page that is being closed may still keep something, so the next one forgets it as it begins.
FORGET = """
if (location.protocol !== "about:" && !sessionStorage.getItem("begun")) {
  localStorage.clear();
  sessionStorage.setItem("begun", "true");
}
"""
# A page that is left breaks off what it waits for, and reports that as errors.
HERE, LEAVING = "here", "leaving"
TELL = f"""
console.debug("{HERE}");
addEventListener("beforeunload", () => console.debug("{LEAVING}"));
"""
ZEBRA = "# Zebra\n\nThe stripes say ${document.title = 'owned'} {{value}} <img src=x> at noon.\n"
GLACIER = ("A glacier is ice that flows.", "It carries rubble", "down to its moraine.")


# What a browser test says that waited for something in vain. About once in some thousand presses
# Gradio's page waits without end for a result; for other faults no test is run again.
IN_VAIN = ["Locator expected", r"Timeout \d+ms exceeded"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run a browser test once more, and say so, where it waited in vain."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=IN_VAIN))


@pytest.fixture(scope="session")
def server(cheat_sheet: Library) -> Iterator[served.Served]:
    """``python app.py`` over the cheat sheet."""
    with served.serve(cheat_sheet.config.library, cheat_sheet.config.corpus) as running:
        yield running
    assert "Traceback" not in running.output, running.output


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory, encoder: SentenceEncoder) -> Path:
    """A folder with a corpus of four small documents, one of them a PDF, and its library."""
    folder = tmp_path_factory.mktemp("started")
    corpus = fill(folder / "corpus")
    (corpus / "zebra.md").write_text(ZEBRA, encoding="utf-8")
    pages = [column("Of ice"), column(*GLACIER), column("The end of the ice")]
    make_pdf(pages).write(corpus / "glacier.pdf")
    with Library.open(load_config(corpus=corpus, library=folder / "index"), encoder) as library:
        library.sync()
    return folder


@pytest.fixture(scope="session")
def small(place: Path) -> Iterator[served.Served]:
    """``python app.py`` over small documents that tests may add to, started in their folder."""
    folders = (place / "index", place / "corpus")
    with served.serve(*folders, folder=place, cache=str(place / "cache")) as running:
        yield running
    assert running.output.count("Traceback") == running.output.count(REFUSED), running.output


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    executable = served.chromium()
    if executable is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with served.browser(executable) as started:
        yield started


@pytest.fixture(scope="session")
def profile(chrome: Browser) -> Iterator[BrowserContext]:
    """A browser that keeps the program's scripts from one test to the next, and nothing else."""
    context = chrome.new_context()
    yield context
    context.close()


@pytest.fixture
def faults() -> list[str]:
    """What pages report as errors. A test that causes some takes them out."""
    return []


def _watch(page: Page, faults: list[str]) -> None:
    """Keep what the page reports as errors until it is left, and again when the next is there."""
    left = False

    def said(message: ConsoleMessage) -> None:
        nonlocal left
        if message.type == "debug" and message.text in (HERE, LEAVING):
            left = message.text == LEAVING
        elif message.type == "error" and not left:
            faults.append(message.text)

    page.on("pageerror", lambda error: None if left else faults.append(str(error)))
    page.on("console", said)
    page.on("dialog", lambda dialog: faults.append(dialog.message))


@pytest.fixture
def open_page(chrome: Browser, profile: BrowserContext, faults: list[str]) -> Iterator[Open]:
    """Opens an address as a new visitor. No page may ask another host or report an error."""
    pages: list[Page] = []
    hosts: set[str] = set()

    def open_page(address: str, width: int = 1280, dark: bool = False, wait: bool = True) -> Page:
        context = chrome.new_context() if pages else profile
        page = context.new_page()
        pages.append(page)
        page.add_init_script(FORGET)
        page.add_init_script(TELL)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        _watch(page, faults)
        allowed.add(urlsplit(address).netloc)
        page.goto(address, wait_until="load" if wait else "commit")
        page.get_by_role("textbox", name="Question").wait_for()
        return page

    allowed = {""}  # data: and blob: addresses have no host
    yield open_page
    for page in pages:
        page.close()
        if page.context is not profile:
            page.context.close()
    profile.clear_cookies()
    profile.clear_permissions()
    assert hosts <= allowed
    assert faults == []


@pytest.fixture
def page(open_page: Open, server: served.Served) -> Page:
    """The page of the shared server, as a new visitor sees it on a wide screen."""
    return open_page(server.address)


@pytest.fixture
def shoot(request: pytest.FixtureRequest) -> Shoot:
    """Saves a picture of a page under the name of the test, and what tells it from others of it."""

    def shoot(page: Page, which: str = "") -> None:
        SCREENSHOTS.mkdir(exist_ok=True)
        name = "-".join(filter(None, [request.node.name, which]))
        page.screenshot(path=SCREENSHOTS / f"{name}.png")

    return shoot

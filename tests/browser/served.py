"""The real program on a port of its own, and a real browser to look at it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = Path(__file__).parent / "offline"
SHEET = ROOT / "corpus" / "aws-mla-c01-cheat-sheet.txt"
# The browser's own services would be requests to other hosts.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_ADDRESS = re.compile(r"http://\S+:\d+")


@dataclass
class Served:
    """A running server: its process, the lines it has written so far, and when it must be there."""

    process: subprocess.Popen[str]
    lines: list[str]
    deadline: float

    @cached_property
    def address(self) -> str:
        """Where the page is. Waits until the server says so."""
        while time.monotonic() < self.deadline:
            for line in list(self.lines):
                if found := _ADDRESS.search(line):
                    return found.group()
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError("The server did not start:\n" + self.output)

    @property
    def output(self) -> str:
        """All that was written to standard output and standard error."""
        return "\n".join(self.lines)


@contextmanager
def serve(
    library: Path, corpus: Path, seconds: float = 240, folder: Path = ROOT, **settings: str
) -> Iterator[Served]:
    """Run ``python app.py`` in ``folder`` without a way out of this computer.

    It starts beside what the test does meanwhile: only its address is waited for.
    """
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py")],
        cwd=folder,
        env=_environment(library, corpus, settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert process.stdout is not None
    lines: list[str] = []
    reader = threading.Thread(target=_collect, args=(process, lines), daemon=True)
    reader.start()
    try:
        yield Served(process, lines, time.monotonic() + seconds)
    finally:
        process.terminate()
        process.wait(timeout=20)
        reader.join(timeout=5)
        process.stdout.close()
    assert "OFFLINE" not in "\n".join(lines)


def serve_again(first: Served, library: Path, corpus: Path) -> subprocess.CompletedProcess[str]:
    """Run ``python app.py`` on the port of a running server."""
    return subprocess.run(
        [sys.executable, str(ROOT / "app.py")],
        cwd=ROOT,
        env=_environment(library, corpus, {"port": first.address.rsplit(":", 1)[1]}),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def chromium() -> str | None:
    """The path of an installed Chromium or Chrome."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def browser(executable: str) -> Iterator[Browser]:
    """A browser without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        try:
            yield started
        finally:
            started.close()


def ask(page: Page, question: str) -> None:
    """Type a question, and wait until it is answered."""
    # The list of conversations comes with what the page loads first.
    page.locator("#listing nav, #listing p").first.wait_for(state="attached")
    before = page.locator("#chat .question").count()
    page.get_by_role("textbox", name="Question").fill(question)
    page.keyboard.press("Enter")
    page.locator("#chat .question").nth(before).wait_for()
    page.locator("#chat .pending").wait_for(state="detached", timeout=90_000)


def tab(page: Page, name: str) -> None:
    """Open a tab, which may stand in the menu of a narrow page."""
    found = page.get_by_role("tab", name=name, exact=True)
    menu = page.get_by_role("button", name="More tabs")
    if page.evaluate("innerWidth") < 400:
        menu.wait_for()  # The bar is laid out a moment after it is there.
    if not found.count():
        menu.click()
        found = page.locator(".overflow-dropdown").get_by_role("button", name=name)
    found.click()


def look(page: Page, width: int, dark: bool) -> None:
    """Change the width of the window and the system's colours, and wait until the page has them."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme="dark" if dark else "light")
    has_them = "(dark) => document.body.classList.contains('dark') === dark"
    page.wait_for_function(has_them, arg=dark)
    # Colours take a moment to change.
    page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")


def look_up(page: Page, words: str) -> Locator:
    """Type into the box of that tab without pressing Enter; gives the cards, once what was typed
    has been looked up to its end."""
    tab(page, "Look up")
    box = page.get_by_role("textbox", name="Look up")
    box.fill("")
    with page.expect_response(lambda reply: words in (reply.request.post_data or "")):
        box.press_sequentially(words)
    return page.locator("#lookup-results .card")


def _environment(library: Path, corpus: Path, settings: dict[str, str]) -> dict[str, str]:
    chosen = {"library": str(library), "corpus": str(corpus), "port": "0", **settings}
    names = {f"ASSISTANT_{name.upper()}": value for name, value in chosen.items()}
    return {**os.environ, "PYTHONPATH": str(OFFLINE), **names}


def _collect(process: subprocess.Popen[str], lines: list[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line.rstrip("\n"))

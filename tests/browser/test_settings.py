"""What a visitor chooses in the real page, kept in their browser and seen by nobody else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai_server import Script, serving
from playwright.sync_api import Page, expect

from assistant.library import Library
from browser.conftest import LOOKS, Open, Shoot
from browser.served import Served, ask, look, serve, tab
from browser.test_tabs import faults

SOON = 30_000  # milliseconds that a busy machine may take
RAG = "What is retrieval-augmented generation?"
SUPPORTED = "Retrieval-augmented generation enhances the output of a large language model."
HOSTILE = (
    "It is blue: [more](http://example.com) ![x](http://example.com/x.png)"
    " <img src=x onerror='document.title=1'><script>document.title=1</script>"
)


@pytest.fixture(scope="module")
def talking(
    cheat_sheet: Library, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, Script]]:
    """A server beside which an Ollama with one model runs, which nothing names."""
    folders = (cheat_sheet.config.library, cheat_sheet.config.corpus)
    with serving(Script([f"{SUPPORTED} {HOSTILE}."], models=["small:1b", "an-embedder"])) as script:
        environment = pytest.MonkeyPatch()
        environment.setenv("OLLAMA_HOST", script.url.removesuffix("/v1"))
        try:
            with serve(*folders) as running:
                yield running, script
        finally:
            environment.undo()


def choose(page: Page) -> None:
    """Look for chat models, choose the one there is, and three sources."""
    tab(page, "Settings")
    expect(page.locator(".values").first).to_be_visible(timeout=SOON)
    expect(page.locator("#state")).to_contain_text("passages", timeout=90_000)
    page.get_by_role("button", name="Look for chat models").click()
    expect(page.locator("#settings-said")).to_contain_text("Found 1 chat model", timeout=SOON)
    page.get_by_role("radio", name="small:1b (Ollama)").check()
    page.get_by_role("radio", name="Keep and mark").check()
    sources = page.locator("#settings-sources input[type=number]")
    sources.fill("3")
    sources.press("Tab")


def test_models_are_found_chosen_and_kept_for_one_visitor_alone(
    open_page: Open, talking: tuple[Served, Script], shoot: Shoot
) -> None:
    served, script = talking
    mine, other = open_page(served.address), open_page(served.address)
    tab(mine, "Settings")
    expect(mine.locator("#settings-values")).to_contain_text("At this threshold it answers")
    assert script.requests == []
    choose(mine)
    mine.get_by_role("button", name="Test the chat model").click()
    expect(mine.locator("#settings-said")).to_have_text("ollama:small:1b answers", timeout=SOON)
    # What is still under way when a page is left is told as broken off.
    expect(mine.locator("#state")).to_contain_text("passages", timeout=90_000)
    shoot(mine)
    mine.reload()
    ask(mine, RAG)
    ask(other, RAG)
    expect(mine.locator("#chat .note")).to_contain_text("1 sentence of the chat model was marked")
    expect(mine.locator("#chat .answer")).to_contain_text(f"{HOSTILE} (unsupported).")
    assert mine.locator("#chat :is(img, script, .answer a:not(.cite))").count() == 0
    assert mine.title() == "Study assistant"
    shoot(mine, "answered")
    assert mine.locator("#sources .card").count() == 3
    assert other.locator("#sources .card").count() >= 5
    expect(other.locator("#chat .note")).to_have_count(0)
    for page, chosen in ((mine, "small:1b (Ollama)"), (other, "None: quotations alone")):
        tab(page, "Settings")
        expect(page.get_by_role("radio", name=chosen)).to_be_checked(timeout=SOON)
    expect(mine.get_by_role("radio", name="Keep and mark")).to_be_checked()
    expect(other.get_by_role("radio", name="Keep and mark")).to_be_hidden()
    expect(mine.locator("#settings-sources input[type=number]")).to_have_value("3")
    mine.get_by_role("radio", name="Quotations", exact=True).check()
    expect(mine.get_by_role("radio", name="Keep and mark")).to_be_hidden(timeout=SOON)
    tab(mine, "Ask")
    asked = len(script.requests)
    ask(mine, "What is Amazon Lex?")
    assert len(script.requests) == asked


def test_the_settings_fit_every_look(
    open_page: Open, talking: tuple[Served, Script], shoot: Shoot
) -> None:
    page = open_page(talking[0].address)
    choose(page)
    for width, dark, name in LOOKS:
        look(page, width, dark)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        for part in page.locator(".values, .values .origin").all():
            assert part.evaluate("(e) => e.scrollWidth <= e.clientWidth + 1 || !e.clientWidth")
            assert part.evaluate("(e) => e.getClientRects().length") == 1
        shoot(page, name)
    assert faults(page) == []

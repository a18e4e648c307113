"""The report of a run in a real browser, from a file and without any server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from reported_run import ROWS, reported

from assistant.evaluation import report
from assistant.evaluation.run import write


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("report")
    write(reported(place), place / "run")
    return report.write(place / "run").as_uri()


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (360, "light")], ids=str)
def page(request: pytest.FixtureRequest, chrome: Browser, address: str) -> Iterator[Page]:
    """The report, opened; it may ask for nothing but itself and report no error."""
    width, scheme = request.param
    asked: list[str] = []
    faults: list[str] = []
    context = chrome.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    page.on("request", lambda one: asked.append(one.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(address)
    yield page
    context.close()
    assert [url for url in asked if url != "data:,"] == [address]
    assert faults == []


def test_it_opens_in_light_and_dark_on_any_width(page: Page) -> None:
    expect(page).to_have_title("<s>hostile</s> run: evaluation")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    colours = page.evaluate(
        "['color', 'backgroundColor'].map((name) => getComputedStyle(document.body)[name])"
    )
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    ink, paper = (sum(map(int, colour[4:-1].split(","))) for colour in colours)
    assert (ink > paper) == dark
    assert page.locator("svg").count() == 5
    page.get_by_role("button", name="Open or close all").click()
    assert page.locator(".failure:not([open])").count() == 0
    expect(page).to_have_title("<s>hostile</s> run: evaluation")


def test_the_filter_shows_what_is_asked_for(page: Page) -> None:
    entries = page.locator(".failure")
    total = entries.count()
    assert total > 1
    expect(page.locator("#shown")).to_have_text(f"{total} of {total} shown")
    for label, data in (("Failure", "kinds"), ("Category", "category"), ("Split", "split")):
        choice = page.get_by_label(label, exact=True)
        for value in choice.locator("option").evaluate_all("all => all.map((one) => one.value)"):
            choice.select_option(value)
            fits = [value in ("", *found.split()) for found in values(page, data)]
            assert [entries.nth(i).is_visible() for i in range(total)] == fits
            expect(page.locator("#shown")).to_have_text(f"{sum(fits)} of {total} shown")
        choice.select_option("")


def values(page: Page, name: str) -> list[str]:
    found: list[str] = page.locator(".failure").evaluate_all(
        f"all => all.map((one) => one.dataset.{name})"
    )
    return found


def test_a_link_opens_a_question(page: Page, address: str) -> None:
    name = page.locator(".failure").last.get_attribute("id")
    assert name in {f"q-{row['id']}" for row in ROWS}
    page.evaluate("name => { location.hash = encodeURIComponent(name) }", name)
    expect(page.locator(".failure").last).to_have_attribute("open", "")


def test_without_scripts_everything_is_there(chrome: Browser, address: str) -> None:
    context = chrome.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert all(one.is_visible() for one in page.locator(".failure").all())
    assert not page.locator("#filter").is_visible()
    context.close()

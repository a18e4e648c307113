"""Evaluation in the real page: runs are made, looked at, compared and stopped in a browser."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import CLOUDS
from evaluation_set import BAROMETER, YEAST, gold, line, write_lines
from playwright.sync_api import Locator, Page, expect

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.evaluation.bench import Bench
from assistant.evaluation.folders import RUNS, SETS
from browser.conftest import LOOKS, Open, Shoot
from browser.served import Served, look, tab

SET, WORDS, SHIPPED = SETS / "small.jsonl", "words alone", "as it is"

SOON = 30_000  # milliseconds that a busy machine may take

OWNED = "<script>document.title = 'owned'</script><img src=x onerror=alert(1)>"
QUESTION = f"What says {OWNED} of the zebra?"
ROWS = (
    line("pressure", "Which instrument measures air pressure?", gold("clouds.md", BAROMETER)),
    line("wind", "What measures the speed of the wind?", gold("clouds.md", CLOUDS[-53:-1])),
    line("rise", "Why does sourdough bread rise?", gold("bread.txt", YEAST), split="test"),
    line("evil", QUESTION, gold("zebra.md", "at noon"), category="list", split="test"),
    line("yak", "Whence yonder yaks?", gold("zebra.md", "stripes say"), split="test"),
    line("mona", "Who painted the Mona Lisa?", category="off-topic"),
)


@pytest.fixture(scope="module")
def folder(place: Path, small: Served, encoder: SentenceEncoder) -> Path:
    """Where the program is started: below lie a question set, and two runs over it."""
    (place / "eval" / "questions").mkdir(parents=True)
    write_lines(place / SET, ROWS)
    config = load_config(corpus=place / "corpus", library=place / "index", cache=place / "cache")
    bench = Bench(config, {config.encoder: encoder})
    for system, name in (("lexical", WORDS), ("shipped", SHIPPED)):
        bench.keep(place / SET, [system], name, runs=place / RUNS)
    return place


@pytest.fixture
def page(open_page: Open, small: Served, folder: Path) -> Page:
    """The page with this tab open."""
    page = open_page(small.address)
    evaluate(page)
    return page


def evaluate(page: Page) -> None:
    """Open the tab, and wait until the latest run is shown."""
    tab(page, "Evaluate")
    expect(page.locator("#evaluate-figures svg").first).to_be_visible(timeout=SOON)


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=re.compile(f"^{label}"))


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).click()
    found = page.get_by_role("option", name=option, exact=True)
    expect(found).to_have_count(1)  # The list of another field takes a moment to go.
    found.click()


def run(page: Page, system: str, name: str = "", settings: str = "") -> None:
    """Make a run, and wait until it is shown."""
    choose(page, "System", system)
    field(page, "Settings").fill(settings)
    field(page, "Name").fill(name)
    page.get_by_role("button", name="Run", exact=True).click()
    shown = name or "-".join(filter(None, ["small", system, settings]))
    expect(page.locator("#evaluate-state .done")).to_have_text(f"Done: {shown}", timeout=90_000)
    expect(page.locator("#evaluate-figures h2")).to_have_text(shown, timeout=SOON)


def test_a_run_is_made_and_seen(page: Page, folder: Path, shoot: Shoot) -> None:
    expect(page.locator("#evaluate-figures h2")).to_have_text(SHIPPED)
    expect(page.get_by_label("Set", exact=True)).to_have_value("small")
    run(page, "shipped", settings="weight=0.6")
    made = folder / RUNS / "small-shipped-weight=0.6"
    stored = json.loads((made / "metrics.json").read_text("utf-8"))
    own = stored["test"]["nDCG@10"]
    text = f"{own['mean']:.3f} {own['low']:.3f}–{own['high']:.3f}"
    expect(page.locator("#evaluate-figures .tiles dd").first).to_have_text(text)
    row = page.get_by_role("row", name=re.compile("^RR@10"))
    expect(row).to_contain_text(f"{stored['all']['RR@10']['mean']:.3f}")
    expect(page.locator("#evaluate-figures svg").first).to_be_visible()
    shoot(page)
    page.get_by_role("radio", name="all").check()
    own = stored["all"]["nDCG@10"]
    expect(page.locator("#evaluate-figures .tiles dd .v").first).to_have_text(
        f"{own['mean']:.3f}", timeout=SOON
    )
    page.get_by_role("button", name="Where is its report?").click()
    report = page.locator("#evaluate-place code")
    expect(report).to_have_text(str(made / "report.html"), timeout=SOON)
    assert Path(report.inner_text()).is_file()


def test_an_earlier_run_is_looked_at_and_compared(page: Page, shoot: Shoot) -> None:
    choose(page, "Run", SHIPPED)
    expect(page.locator("#evaluate-figures h2")).to_have_text(SHIPPED, timeout=SOON)
    choose(page, "Compare with", WORDS)
    compared = page.locator("#evaluate-comparison")
    expect(compared.get_by_role("heading").first).to_have_text(f"{SHIPPED} compared with {WORDS}")
    cells = compared.get_by_role("row", name=re.compile("^nDCG@10")).get_by_role("cell")
    assert cells.nth(0).inner_text() != cells.nth(1).inner_text()
    assert re.fullmatch(r"[+-]\d\.\d{3} [+-]\d\.\d{3} to [+-]\d\.\d{3}", cells.nth(2).inner_text())
    assert re.fullmatch(r"\d\.\d{3}\*?", cells.nth(3).inner_text())
    assert sum(map(int, cells.nth(4).inner_text().split(" / "))) == 3
    shoot(page)


def test_a_question_shows_what_was_found_by_keyboard(page: Page, shoot: Shoot) -> None:
    choose(page, "Run", SHIPPED)
    expect(page.locator("#evaluate-figures h2")).to_have_text(SHIPPED, timeout=SOON)
    page.get_by_role("tab", name="Questions").click()
    choose(page, "Show", f"all questions ({sum(row['split'] == 'test' for row in ROWS)})")
    entries = page.locator("#evaluate-questions details")
    expect(entries).to_have_count(3, timeout=SOON)
    entry = entries.nth(1)
    expect(entry.locator(".q")).to_have_text(QUESTION)
    entry.locator("summary").focus()
    page.keyboard.press("Enter")
    inside = entry.locator(".inside")
    expect(inside.locator("blockquote footer")).to_have_text(
        "zebra.md · answers in full", timeout=SOON
    )
    expect(inside.locator(".hits li").first).to_be_visible()
    text = "The stripes say ${document.title = 'owned'} {{value}} <img src=x> at noon."
    expect(inside.locator(".hits")).to_contain_text(text)
    assert page.title() == "Study assistant"
    assert page.locator("#evaluate img, #evaluate script").count() == 0
    shoot(page)
    page.get_by_role("tab", name="Ask").click()
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Question")).to_be_focused()


def test_what_cannot_be_run_is_said_and_a_run_can_be_stopped(
    open_page: Open, small: Served, folder: Path
) -> None:
    many = [
        {**ROWS[0], "id": f"q{i}", "question": f"{i} {ROWS[0]['question']}"} for i in range(900)
    ]
    path = write_lines(folder / "many.jsonl", tuple(many))
    page = open_page(small.address)
    evaluate(page)
    field(page, "Settings").fill("depht=1")
    page.get_by_role("button", name="Run", exact=True).click()
    state = page.locator("#evaluate-state")
    expect(state.locator(".failure")).to_contain_text("There is no setting depht.", timeout=SOON)
    field(page, "Settings").fill("")
    field(page, "Name").fill("stopped")
    box = page.get_by_label("Set", exact=True)
    box.fill(str(path))
    box.press("Enter")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(state.get_by_role("progressbar")).to_have_attribute("max", "900", timeout=90_000)
    page.get_by_role("button", name="Stop").click()
    expect(state).to_contain_text("Stopped.", timeout=SOON)
    # The next one waits until the stopped one has ended.
    choose(page, "Set", "small")
    run(page, "dense")
    assert not (folder / RUNS / "stopped").exists()


def test_evaluation_is_readable(page: Page, shoot: Shoot) -> None:
    for width, dark, name in LOOKS:
        look(page, width, dark)
        ink, paper = (
            sum(map(int, re.findall(r"\d+", colour)[:3]))
            for colour in page.locator("#evaluate-figures h2").evaluate(
                "(e) => [e, document.body].map((each, i) =>"
                " getComputedStyle(each)[i ? 'backgroundColor' : 'color'])"
            )
        )
        assert (ink > paper) == dark
        # What a row is called does not run into its figures.
        for row in page.locator("#evaluate-figures tbody th").all():
            assert row.evaluate("(th) => th.scrollWidth <= th.clientWidth"), row.inner_text()
        for part in ("Questions", "Comparison", "Figures"):
            page.get_by_role("tab", name=part).click()
            assert page.evaluate("document.documentElement.scrollWidth") == width
        shoot(page, name)

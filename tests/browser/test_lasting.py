"""What a student keeps open all evening: through a restart, at any zoom, without motion, read."""

from __future__ import annotations

from pathlib import Path

from pdf_files import column, make_pdf
from playwright.sync_api import Page, expect

from assistant.library import Library
from browser.conftest import Open, Shoot
from browser.served import Served, ask, look_up, serve, tab

SOON = 30_000  # milliseconds that a busy machine may take
RAG = "What is retrieval-augmented generation?"
ASKED = "#chat [id^=asked-]"
DRAFT = "and what are its benefits?"
QUOKKA = ("A quokka is a small wallaby.", "It lives on Rottnest Island", "and sleeps in thickets.")


def test_a_page_goes_on_when_the_server_was_started_again(
    open_page: Open, cheat_sheet: Library, shoot: Shoot, faults: list[str]
) -> None:
    folders = (cheat_sheet.config.library, cheat_sheet.config.corpus)
    with serve(*folders) as first:
        page = open_page(first.address)
        ask(page, RAG)
        port = first.address.rpartition(":")[2]
    box = page.get_by_role("textbox", name="Question")
    box.fill(DRAFT)
    box.press("Enter")
    expect(page.get_by_text("Connection to the server was lost.")).to_be_visible(timeout=SOON)
    expect(page.locator("#chat .answer")).to_be_visible()
    shoot(page, "away")
    page.evaluate("window.before = true")
    with serve(*folders, port=port) as second:
        assert second.address == first.address
        # The page finds the server again by itself, and is loaded again.
        page.wait_for_function("!window.before", timeout=90_000)
        expect(page.locator("#state")).to_contain_text("1 document", timeout=90_000)
        expect(page.locator(ASKED)).to_have_text(RAG, timeout=SOON)
        expect(box).to_have_value(DRAFT)
        box.press("Enter")
        expect(page.locator("#chat .answer")).to_have_count(2, timeout=90_000)
        expect(page.locator("#searched-2")).to_contain_text("retrieval-augmented generation")
        expect(box).to_have_value("")
        shoot(page, "back")
        faults[:] = [each for each in faults if "ERR_CONNECTION_REFUSED" not in each]


def test_a_page_that_is_left_while_it_waits_goes_on_when_it_is_loaded_again(page: Page) -> None:
    # Neither page nor server reports an error, which the fixtures see to.
    for wait in (10, 60, 110):  # milliseconds
        page.locator("#listing nav, #listing p").first.wait_for(state="attached")
        page.get_by_role("textbox", name="Question").fill(RAG)
        page.keyboard.press("Enter")
        page.wait_for_timeout(wait)
        page.reload()
    ask(page, "What is drift?")
    expect(page.locator("#chat .answer").last).to_contain_text("drift")


def test_a_dropped_pdf_is_asked_about_removed_and_no_longer_known(
    open_page: Open, small: Served, tmp_path: Path, shoot: Shoot
) -> None:
    pages = [column("Of quokkas"), column(*QUOKKA)]
    make_pdf(pages).write(tmp_path / "quokka.pdf")
    (tmp_path / "islands.txt").write_text("An island is land with water around it.", "utf-8")
    page = open_page(small.address)
    tab(page, "Library")
    page.locator("#documents-drop input[type=file]").set_input_files(
        [tmp_path / "quokka.pdf", tmp_path / "islands.txt"]
    )
    said = page.locator("#documents-said")
    expect(said).to_contain_text("2 added.", timeout=90_000)
    tab(page, "Ask")
    ask(page, "Where does a quokka live?")
    expect(page.locator("#chat .answer")).to_contain_text("Rottnest Island")
    expect(page.locator("#sources .where").first).to_contain_text("uploads/quokka.pdf · p")
    shoot(page, "known")
    tab(page, "Library")
    for left, name in ((5, "quokka.pdf"), (4, "islands.txt")):
        entry = page.locator(".document", has_text=f"uploads/{name}")
        entry.get_by_text("Remove", exact=True).click()
        entry.get_by_role("button", name="Remove from the library").click()
        expect(said).to_contain_text(f"uploads/{name} was removed", timeout=SOON)
        expect(page.locator(".document")).to_have_count(left, timeout=SOON)
    tab(page, "Ask")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#chat .refusal")).to_contain_text("No passage has: quokka", timeout=SOON)
    expect(page.locator("#chat .answer")).to_have_count(1)
    shoot(page, "unknown")


def test_at_twice_the_size_nothing_is_cut_off(page: Page, shoot: Shoot) -> None:
    # A window of 1280 pixels at 200 % has room for 640.
    page.set_viewport_size({"width": 640, "height": 400})
    ask(page, RAG)
    shoot(page, "ask")
    look_up(page, "bias metrics").first.wait_for()
    page.locator("#lookup-results .card button").first.click()
    expect(page.locator("#reader-quote")).to_be_in_viewport(timeout=SOON)
    shoot(page, "reader")
    for name in ("Ask", "Look up", "Reader", "Library", "Evaluate", "Settings"):
        tab(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") == 640, name
        box = page.get_by_role("tabpanel").first.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 640, name


def test_a_small_page_is_scrolled_with_the_wheel_and_by_keys(page: Page, shoot: Shoot) -> None:
    ask(page, RAG)
    for width, height in ((360, 740), (640, 400)):
        page.set_viewport_size({"width": width, "height": height})
        for name in ("Ask", "Settings"):
            tab(page, name)
            page.wait_for_function("document.body.scrollHeight > innerHeight + 300")  # It fills.
            page.evaluate("scrollTo(0, 0)")
            page.mouse.move(width / 2, 40)
            page.mouse.wheel(0, 300)
            page.wait_for_function("scrollY >= 300")
            page.keyboard.press("End")
            page.wait_for_function("scrollY + innerHeight >= document.body.scrollHeight - 1")
            assert page.evaluate("scrollY") > 300, name
        shoot(page, str(width))


MOVING = """() => document.getAnimations().filter((each) => each.playState === "running").length"""

WOULD_MOVE = """() => [...document.body.querySelectorAll("*")].filter((each) => {
  const { animationName, transitionDuration } = getComputedStyle(each);
  return animationName !== "none" || transitionDuration !== "0s";
}).map((each) => each.className)"""


def test_who_wants_no_motion_sees_none(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    ask(page, RAG)
    assert page.evaluate(MOVING) == 0
    assert page.evaluate(WOULD_MOVE) == []
    page.evaluate("""() => {
      window.scrolled = [];
      const before = Element.prototype.scrollIntoView;
      Element.prototype.scrollIntoView = function (how) {
        scrolled.push(how?.behavior);
        return before.call(this, how);
      };
    }""")
    page.locator("#chat .cite").first.click()
    expect(page.locator("#reader-quote")).to_be_in_viewport(timeout=SOON)
    assert "smooth" not in page.evaluate("scrolled")
    assert page.evaluate(MOVING) == 0


def test_a_screen_reader_is_told_what_changes(page: Page) -> None:
    ask(page, RAG)
    assert page.get_by_role("log").count() == 1
    expect(page.get_by_role("log")).to_contain_text("Retrieval-augmented generation (RAG)")
    for name in ("Ask", "Look up", "Reader", "Library", "Evaluate", "Settings"):
        expect(page.get_by_role("tab", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Study assistant")
    expect(page.get_by_role("heading", name="Sources")).to_be_visible()
    look_up(page, "bias metrics").first.wait_for()
    expect(page.locator("#lookup-results").get_by_role("status")).to_have_text("12 passages")

"""Reading in the real page: what was found, one passage after the other, and pages as pictures."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from browser.conftest import GLACIER, Open, Shoot
from browser.served import Served, look_up, tab

SOON = 30_000  # milliseconds that a busy machine may take


def test_a_page_of_a_pdf_is_shown_with_the_cited_words_marked(
    open_page: Open, small: Served, shoot: Shoot
) -> None:
    page = open_page(small.address)
    cards = look_up(page, GLACIER[1])
    expect(cards.first).to_contain_text("glacier.pdf", timeout=SOON)
    cards.first.get_by_role("button", name="Open in the reader").click()
    sheet = page.get_by_role("complementary", name="Page as a picture")
    picture = sheet.get_by_role("img")
    expect(picture).to_have_accessible_name(
        "Page 2 of glacier.pdf. Its text stands beside it. The cited words are marked.",
        timeout=SOON,
    )
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 500
    # Its left edge is at 72 points of 595, its lines at 700 points of 842 from below, and lower.
    paper, mark = picture.bounding_box(), sheet.locator(".sheet-mark").first.bounding_box()
    assert paper is not None
    assert mark is not None
    assert (mark["x"] - paper["x"]) / paper["width"] == pytest.approx(72 / 595, abs=0.02)
    assert 1 - (mark["y"] - paper["y"]) / paper["height"] == pytest.approx(700 / 842, abs=0.05)
    shoot(page)

    # Enlarged, the page is higher than the window, and begins at what is marked.
    page.set_viewport_size({"width": 1280, "height": 260})
    sheet.get_by_role("button", name="Enlarge").click()
    large = page.get_by_role("dialog", name="Page, enlarged")
    expect(large.locator(".sheet-mark").first).to_be_in_viewport()
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 800})

    following = sheet.get_by_role("button", name="Next page")
    following.focus()
    page.keyboard.press("Enter")
    expect(sheet.get_by_role("status")).to_have_text("Page 3")
    expect(sheet.locator(".sheet-mark")).to_have_count(0)
    expect(following).to_be_disabled()
    expect(sheet).to_be_focused()
    sheet.get_by_role("button", name="Enlarge").click()
    expect(large.get_by_role("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(sheet.get_by_role("button", name="Enlarge")).to_be_focused()
    page.locator(".reader-text").get_by_role("button", name="p. 2").click()
    expect(sheet.get_by_role("status")).to_have_text("Page 2")
    page.locator("#reader select").select_option(label="clouds.md")
    expect(page.locator(".reader-text")).to_contain_text("Cumulus", timeout=SOON)
    expect(sheet).to_have_count(0)


def test_the_documents_to_choose_from_show_that_and_their_whole_names(
    open_page: Open, small: Served
) -> None:
    page = open_page(small.address)
    tab(page, "Reader")
    chosen = page.locator("#reader select")
    expect(chosen).not_to_have_css("appearance", "none", timeout=SOON)
    height = "(select) => select.offsetHeight"
    before = chosen.evaluate(height)
    chosen.evaluate("(select) => { select.selectedOptions[0].text = 'a long name '.repeat(5); }")
    assert chosen.evaluate(height) > before


def test_a_page_is_drawn_below_the_text_of_a_narrow_page_when_it_is_looked_at(
    open_page: Open, small: Served, shoot: Shoot
) -> None:
    page = open_page(small.address, 360, dark=True)
    cards = look_up(page, GLACIER[1])
    cards.first.get_by_role("button", name="Open in the reader").click()
    sheet = page.locator(".reader-sheet")
    page.locator(".reader-text").get_by_role("button", name="p. 2").click(timeout=SOON)
    expect(sheet.get_by_role("img")).to_be_in_viewport(timeout=SOON)
    expect(sheet).to_be_focused()
    tops = "[...document.querySelectorAll('.reader-turns, .reader-sheet')].map((e) => e.offsetTop)"
    end_of_text, picture = page.evaluate(tops)
    assert end_of_text < picture
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    shoot(page)


def test_the_reader_steps_through_what_was_found(
    open_page: Open, small: Served, shoot: Shoot
) -> None:
    page = open_page(small.address)
    cards = look_up(page, "what measures the air and what bakes")
    expect(cards.nth(1)).to_be_visible(timeout=SOON)
    count = cards.count()
    cards.first.get_by_role("button", name="Open in the reader").click()
    hits = page.get_by_role("group", name="Passages found")
    expect(hits).to_contain_text(f"Passage 1 of {count}", timeout=SOON)
    expect(hits.get_by_role("button", name="Previous passage")).to_be_disabled()
    hits.get_by_role("button", name="Next passage").click()
    expect(hits).to_contain_text(f"Passage 2 of {count}", timeout=SOON)
    expect(page.locator("#reader-quote")).to_be_in_viewport()
    # Whoever goes on by keyboard presses the same button again, and Esc to go back.
    expect(hits.get_by_role("button", name="Next passage")).to_be_focused()
    page.keyboard.press("Enter")
    expect(hits).to_contain_text(f"Passage 3 of {count}", timeout=SOON)
    page.keyboard.press("Escape")
    opened = cards.first.get_by_role("button", name="Open in the reader")
    expect(opened).to_be_focused()
    page.keyboard.press("Enter")
    expect(hits).to_contain_text(f"Passage 1 of {count}", timeout=SOON)
    page.locator("#reader select").select_option(label="clouds.md")
    outline = page.get_by_role("navigation", name="Outline")
    outline.get_by_role("button", name="Instruments").click()
    expect(page.get_by_role("heading", name="Instruments")).to_be_visible(timeout=SOON)
    shoot(page)
    page.get_by_role("tab", name="Library").click()
    expect(page.locator(".document").first).to_be_visible(timeout=SOON)
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Question")).to_be_focused()

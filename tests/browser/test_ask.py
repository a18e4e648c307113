"""Asking in the real page: real server, real encoder, real browser, no way out of the computer."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.library import Library
from browser.conftest import Open
from browser.served import SHEET, Served, ask, serve, serve_again

RAG = "What is retrieval-augmented generation?"
FRANCE = "What is the capital of France?"
ASKED = "#chat [id^=asked-]"
HOSTILE = """\
The zebra protocol

The zebra protocol says <script>document.title = "owned"</script> that its stripes are \
<img src=x onerror="document.title = 'owned'"> counted twice a day.

![stripes](http://example.com/zebra.png) and [a link](http://example.com/zebra) stand beside them.

- **Zebra stripes** are ${document.title = "owned"} {{value}} $$x$$ <b>wide</b> in the morning.
"""

Shoot = Callable[[Page], None]


def folded(text: str) -> str:
    return " ".join(re.sub(r"[*|]|^[-•]\s", " ", text, flags=re.MULTILINE).split())


def test_an_answer_and_the_words_it_rests_on(page: Page, shoot: Shoot) -> None:
    ask(page, RAG)
    answer = page.locator("#chat .answer")
    expect(answer).to_contain_text("Retrieval-augmented generation (RAG) is a technique")
    assert answer.locator(".cite").first.inner_text() == "1"

    card = page.locator("#sources .card").first
    assert card.locator(".marker").first.inner_text() == "1"
    expect(card.locator(".path")).to_contain_text("Data Formats & ML Concepts")
    expect(card.locator(".where")).to_contain_text(SHEET.name)
    expect(card.locator(".where")).to_contain_text(re.compile(r"pp?\. 2[789]"))
    # The heading right above the quoted words is quoted with them; its number is left out.
    marked = [folded(text) for text in card.locator("mark").all_inner_texts()]
    sheet, said = folded(SHEET.read_text(encoding="utf-8")), folded(answer.inner_text())
    assert len(marked) >= 2
    assert [text for text in marked if text not in sheet] == []
    assert [text for text in marked if re.sub(r"^\d+\. ", "", text) not in said] == []
    shoot(page)


def test_a_citation_points_and_leads_to_its_card(page: Page) -> None:
    ask(page, RAG)
    ask(page, "Which services does AWS offer for vector databases?")
    first_turn, second_turn = page.locator("#sources .turn").all()
    expect(first_turn).to_be_hidden()
    expect(second_turn).to_be_visible()

    last = page.locator("#chat .answer").nth(1).locator(".cite").last
    last.hover()
    expect(page.locator("#sources .card.pointed .marker").last).to_have_text(last.inner_text())
    last.click()
    expect(page.locator("#sources .card.picked .marker").last).to_have_text(last.inner_text())
    expect(page.locator(last.get_attribute("href") or "")).to_be_in_viewport()

    page.locator("#chat .answer").first.locator(".cite").first.click()
    expect(first_turn).to_be_visible()
    expect(second_turn).to_be_hidden()
    expect(page.locator("#quote-1-1")).to_be_in_viewport()


def test_a_refusal_looks_different_and_offers_the_nearest_passages(
    page: Page, shoot: Shoot
) -> None:
    ask(page, FRANCE)
    refusal = page.locator("#chat .refusal")
    expect(refusal).to_contain_text("I found nothing in your library that answers this.")
    expect(page.locator("#chat .answer")).to_have_count(0)
    expect(page.locator("#sources .sources-title")).to_have_text("Nearest passages")
    link = refusal.get_by_role("link").nth(1)
    link.click()
    expect(page.locator("#sources .card.picked h3")).to_have_text(link.inner_text())
    shoot(page)


def test_a_new_library_is_built_and_markup_in_a_document_is_shown_as_text(
    open_page: Open, tmp_path: Path, shoot: Shoot
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "zebra.txt").write_text(HOSTILE, encoding="utf-8")
    with serve(tmp_path / "index", tmp_path / "corpus") as fresh:
        assert "added     zebra.txt" in fresh.lines
        page = open_page(fresh.address)
        ask(page, "What does the zebra protocol say about its stripes?")
        ask(page, "<img src=x onerror='document.title=1'> ![z](http://example.com/z.png) zebra")
        chat, sources = page.locator("#chat"), page.locator("#sources")
        for text in (chat.inner_text(), sources.inner_text()):
            assert '<script>document.title = "owned"</script> that its stripes are <img' in text
            assert "![stripes](http://example.com/zebra.png) and [a link]" in text
        expect(page.locator("#chat .question").nth(1)).to_contain_text("<img src=x onerror=")
        assert page.title() == "Study assistant"
        assert page.locator("#chat img, #sources img, #chat script, #sources script").count() == 0
        assert page.locator("#sources a, #chat a:not([href^='#'])").count() == 0
        shoot(page)


def test_an_example_is_asked_at_a_click_and_a_conversation_can_be_ended(page: Page) -> None:
    example = page.locator("#chat .example").first
    question = example.inner_text()
    example.click()
    expect(page.locator(ASKED)).to_have_text(question)
    expect(page.locator("#chat .answer")).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(ASKED)).to_have_count(0)
    expect(page.locator("#sources .card")).to_have_count(0)
    expect(page.get_by_role("textbox", name="Question")).to_be_focused()
    ask(page, RAG)
    expect(page.locator(ASKED)).to_have_text(RAG)


def test_two_visitors_do_not_see_each_other(open_page: Open, server: Served) -> None:
    one, two = open_page(server.address), open_page(server.address)
    ask(one, RAG)
    ask(two, FRANCE)
    ask(one, "What is drift?")
    assert one.locator(ASKED).all_inner_texts() == [RAG, "What is drift?"]
    assert two.locator(ASKED).all_inner_texts() == [FRANCE]
    assert two.locator("#sources .turn").count() == 1


def test_by_keyboard_alone(page: Page) -> None:
    box = page.get_by_role("textbox", name="Question")
    expect(box).to_be_focused()
    page.keyboard.type(RAG)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .answer")).to_be_visible(timeout=90_000)
    page.locator("#chat .cite").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sources .card").first).to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .question")).to_have_count(1)


@pytest.mark.parametrize(
    ("width", "dark"),
    [(1280, True), (360, False), (360, True)],
    ids=["dark", "narrow", "narrow-dark"],
)
def test_dark_and_narrow(
    open_page: Open, server: Served, shoot: Shoot, width: int, dark: bool
) -> None:
    page = open_page(server.address, width, dark)
    ask(page, "Which bias metric measures data imbalance across facets?")
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
    assert (brightness < 64) == dark
    assert (brightness > 192) != dark
    assert page.evaluate("document.documentElement.scrollWidth") == width
    expect(page.locator("#sources .card").first).to_be_visible()
    shoot(page)


def test_a_question_asked_while_the_encoder_loads_is_answered(
    open_page: Open, cheat_sheet: Library
) -> None:
    folders = (cheat_sheet.config.library, cheat_sheet.config.corpus)
    with serve(*folders) as fresh:
        page = open_page(fresh.address)
        expect(page.locator("#state")).to_contain_text("Loading the language encoder…")
        ask(page, RAG)
        expect(page.locator("#chat .answer")).to_be_visible()
        expect(page.locator("#state p")).to_have_text(re.compile(r"^1 document, \d+ passages$"))
        second = serve_again(fresh, *folders)
        assert second.stdout == f"The assistant is already running at {fresh.address}\n"
        assert second.returncode == 0


def test_an_error_is_a_sentence_on_the_page(
    open_page: Open, cheat_sheet: Library, tmp_path: Path, shoot: Shoot
) -> None:
    folders = (cheat_sheet.config.library, cheat_sheet.config.corpus)
    with serve(*folders, encoder=str(tmp_path / "no-such-encoder")) as broken:
        page = open_page(broken.address)
        expect(page.locator("#state .failure")).to_be_visible(timeout=90_000)
        ask(page, RAG)
        expect(page.locator("#chat .failure")).to_contain_text("encoder")
        assert "Traceback" not in page.locator("body").inner_text()
        assert "Traceback" not in broken.output
        shoot(page)

"""Asking in the real page: real server, real encoder, real browser, no way out of the computer."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from assistant.library import Library
from browser.conftest import LOOKS, Open, Shoot
from browser.served import SHEET, Served, ask, look, serve

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


@pytest.fixture(scope="module", autouse=True)
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that builds the library of one document first; it is ready when it is needed."""
    folder = tmp_path_factory.mktemp("fresh")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "zebra.txt").write_text(HOSTILE, encoding="utf-8")
    with serve(folder / "index", folder / "corpus") as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def broken(cheat_sheet: Library, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose encoder is not there."""
    folders = (cheat_sheet.config.library, cheat_sheet.config.corpus)
    missing = tmp_path_factory.mktemp("broken") / "no-such-encoder"
    with serve(*folders, encoder=str(missing)) as running:
        yield running


def folded(text: str) -> str:
    return " ".join(re.sub(r"[*|`]|^[-•]\s", " ", text, flags=re.MULTILINE).split())


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
    marked = [folded(text) for text in page.locator("#sources mark").all_inner_texts()]
    sheet, said = folded(SHEET.read_text(encoding="utf-8")), folded(answer.inner_text())
    assert len(marked) >= 2
    assert [text for text in marked if text not in sheet] == []
    assert [text for text in marked if re.sub(r"^\d+\. ", "", text) not in said] == []
    shoot(page)


def test_a_citation_points_to_its_card_and_opens_its_words(page: Page) -> None:
    ask(page, RAG)
    ask(page, "Which services does AWS offer for vector databases?")
    first_turn, second_turn = page.locator("#sources .turn").all()
    expect(first_turn).to_be_hidden()
    expect(second_turn).to_be_visible()
    cites = page.locator("#chat .answer").nth(1).locator(".cite")
    assert cites.count() > 1
    last = cites.last
    last.hover()
    expect(page.locator("#sources .card.pointed .marker").last).to_have_text(last.inner_text())

    quoted = page.locator(last.get_attribute("href") or "").inner_text()
    last.click()
    opened = page.locator("#reader-quote")
    expect(opened).to_be_in_viewport()
    # The Reader shows a heading that is quoted without its closing colon.
    assert folded(opened.inner_text()) == folded(quoted).rstrip(":")
    hits = page.get_by_role("group", name="Passages found")
    markers = second_turn.locator(".marker").count()
    expect(hits).to_contain_text(f"Passage {last.inner_text()} of {markers}")
    hits.get_by_role("button", name="Back to Ask").click()
    expect(last).to_be_focused()
    expect(page.locator("#sources .card.picked .marker").last).to_have_text(last.inner_text())

    page.locator("#chat .answer").first.locator(".cite").first.hover()
    expect(first_turn).to_be_visible()
    expect(second_turn).to_be_hidden()
    expect(page.locator("#sources .card.pointed #quote-1-1")).to_be_in_viewport()


def test_a_question_sent_as_early_as_can_be_is_answered_and_stays(
    open_page: Open, server: Served
) -> None:
    page = open_page(server.address, wait=False)
    page.get_by_role("textbox", name="Question").fill(RAG)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .answer")).to_be_visible(timeout=90_000)
    # What the page loads first has come when the list of conversations is there.
    page.locator("#listing nav").wait_for(state="attached")
    expect(page.locator("#listing .open[aria-current]")).to_contain_text(RAG)
    expect(page.locator(ASKED)).to_have_text(RAG)
    expect(page.locator("#sources .card").first).to_be_visible()


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
    open_page: Open, fresh: Served, shoot: Shoot
) -> None:
    page = open_page(fresh.address)
    assert "added     zebra.txt" in fresh.lines
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


def test_what_is_typed_while_an_answer_comes_stays(page: Page) -> None:
    box = page.get_by_role("textbox", name="Question")
    box.fill(RAG)
    # What stands in the box is read a moment after the key, which nobody types as fast as.
    with page.expect_request(lambda sent: RAG in (sent.post_data or "")):
        page.keyboard.press("Enter")
    box.fill("and its bene")
    expect(page.locator("#chat .answer")).to_be_visible(timeout=90_000)
    expect(box).to_have_value("and its bene")
    page.keyboard.type("fits?")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .answer")).to_have_count(2, timeout=90_000)
    expect(page.locator("#searched-2")).to_contain_text("benefits")
    expect(box).to_have_value("")


def test_by_keyboard_alone(page: Page, shoot: Shoot) -> None:
    box = page.get_by_role("textbox", name="Question")
    expect(box).to_be_focused()
    page.keyboard.type(RAG)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .answer")).to_be_visible(timeout=90_000)
    cite = page.locator("#chat .cite").first
    cite.focus()
    expect(page.locator("#sources .card.pointed")).to_be_in_viewport()
    shoot(page)
    page.keyboard.press("Enter")
    expect(page.locator("#reader-quote")).to_be_in_viewport()
    expect(page.locator(".reader-text")).to_be_focused()
    # "Next", "Back to Ask"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Back to Ask")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cite).to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .question")).to_have_count(1)


def test_the_sources_are_those_of_the_answer_that_is_read(page: Page, shoot: Shoot) -> None:
    ask(page, RAG)
    ask(page, FRANCE)
    ask(page, "Which bias metric measures data imbalance across facets?")
    shown = page.locator("#sources .turn:visible")
    expect(shown).to_have_attribute("data-place", "3")
    page.locator("#chat .question").nth(2).hover()
    page.mouse.wheel(0, -20_000)
    expect(shown).to_have_attribute("data-place", "1")
    shoot(page)
    page.mouse.wheel(0, 20_000)
    expect(shown).to_have_attribute("data-place", "3")


def test_dark_and_narrow(page: Page, shoot: Shoot) -> None:
    ask(page, "Which bias metric measures data imbalance across facets?")
    for width, dark, name in LOOKS:
        look(page, width, dark)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        brightness = sum(map(int, re.findall(r"\d+", colour)[:3])) / 3
        assert (brightness < 64) == dark
        assert (brightness > 192) != dark
        assert page.evaluate("document.documentElement.scrollWidth") == width
        expect(page.locator("#sources .card").first).to_be_visible()
        shoot(page, name)


def test_an_error_is_a_sentence_on_the_page(open_page: Open, broken: Served, shoot: Shoot) -> None:
    page = open_page(broken.address)
    expect(page.locator("#state .failure")).to_be_visible(timeout=90_000)
    ask(page, RAG)
    expect(page.locator("#chat .failure")).to_contain_text("encoder")
    assert "Traceback" not in page.locator("body").inner_text()
    assert "Traceback" not in broken.output
    shoot(page)

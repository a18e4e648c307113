"""Conversations in the real page: follow-ups, what was searched, thumbs, the list, stopping."""

from __future__ import annotations

import json
import re
from pathlib import Path

from openai_server import Script, serving
from playwright.sync_api import Page, expect

from assistant.conversations import Conversations
from assistant.library import Library
from browser.conftest import Open, Shoot
from browser.served import Served, ask, serve, serve_again

RAG = "What is retrieval-augmented generation?"
ASKED = "#chat [id^=asked-]"
OPEN = "#listing .open[aria-current]"


def answered(page: Page, count: int) -> None:
    """Wait until so many questions are asked, and the last is answered."""
    expect(page.locator(ASKED)).to_have_count(count, timeout=30_000)
    expect(page.locator("#chat .pending")).to_have_count(0, timeout=90_000)


def test_a_follow_up_shows_what_is_searched_and_that_can_be_changed(
    page: Page, shoot: Shoot
) -> None:
    ask(page, "What is Amazon Lex?")
    ask(page, "and Amazon Polly?")
    expect(page.locator("#searched-2")).to_have_text("What is Amazon Polly?")
    expect(page.locator("#sources .turn").nth(1)).to_contain_text("Polly")

    page.get_by_role("button", name="Change", exact=True).click()
    field = page.get_by_role("textbox", name="Change what is searched for")
    expect(field).to_have_value("What is Amazon Polly?")
    field.fill("What is Amazon Kendra?")
    shoot(page)
    page.keyboard.press("Enter")
    answered(page, 3)
    expect(page.locator(ASKED).nth(2)).to_have_text("What is Amazon Kendra?")
    expect(page.locator("#searched-3")).to_have_count(0)
    expect(page.locator("#chat .answer").nth(2)).to_contain_text("Kendra")


def test_a_question_is_edited_asked_again_and_left_as_it_was(page: Page) -> None:
    ask(page, "What is Amazon Lex?")
    edit = page.get_by_role("button", name="Edit")
    edit.click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(edit).to_be_focused()
    edit.click()
    page.get_by_role("textbox", name="Change the question").fill("What is Amazon Polly?")
    page.keyboard.press("Enter")
    answered(page, 2)
    page.get_by_role("button", name="Retry").first.click()
    answered(page, 3)
    asked = ["What is Amazon Lex?", "What is Amazon Polly?", "What is Amazon Lex?"]
    assert page.locator(ASKED).all_inner_texts() == asked
    said = page.locator("#chat .answer").all_inner_texts()
    assert said[0] == said[2] != said[1]


def test_a_reload_finds_the_conversation_and_another_is_opened(page: Page, shoot: Shoot) -> None:
    ask(page, "What is Amazon Textract?")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(ASKED)).to_have_count(0)
    ask(page, "What is Amazon Translate?")
    said = page.locator("#chat .answer").inner_text()
    expect(page.locator(OPEN)).to_contain_text("What is Amazon Translate?")

    page.reload()
    expect(page.locator(ASKED)).to_have_text("What is Amazon Translate?", timeout=30_000)
    assert page.locator("#chat .answer").inner_text() == said
    page.locator("#chat .cite").first.hover()
    expect(page.locator("#sources .card.pointed #quote-1-1").first).to_be_in_viewport()
    shoot(page)

    search = page.get_by_role("textbox", name="Search conversations")
    search.fill("textract")
    expect(page.locator("#listing .open", has_text="Translate?")).to_have_count(0, timeout=30_000)
    page.locator("#listing .open", has_text="What is Amazon Textract?").first.click()
    expect(page.locator(ASKED)).to_have_text("What is Amazon Textract?", timeout=30_000)
    ask(page, "and Amazon Translate?")
    expect(page.locator("#searched-2")).to_have_text("What is Amazon Translate?")


def test_a_conversation_is_renamed_saved_and_deleted(page: Page, shoot: Shoot) -> None:
    ask(page, "What is Amazon Comprehend?")
    entry = page.locator("#listing .entry[aria-current]")
    entry.locator("summary").click()
    page.get_by_role("button", name="Rename…").click()
    page.get_by_role("textbox", name="Rename the conversation").fill("Words <b>&</b> so")
    page.keyboard.press("Enter")
    expect(entry.locator(".title")).to_have_text("Words <b>&</b> so")

    for name, check in (("Markdown", str), ("JSON", json.loads)):
        entry.locator("summary").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=f"Save as {name}").click()
        text = Path(download.value.path()).read_text(encoding="utf-8")
        assert "What is Amazon Comprehend?" in str(check(text))
        assert download.value.suggested_filename.startswith("Words-b-b-so.")

    entry.locator("summary").click()
    page.get_by_role("button", name="Delete…").click()
    shoot(page)
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(ASKED)).to_have_count(1)
    expect(entry.locator("summary")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete…").click()
    page.get_by_role("button", name="Delete", exact=True).press("Enter")
    expect(page.locator(ASKED)).to_have_count(0)
    expect(page.locator("#listing .title", has_text="Words <b>&</b> so")).to_have_count(0)
    # None is left in this browser's list, so by keyboard one goes on above it.
    expect(page.get_by_role("textbox", name="Search conversations")).to_be_focused()
    page.reload()
    expect(page.locator("#chat .example").first).to_be_visible()


def test_a_thumb_with_its_reason_is_kept(page: Page, cheat_sheet: Library, shoot: Shoot) -> None:
    ask(page, "What is Amazon Forecast?")
    down = page.get_by_role("button", name="Not helpful")
    down.focus()
    page.keyboard.press("Enter")
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(down).to_be_focused()
    page.get_by_role("button", name="Say why").click()
    page.keyboard.type("It is <i>too</i> long.")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .reason")).to_have_text("It is <i>too</i> long.")
    name = page.locator(OPEN).get_attribute("value") or ""
    kept = Conversations(cheat_sheet.config.library).open(name).turns[0]
    assert (kept.thumb, kept.reason) == ("down", "It is <i>too</i> long.")
    shoot(page)


def test_an_answer_is_copied_and_a_neighbour_is_asked(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, RAG)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"{RAG}\n\n")
    assert "\n[1] aws-mla-c01-cheat-sheet.txt, pp. 27" in copied
    offer = page.locator("#chat .offer").first
    title = offer.inner_text()
    offer.click()
    answered(page, 2)
    expect(page.locator(ASKED).nth(1)).to_have_text(title)
    expect(page.locator("#chat .answer")).to_have_count(2)


def test_two_visitors_do_not_see_each_other_and_go_on_with_their_own(
    open_page: Open, server: Served, shoot: Shoot
) -> None:
    one, two = open_page(server.address), open_page(server.address)
    mine = ["What is Amazon Rekognition?", "What is drift?"]
    ask(one, mine[0])
    ask(two, "What is the capital of France?")
    ask(one, mine[1])
    assert two.locator("#sources .turn").count() == 1
    for page, asked in ((one, mine), (two, ["What is the capital of France?"])):
        expect(page.locator(ASKED)).to_have_text(asked)
        page.reload()
        expect(page.locator(ASKED)).to_have_text(asked, timeout=30_000)
        shoot(page, "one" if page is one else "two")


def test_a_browser_lists_what_was_begun_in_it_and_what_an_address_opened(
    open_page: Open, server: Served, shoot: Shoot
) -> None:
    one, two = open_page(server.address), open_page(server.address)
    ask(one, "What is Amazon Personalize?")
    ask(two, "What is AWS Glue DataBrew?")
    mine = two.locator("#listing .open")
    expect(mine).to_have_text(re.compile("^What is AWS Glue DataBrew?"))
    two.get_by_role("textbox", name="Search conversations").fill("personalize")
    expect(mine).to_have_count(0)
    shoot(two, "none")

    # Who knows its id opens it in another browser, which lists it from then on.
    name = one.locator(OPEN).get_attribute("value")
    two.goto(f"{server.address}/?conversation={name}")
    expect(two.locator(ASKED)).to_have_text("What is Amazon Personalize?", timeout=30_000)
    expect(two).to_have_url(f"{server.address}/")
    expect(mine).to_have_count(2)
    shoot(two, "both")

    # Another page of the same browser begins one, and this page lists it too.
    beside = two.context.new_page()
    beside.goto(server.address)
    expect(beside.locator(ASKED)).to_have_count(1, timeout=30_000)
    beside.get_by_role("button", name="New conversation").click()
    expect(beside.locator(ASKED)).to_have_count(0, timeout=30_000)
    ask(beside, "What is Amazon Macie?")
    two.get_by_role("textbox", name="Search conversations").fill("macie")
    expect(mine).to_have_text([re.compile("^What is Amazon Macie")])
    beside.close()


def test_the_list_is_behind_a_button_on_a_narrow_page(
    open_page: Open, server: Served, shoot: Shoot
) -> None:
    page = open_page(server.address, 360, dark=True)
    ask(page, RAG)
    ask(page, "and its benefits?")
    expect(page.locator("#listing")).to_be_hidden()
    toggle = page.get_by_role("button", name="Conversations", exact=True)
    toggle.click()
    expect(toggle).to_have_attribute("aria-expanded", "true")
    expect(page.locator(OPEN)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    shoot(page)
    page.keyboard.press("Escape")
    expect(page.locator("#listing")).to_be_hidden()


def test_a_chat_model_asked_while_the_encoder_loads_answers_and_is_stopped(
    open_page: Open, cheat_sheet: Library, shoot: Shoot
) -> None:
    said = "RAG is a technique that enhances the output of large language models. "
    pieces = [word + " " for word in (said + "It goes on and on. " * 200).split()]
    folders = (cheat_sheet.config.library, cheat_sheet.config.corpus)
    with (
        serving(Script(pieces=pieces, pause=0.05)) as model,
        serve(*folders, llm="openai:local", llm_url=model.url) as talking,
    ):
        page = open_page(talking.address)
        expect(page.locator("#state")).to_contain_text("Loading the language encoder…")
        page.get_by_role("textbox", name="Question").fill(RAG)
        page.keyboard.press("Enter")
        expect(page.locator("#chat .answer")).to_contain_text("enhances", timeout=90_000)
        expect(page.locator("#state p")).to_have_text(re.compile(r"^1 document, \d+ passages$"))
        shoot(page)
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#chat .note")).to_have_text("Stopped before it was whole.")
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
        expect(page.locator("#chat .answer")).to_contain_text("enhances")
        second = serve_again(talking, *folders)
        assert second.stdout == f"The assistant is already running at {talking.address}\n"
        assert second.returncode == 0

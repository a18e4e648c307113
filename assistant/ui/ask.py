"""The Ask tab, put together: kept conversations, the open one, and the sources of its answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from assistant.library import Library
from assistant.ui.asking import MOST_CHARACTERS
from assistant.ui.conversation import NO_SOURCES, Opened
from assistant.ui.desk import Desk, asks
from assistant.ui.history import Memory
from assistant.ui.models import Models

WELCOME = "## Ask your documents\nAnswers are their exact words, with the page they stand on."
SCRIPT = Path(__file__).with_name("ask.js")
DIALOG = Path(__file__).with_name("ask.html")
REMEMBER = "(...given) => given.map(studyRemember)"  # in question.js
BAR = (
    '<button type="button" id="history-toggle" aria-controls="history" aria-expanded="false">'
    "Conversations</button>"
)


class Parts(NamedTuple):
    """What shows the open conversation, in the order in which it is always given."""

    opened: gr.State
    chat: gr.Chatbot
    cards: gr.HTML
    box: gr.Textbox
    listing: gr.HTML
    memory: gr.BrowserState


class Sides(NamedTuple):
    """What else is listened to, or says what is wanted."""

    new: gr.Button
    words: gr.Textbox
    buttons: gr.HTML
    wishes: gr.BrowserState


def tab(library: Library, page: gr.Blocks, models: Models, wishes: gr.BrowserState) -> None:
    """Put the tab into the page under construction; it is filled when the page is opened.

    ``wishes`` are how the visitor wants to be answered.
    """
    desk = Desk(library, models)

    def export(given: list[Any]) -> dict[str, str]:  # Gradio marks it, which a method is not for.
        return desk.export(given)

    with gr.Row(elem_id="ask", equal_height=True):
        with gr.Column(scale=1, min_width=200, elem_id="history"):
            new = gr.Button("New conversation", elem_id="new")
            words = _search_box()
            listing = _html("", elem_id="listing")
        with gr.Column(scale=3, min_width=320, elem_id="conversation"):
            _html(BAR, elem_id="ask-bar")
            chat = _chat()
            box = _question_box()
            buttons = gr.HTML(
                DIALOG.read_text(encoding="utf-8"),
                elem_id="ask-actions",
                js_on_load=SCRIPT.read_text(encoding="utf-8"),
                apply_default_css=False,
                server_functions=[export],
            )
        with gr.Column(scale=2, min_width=320, elem_id="beside"):
            cards = _html(NO_SOURCES, elem_id="sources")
    parts = Parts(gr.State(Opened()), chat, cards, box, listing, _memory())
    _listen(desk, parts, Sides(new, words, buttons, wishes))
    page.load(desk.load, [parts.memory, words], [*parts], **_remembering())


def _listen(desk: Desk, parts: Parts, sides: Sides) -> None:
    new, words, buttons, wishes = sides
    given = [parts.memory, words]
    asked = gr.on(
        [parts.box.submit, buttons.submit, parts.chat.example_select],
        desk.answer,
        [parts.box, parts.opened, *given, wishes],
        [*parts],
        concurrency_limit=4,
        trigger_mode="always_last",  # What is asked meanwhile is asked next.
        **_remembering(),
    )
    parts.box.stop(desk.stop, **_quiet())
    instead: dict[str, Any] = {"outputs": [*parts], "cancels": [asked], **_remembering()}
    new.click(desk.new, given, **instead)
    buttons.select(desk.open, given, **instead)
    buttons.delete(desk.delete, [parts.opened, *given], [*parts], **_remembering())
    buttons.edit(desk.rename, given, parts.listing, **_remembering())
    buttons.like(desk.rate, parts.opened, [parts.opened, parts.chat], **_quiet())
    words.change(desk.search, [words, parts.memory], parts.listing, **_remembering())
    parts.memory.change(None, parts.memory, None, js=REMEMBER)


def _quiet() -> dict[str, Any]:
    """What all events have in common: they show their own progress, or need none."""
    return {"show_progress": "hidden", "api_visibility": "private"}


def _remembering() -> dict[str, Any]:
    """What events have in common that are told what the browser remembers."""
    return {"js": REMEMBER, **_quiet()}


def _memory() -> gr.BrowserState:
    """What the browser remembers. It is no secret from whoever uses the browser, and has to be
    readable after the server was started again, so its key is no secret either."""
    key = "study-assistant"
    return gr.BrowserState(Memory().stored(), storage_key=key, secret=key)


def _html(value: str, elem_id: str) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)


def _chat() -> gr.Chatbot:
    return gr.Chatbot(
        label="Conversation",
        show_label=False,
        container=False,
        elem_id="chat",
        layout="panel",
        autoscroll=False,  # The page's script brings each new question to the top.
        height="100%",
        buttons=[],
        feedback_options=None,
        placeholder=WELCOME,
        # Messages are HTML made and escaped in this package; Markdown would let a document's text
        # become links and pictures. Sanitising them again in the browser is a second lock.
        render_markdown=False,
        sanitize_html=True,
        allow_tags=False,
        latex_delimiters=[],
    )


def _question_box() -> gr.Textbox:
    return gr.Textbox(
        label="Question",
        show_label=False,
        container=False,
        placeholder="Type a question",
        elem_id="question",
        lines=1,
        max_lines=6,
        max_length=MOST_CHARACTERS,
        autofocus=True,
        **asks(),
    )


def _search_box() -> gr.Textbox:
    return gr.Textbox(
        label="Search conversations",
        show_label=False,
        container=False,
        placeholder="Search conversations",
        elem_id="search-conversations",
        max_length=200,
    )

"""The Ask tab: the conversation, and beside it the sources of its answers.

What is on the page is a function of the turns so far, and those belong to one visitor: Gradio keeps
them in that visitor's session and hands them to every call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import gradio as gr
from gradio.components.chatbot import ExampleMessage

from assistant.errors import AssistantError
from assistant.types import Answer
from assistant.ui import reply
from assistant.ui.cards import sources
from assistant.ui.examples import suggest

NOTHING_QUOTED = '<p class="empty">This question was not answered, so it has no sources.</p>'
NO_SOURCES = '<p class="empty">The passages an answer rests on appear here, word for word.</p>'
WELCOME = "## Ask your documents\nAnswers are their exact words, with the page they stand on."
MOST_CHARACTERS = 2000


class Asked(Protocol):
    """What this tab needs of a library."""

    def ask(self, question: str) -> Answer:
        """Answer one question; may wait for the encoder."""

    def headings(self) -> list[tuple[str, ...]]:
        """The heading paths of all documents, in order."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it, as HTML: what is ``said`` and the ``cards`` beside it."""

    question: str
    said: str = reply.PENDING
    cards: str = ""


View = tuple[list[Turn], list[gr.MessageDict], str, Any]


def ask(library: Asked, question: str, turns: Sequence[Turn]) -> Iterator[View]:
    """Yield turns, conversation, sources and question box: with the question, then answered."""
    asked = question.strip()
    if not asked:
        yield [*turns], conversation(turns), panel(turns), ""
        return
    waiting = [*turns, Turn(asked)]
    yield waiting, conversation(waiting), panel(turns), ""
    answered = [*turns, answered_turn(library, asked, len(waiting))]
    # What has been typed meanwhile stays in the box.
    yield answered, conversation(answered), panel(answered), gr.skip()


def answered_turn(library: Asked, question: str, number: int) -> Turn:
    """The turn of this number with its answer, or with the error in words."""
    try:
        answer = library.ask(question)
    except Exception as error:
        return Turn(question, reply.failure(reply.in_words(error)), NOTHING_QUOTED)
    return Turn(question, reply.answer(number, answer), sources(number, answer) or NOTHING_QUOTED)


def conversation(turns: Sequence[Turn]) -> list[gr.MessageDict]:
    """The messages of the chat, as HTML in which only this package's own tags occur."""
    messages: list[gr.MessageDict] = []
    for turn in turns:
        messages.append({"role": "user", "content": reply.question(turn.question)})
        messages.append({"role": "assistant", "content": turn.said})
    return messages


def panel(turns: Sequence[Turn]) -> str:
    """The source cards of every turn so far; those of the last one are in view."""
    sections = [
        f'<section class="turn"{"" if turn is turns[-1] else " hidden"}>{turn.cards}</section>'
        for turn in turns
    ]
    return "".join(sections) or NO_SOURCES


def examples(library: Asked) -> list[ExampleMessage]:
    """First questions for an empty conversation, from the library's own headings."""
    try:
        return [{"text": question} for question in suggest(library.headings())]
    except AssistantError:
        return []  # The header of the page says what is wrong with the library.


def tab(library: Asked) -> gr.Chatbot:
    """Put the tab into the page under construction; returns the conversation."""
    turns = gr.State(list[Turn]())
    with gr.Row(elem_id="ask", equal_height=True):
        with gr.Column(scale=3, min_width=320, elem_id="conversation"):
            chat = _chat()
            box = _question_box()
        with gr.Column(scale=2, min_width=320, elem_id="beside"):
            cards = gr.HTML(NO_SOURCES, elem_id="sources", js_on_load=None, apply_default_css=False)

    def answer(question: str, so_far: list[Turn]) -> Iterator[View]:
        yield from ask(library, question, so_far)

    shown = [turns, chat, cards, box]
    asked: dict[str, Any] = {
        "fn": answer,
        "inputs": [box, turns],
        "outputs": shown,
        "show_progress": "hidden",
        "concurrency_limit": 4,
        "api_visibility": "private",
    }
    box.submit(**asked)
    chat.example_select(_chosen, outputs=box, api_visibility="private").then(**asked)
    chat.clear(_forget, outputs=[turns, cards], api_visibility="private")
    return chat


def _chosen(event: gr.SelectData) -> str:
    return cast(str, event.value["text"])


def _forget() -> tuple[list[Turn], str]:
    return [], NO_SOURCES


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
        submit_btn="Ask",
    )

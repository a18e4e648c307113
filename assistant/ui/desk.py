"""What happens at each event of the Ask tab: plain functions over a library and what is kept.

What is on the page is a function of the open conversation, and that belongs to one visitor: Gradio
keeps it in that visitor's session and hands it to every call. The browser remembers which it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import gradio as gr
from gradio.components.chatbot import ExampleMessage

from assistant.conversations import Conversations
from assistant.errors import AssistantError
from assistant.library import Library
from assistant.types import Answer
from assistant.ui import asking, history, reopened
from assistant.ui.action import Action
from assistant.ui.asking import Asked, Wanted
from assistant.ui.conversation import Opened, messages, panel
from assistant.ui.examples import suggest
from assistant.ui.history import Memory
from assistant.ui.models import Models
from assistant.ui.preferences import Preferences

View = tuple[Any, ...]
MOST_OPENING = 1000  # pages that are being opened at the same time


class Desk:
    """The functions behind the tab: of a library, the conversations kept beside it, and events."""

    def __init__(self, library: Library, models: Models | None = None) -> None:
        self.library = library
        self.models = models or Models(library.config)
        self.kept = Conversations(library.config.library)
        self._running: dict[str | None, Action[Answer]] = {}  # by visitor
        self._began: deque[str | None] = deque(maxlen=MOST_OPENING)  # visitors

    def answer(
        self,
        event: gr.EventData,
        request: gr.Request,
        typed: str,
        opened: Opened,
        stored: Any,
        words: str,
        wishes: Any = None,
    ) -> Iterator[View]:
        """Ask what was typed, or what a button of the page asks for, as this visitor wishes."""
        visitor = self._beginning(request)
        data = event._data if isinstance(event._data, Mapping) else None
        if not opened.turns:  # The server may have been started again under an open page.
            opened = self._reopened(Memory.of(stored).opened)
        wants = Preferences.of(wishes, self.models, self.library.config)
        wanted = wanted_of(data, typed, opened)
        wanted = replace(wanted, k=wants.sources, style=wants.style(self.models))
        begun = partial(self._running.__setitem__, visitor)
        views = asking.ask(self.library, self.kept, wanted, opened, begun)
        try:
            for count, shown in enumerate(views):
                waiting = bool(shown.turns) and shown.turns[-1].waiting
                box = gr.Textbox(**asks(stop=waiting and count > 0))
                listed, remembered = gr.skip(), gr.skip()
                if not waiting:
                    memory = Memory.of(stored).open(shown.id)
                    listed, remembered = self.listed(words, memory), memory.stored()
                yield shown, messages(shown), panel(shown), box, listed, remembered
        finally:
            self._running.pop(visitor, None)

    def stop(self, request: gr.Request) -> None:
        """End what this visitor's page waits for."""
        if action := self._running.get(request.session_hash):
            action.end()

    def open(self, event: gr.EventData, request: gr.Request, stored: Any, words: str) -> View:
        """Show another kept conversation."""
        self._beginning(request)
        return self._shown(str(event.name), stored, words)

    def new(self, request: gr.Request, stored: Any, words: str) -> View:
        """Begin a conversation."""
        self._beginning(request)
        return self._shown("", stored, words)

    def delete(self, event: gr.EventData, opened: Opened, stored: Any, words: str) -> View:
        """Delete a conversation for good; the open one stays open unless it is that."""
        name = str(event.name)
        with suppress(AssistantError):  # It is gone already, or the list says what is wrong.
            self.kept.delete(history.find(self.kept, name).id)
        if name == opened.id:
            return self._shown("", stored, words)
        left = Memory.of(stored).open(opened.id)
        return (*[gr.skip()] * 4, self.listed(words, left), gr.skip())

    def rename(self, event: gr.EventData, stored: Any, words: str) -> str:
        """Give a conversation another title; an empty one is its first question again."""
        with suppress(AssistantError):
            self.kept.rename(history.find(self.kept, str(event.name)).id, str(event.text))
        return self.listed(words, Memory.of(stored))

    def rate(self, event: gr.EventData, opened: Opened) -> tuple[Opened, list[gr.MessageDict]]:
        """Say what an answer is worth, or why."""
        reason = str(event.text) if event.does == "reason" else None
        rated = reopened.rate(self.kept, opened, int(event.place), str(event.does), reason)
        return rated, messages(rated)

    def search(self, words: str, stored: Any) -> str:
        """List the conversations with these words."""
        return self.listed(words, Memory.of(stored))

    def export(self, given: list[Any]) -> dict[str, str]:
        """A conversation as the text of a file: its id, and ``markdown`` or ``json``."""
        return history.exported(self.kept, str(given[0]), str(given[1]))

    def load(self, request: gr.Request, stored: Any, words: str) -> View:
        """What a page shows when it is opened: the conversation that its address names, or else
        the one that its browser had open.

        Whoever was quicker and has asked something, or opened another, is shown that, and it stays.
        """
        named = dict(getattr(request, "query_params", {})).get("conversation", "")
        view = self._shown(named or Memory.of(stored).opened, stored, words)
        first = examples(self.library)
        if request.session_hash in self._began:
            return (gr.skip(), gr.Chatbot(examples=first), *[gr.skip()] * 4)
        return (view[0], gr.Chatbot(value=view[1], examples=first), *view[2:])

    def listed(self, words: str, memory: Memory) -> str:
        """The list of the conversations that this visitor may see."""
        return history.listing(self.kept, words, memory)

    def _beginning(self, request: gr.Request) -> str | None:
        """The visitor, who from now on decides what their page shows."""
        if request.session_hash not in self._began:
            self._began.append(request.session_hash)
        return request.session_hash

    def _reopened(self, name: str) -> Opened:
        suggested = partial(asking.suggested, self.library)
        return reopened.reopened(self.library, self.kept, name, suggested)

    def _shown(self, name: str, stored: Any, words: str) -> View:
        opened = self._reopened(name)
        memory = Memory.of(stored).open(opened.id)
        box = gr.Textbox(**asks())
        listed = self.listed(words, memory)
        return opened, messages(opened), panel(opened), box, listed, memory.stored()


def wanted_of(data: Mapping[str, Any] | None, typed: str, opened: Opened) -> Wanted:
    """What is asked by an event: with its data where it has any, else with what was typed."""
    if data is None:
        return Wanted(typed)
    if isinstance(example := data.get("value"), Mapping):
        return Wanted(str(example.get("text", "")))
    place, text = data.get("place"), str(data.get("text", ""))
    if not isinstance(place, int) or not 1 <= place <= len(opened.turns):
        return Wanted(text, alone=True)
    turn = opened.turns[place - 1]
    if data.get("does") == "retry":
        return Wanted(turn.question, place, turn.alone)
    return Wanted(text, place, alone=data.get("does") == "search")


def examples(library: Asked) -> list[ExampleMessage]:
    """First questions for an empty conversation, from the library's own headings."""
    try:
        return [{"text": question} for question in suggest(library.headings())]
    except AssistantError:
        return []  # The header of the page says what is wrong with the library.


def asks(*, stop: bool = False) -> dict[str, Any]:
    """The button in the question box: to ask, or to stop what is being answered."""
    return {"submit_btn": False if stop else "Ask", "stop_btn": "Stop" if stop else False}

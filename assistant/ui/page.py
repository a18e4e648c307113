"""The page, put together: the header with the state of the library, and the tabs below it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import gradio as gr

from assistant.library import Library
from assistant.render import count
from assistant.types import Status
from assistant.ui import ask, documents, evaluate, lookup, preferences, programs, reader, settings
from assistant.ui.models import Models
from assistant.ui.reply import failure, in_words

TITLE = "Study assistant"
MOST_WAITING = 500  # of what open pages want to know; one that opens wants some ten things at once
LOADING = '<p class="loading">Loading the language encoder… You can ask already.</p>'


def build(library: Library) -> gr.Blocks:
    """The page over a library, ready to be served. Nothing in it asks another host for anything."""
    page: gr.Blocks
    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_height=True, fill_width=True) as page:
        programs.expose(library)
        models, kept = Models(library.config), preferences.kept()
        with gr.Row(elem_id="top"):
            gr.HTML(f"<h1>{TITLE}</h1>", js_on_load=None, apply_default_css=False)
            state = gr.HTML(elem_id="state", js_on_load=None, apply_default_css=False)
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab("Ask"):
                ask.tab(library, page, models, kept)
            with gr.Tab("Look up") as looking:
                renew_after = lookup.tab(library, looking)
            with gr.Tab("Reader"):
                reader.tab(library)
            with gr.Tab("Library") as shelf:
                changes = documents.tab(library, shelf)
            with gr.Tab("Evaluate") as evaluation:
                evaluate.tab(library, evaluation)
            with gr.Tab("Settings") as choices:
                settings.tab(library, choices, models, kept)

        def report() -> Iterator[str]:
            yield from readiness(library)

        shown: dict[str, Any] = {"outputs": state, "show_progress": "hidden"}
        for event in changes:
            event.then(lambda: [*readiness(library)][-1], **shown, api_visibility="private")
            renew_after(event.then)
        # Each open page holds one such call until the encoder is there, so their number is not
        # limited; it costs a waiting thread and no polling.
        page.load(report, **shown, concurrency_limit=None, api_visibility="private")
    page.queue(api_open=False, max_size=MOST_WAITING)
    return page


class Loaded(Protocol):
    """What the header needs of a library."""

    def warm_up(self) -> None:
        """Load the encoder; returns when it is there."""

    def status(self) -> Status:
        """What the library holds."""


def readiness(library: Loaded) -> Iterator[str]:
    """Yield what the header says: that the encoder is loading, then what the library holds."""
    yield LOADING
    try:
        library.warm_up()
        yield holdings(library.status())
    except Exception as error:
        yield failure(in_words(error))


def holdings(status: Status) -> str:
    """One line on what can be asked about, and how much was left out."""
    left_out = sum(record.state == "failed" for record in status.documents)
    readable = count(len(status.documents) - left_out, "document")
    missing = f" · {count(left_out, 'file')} left out, see Library"
    return f"<p>{readable}, {count(status.passages, 'passage')}{missing if left_out else ''}</p>"

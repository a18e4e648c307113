"""The Look up tab: passages appear while a question is typed, with what matches in them marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import Any, NamedTuple, Protocol

import gradio as gr
from gradio.events import Dependency

from assistant.load import is_markdown
from assistant.lookup import Found, Within, chapters_of
from assistant.outline import SEPARATOR, blank_markup
from assistant.render import count
from assistant.types import Mode, Passage
from assistant.ui.cards import place as pages
from assistant.ui.inline import Inline, Link, Quote
from assistant.ui.prose import prose
from assistant.ui.reply import failure, in_words

COUNT = 12
EVERYTHING = ""
RELEVANCE, READING = "relevance", "order"
MODES: list[tuple[str, Mode]] = [("Both", "hybrid"), ("Meaning", "dense"), ("Words", "lexical")]
ORDERS = [("Relevance", RELEVANCE), ("Place in document", READING)]

EMPTY = '<p class="empty">Type a word, a name or a question. Passages appear as you type.</p>'
NOTHING = (
    '<p class="empty" role="status">No passage matches. Try other words, or look everywhere.</p>'
)


class Searched(Protocol):
    """What this tab needs of a library."""

    def look_up(self, question: str, k: int, mode: Mode, within: Within) -> list[Found]:
        """The passages within a part of the library that fit the question."""

    def passages(self) -> tuple[Passage, ...]:
        """The passages of all documents, in order."""


def results(
    library: Searched,
    question: str,
    document: str | None,
    chapter: str | None,
    mode: Mode,
    order: str,
) -> str:
    """The passages for what is typed so far, as cards, or what is wrong in words."""
    if not question.strip():
        return EMPTY
    path = tuple(chapter.split(SEPARATOR)) if chapter else None
    try:
        found = library.look_up(question, COUNT, mode, Within(document or None, path))
    except Exception as error:
        return failure(in_words(error))
    if not found:
        return NOTHING
    if order == READING:
        found = sorted(found, key=lambda each: (each.hit.passage.document, each.hit.passage.start))
    said = f'<div role="status"><h2 class="found">{count(len(found), "passage")}</h2></div>'
    return f'{said}<div class="hit-list">{"".join(map(card, found))}</div>'


def card(found: Found) -> str:
    """One passage: its place, its text with what matches marked, and buttons."""
    passage = found.hit.passage
    *above, title = passage.heading or (passage.document,)
    path = f'<p class="path">{escape(SEPARATOR.join(above))}</p>' if above else ""
    where = " · ".join(filter(None, [passage.document, pages(passage)]))
    start, end = (found.best or passage).start, (found.best or passage).end
    return (
        f'<article class="card"><header><h3>{escape(title)}</h3>{path}'
        f'<p class="where">{escape(where)}</p></header>'
        f'<div class="passage">{prose(marked(found), passage.header)}</div><footer>'
        f'<button type="button" class="open-reader" data-doc="{escape(passage.doc_id)}"'
        f' data-start="{start}" data-end="{end}">Open in the reader</button>'
        f'<button type="button" class="copy-text" data-copy="{escape(quotation(found))}">'
        "Copy quotation</button></footer></article>"
    )


def marked(found: Found) -> Inline:
    """The text of a passage with its best sentence as a quote, and the matching words in bold."""
    passage = found.hit.passage
    spans = [(start - passage.start, end - passage.start) for start, end in found.words]
    words = [
        Link(start, end, f'<b class="match">{escape(passage.text[start:end])}</b>')
        for start, end in spans
    ]
    quotes = []
    if found.best is not None:
        span = (found.best.start - passage.start, found.best.end - passage.start)
        quotes.append(Quote(*span, f"best-{found.hit.rank}"))
    return Inline(passage.text, quotes, words, markdown=is_markdown(passage.document))


def quotation(found: Found) -> str:
    """The best sentence in quotation marks, or else the passage, and where it stands.

    >>> from assistant.types import Hit
    >>> hit = Hit(Passage("d-1", "d", "a.md", ("Sky",), 2, 2, 0, 12, "It is **blue"), 1, 1)
    >>> quotation(Found(hit, None, ()))
    '“It is blue” (a.md, Sky, p. 2)'
    """
    passage = found.hit.passage
    start, end = (found.best or passage).start, (found.best or passage).end
    text = blank_markup(passage.text[start - passage.start : end - passage.start])
    source = [passage.document, SEPARATOR.join(passage.heading), pages(passage)]
    return f"“{' '.join(text.split())}” ({', '.join(filter(None, source))})"


def documents(library: Searched, chosen: str | None) -> gr.Dropdown:
    """The documents that can be looked up in as they are now; what was chosen stays so."""
    names = {passage.doc_id: passage.document for passage in _passages(library)}
    choices = [("All documents", EVERYTHING), *((name, doc_id) for doc_id, name in names.items())]
    return gr.Dropdown(choices=choices, value=chosen if chosen in names else EVERYTHING)


def chapters(
    library: Searched, document: str | None, chosen: str | None = EVERYTHING
) -> gr.Dropdown:
    """The chapters of the chosen document, or of the only one; hidden where there are none."""
    passages = _passages(library)
    only = {passage.doc_id for passage in passages}
    doc_id = document or (only.pop() if len(only) == 1 else EVERYTHING)
    paths = [SEPARATOR.join(path) for path in chapters_of(passages, doc_id)]
    choices = [("All chapters", EVERYTHING), *((path, path) for path in paths)]
    value = chosen if chosen in paths else EVERYTHING
    return gr.Dropdown(choices=choices, value=value, visible=len(paths) > 1)


def _passages(library: Searched) -> Sequence[Passage]:
    try:
        return library.passages()
    except Exception as error:
        in_words(error)
        return ()  # The header of the page says what is wrong with the library.


class Asked(NamedTuple):
    """The fields that say what is looked up, where, and how."""

    box: gr.Textbox
    document: gr.Dropdown
    chapter: gr.Dropdown
    mode: gr.Radio
    order: gr.Radio


def tab(library: Searched, place: gr.Tab) -> Callable[[Callable[..., Dependency]], None]:
    """Put the tab into the page under construction; its choices are read when it is opened.

    Returns what makes an event, after which the library may hold something else, renew them too.
    """
    with gr.Column(elem_id="lookup"):
        asked = _fields()
        shown = gr.HTML(EMPTY, elem_id="lookup-results", js_on_load=None, apply_default_css=False)

    def look(question: str | None, *given: Any) -> str:
        return results(library, question or "", *given)  # None before the tab was ever opened.

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    search: dict[str, Any] = {
        "fn": look,
        "inputs": [*asked],
        "outputs": shown,
        "queue": False,  # It takes milliseconds, and a queue would add as many.
        "trigger_mode": "always_last",  # While one is under way, only the last one waits.
        **quiet,
    }
    # Not the box's own "input", which pasting, cutting and deleting do not raise.
    for event in (asked.box.change, asked.box.submit, asked.mode.input, asked.order.input):
        event(**search)
    asked.chapter.input(**search)
    offered = partial(chapters, library)
    chosen = [asked.document, asked.chapter]
    asked.document.input(offered, asked.document, asked.chapter, **quiet).then(**search)

    def renew_after(event: Callable[..., Dependency]) -> None:
        event(partial(documents, library), asked.document, asked.document, **quiet).then(
            offered, chosen, asked.chapter, **quiet
        ).then(**search)

    renew_after(place.select)
    return renew_after


def _fields() -> Asked:
    box = gr.Textbox(
        label="Look up",
        show_label=False,
        container=False,
        placeholder="Look up a word, a name or a question",
        elem_id="lookup-box",
        max_length=1000,
    )
    with gr.Row(elem_id="lookup-choices"):
        mode = gr.Radio(label="Search by", choices=MODES, value="hybrid", min_width=200)
        order = gr.Radio(label="Sort by", choices=ORDERS, value=RELEVANCE, min_width=200)
        document, chapter = [
            gr.Dropdown(
                label=label, choices=[(everything, EVERYTHING)], value=EVERYTHING, visible=visible
            )
            for label, everything, visible in (
                ("Document", "All documents", True),
                ("Chapter", "All chapters", False),
            )
        ]
    return Asked(box, document, chapter, mode, order)

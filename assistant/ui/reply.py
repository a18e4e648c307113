"""What the assistant says in the conversation, as HTML: an answer, a refusal, or a failure.

The chat shows these strings as HTML and not as Markdown, so nothing a document or a model wrote
can become a link, a picture or a tag: it is escaped here, and only tags written here remain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from assistant import log
from assistant.errors import AssistantError
from assistant.load import is_markdown
from assistant.types import Answer, Hit
from assistant.ui import actions
from assistant.ui.cards import hit_anchor, place, quote_anchor
from assistant.ui.examples import plain
from assistant.ui.figures import figures
from assistant.ui.inline import Inline, Link, Quote
from assistant.ui.prose import paragraphs, prose

PENDING = '<p class="pending">Searching the library</p>'
GROWING = '<p class="pending">The chat model is writing</p>'

_CODE = re.compile(r"`([^`]+)`")
_MARKER = re.compile(r"\[(\d+)\]")


def question(text: str, turn: int) -> str:
    """What the person asked, shown as it was typed, with a button to change it."""
    shown = escape(text).replace(chr(10), "<br>")
    edit = actions.button("edit", turn, "Edit", "Change this question and ask it again")
    return f'<div class="question"><span id="asked-{turn}">{shown}</span> {edit}</div>'


def searched(text: str, turn: int) -> str:
    """What was searched for in place of the question, with a button to change it."""
    edit = actions.button("search", turn, "Change", "Change what is searched for")
    words = f'<span id="searched-{turn}">{escape(text)}</span>'
    return f'<p class="searched">Searched for: {words} {edit}</p>'


def answer(turn: int, given: Answer) -> str:
    """An answer with its ``[n]`` leading to the quoted words, or a refusal with what came near."""
    if given.refused:
        return _refusal(turn, given)
    links = list(_links(turn, given))
    marked = [
        Quote(start, end, "")
        for start, end in figures(given.searched, given.text)
        if not any(link.start < end and start < link.end for link in links)
    ]
    # Where one of the quotes is from another kind of document, a backslash may be a backslash.
    written = {is_markdown(each.passage.document) for each in given.citations} == {True}
    body = paragraphs(Inline(given.text, marked, links, markdown=written))
    return f'<div class="answer">{_note(given)}{body}</div>{_took(given)}'


def offers(questions: Sequence[str]) -> str:
    """Questions that may follow, each asked at a click."""
    if not questions:
        return ""
    buttons = "".join(actions.button("ask", text, text, kind="offer") for text in questions)
    return f'<div class="offers"><p>Next to it in your documents:</p>{buttons}</div>'


def unkept(error: AssistantError) -> str:
    """Why an answer was not put with the kept conversations."""
    return f'<p class="note">{told(f"This answer is not kept. {error.message} {error.hint}")}</p>'


def failure(error: AssistantError) -> str:
    """What went wrong and what to do about it."""
    hint = f"<p>{told(error.hint)}</p>" if error.hint else ""
    return f'<div class="failure"><p><strong>{told(error.message)}</strong></p>{hint}</div>'


def told(text: str) -> str:
    """Words of the program itself, escaped; what is to be typed, between back quotes, as code."""
    return _CODE.sub(r"<code>\1</code>", escape(text.strip()))


def in_words(error: Exception) -> AssistantError:
    """An error that can be shown. A fault of the program is logged, and never shown as it is."""
    if isinstance(error, AssistantError):
        return error
    log.fault("unexpected", error)
    return AssistantError(
        "Something unexpected went wrong.",
        "Try again. `assistant doctor --bundle FILE` collects where it happened.",
    )


def _refusal(turn: int, given: Answer) -> str:
    nearest = "".join(f"<li>{_nearest(turn, hit)}</li>" for hit in given.hits)
    offer = f"<p>The nearest passages are about:</p><ol>{nearest}</ol>" if nearest else ""
    said = prose(Inline(given.text))
    return f'<div class="refusal">{said}{_note(given)}{offer}</div>{_took(given)}'


def _took(given: Answer) -> str:
    """How long the answer took, and each stage of it; nothing for one that was kept."""
    if not given.seconds:
        return ""
    stages = " · ".join(f"{name} {1000 * took:.0f} ms" for name, took in given.seconds.items())
    whole = f"Answered in {1000 * sum(given.seconds.values()):.0f} ms"
    return f'<details class="took"><summary>{whole}</summary>{escape(stages)}</details>'


def _note(given: Answer) -> str:
    return f'<p class="note">{told(given.note)}</p>' if given.note else ""


def _nearest(turn: int, hit: Hit) -> str:
    title = hit.passage.heading[-1] if hit.passage.heading else hit.passage.document
    where = place(hit.passage)
    page = f' <span class="where">{escape(where)}</span>' if where else ""
    ask = ""
    if hit.passage.heading:
        ask = " " + actions.button("ask", plain(title), "Ask this", f"Ask about: {plain(title)}")
    return f'<a href="#{hit_anchor(turn, hit.rank)}">{escape(title)}</a>{page}{ask}'


def _links(turn: int, given: Answer) -> Iterator[Link]:
    """Links for the markers of an answer. A ``[1]`` inside a quotation is the document's own."""
    markers = {citation.marker for citation in given.citations}
    quoted = {
        at
        for quote in {citation.quote for citation in given.citations}
        if _MARKER.search(quote)
        for match in re.finditer(re.escape(quote), given.text)
        for at in range(*match.span())
    }
    for match in _MARKER.finditer(given.text):
        marker = int(match[1])
        if marker in markers and match.start() not in quoted:
            anchor = quote_anchor(turn, marker)
            html = f'<a class="cite" href="#{anchor}" title="Source {marker}">{marker}</a>'
            yield Link(*match.span(), html)

"""The Reader tab: a document to read, one chapter at a time, with the cited words marked.

What is shown is a function of a place in a document. The page's script asks for it, so each open
page reads for itself, and any button of class ``open-reader`` leads here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from assistant.chapters import Chapter, Heading, chapter_at, chapters
from assistant.config import Config
from assistant.errors import NotFoundError
from assistant.load import is_markdown
from assistant.types import Document, Passage, Status
from assistant.ui import sheet
from assistant.ui.inline import Inline, Quote
from assistant.ui.prose import prose
from assistant.ui.reply import failure, in_words

SCRIPT = Path(__file__).with_name("reader.js")
ANCHOR = "reader-quote"
BLANK = '<div class="reader-page"></div>'

Span = tuple[int, int]


class Read(Protocol):
    """What this tab needs of a library."""

    def passages(self) -> tuple[Passage, ...]:
        """The passages of all documents, in order."""

    def document(self, doc_id: str) -> Document:
        """The extracted text and pages of a document."""


class Library(Read, Protocol):
    """What the tab needs besides, to draw pages."""

    @property
    def config(self) -> Config:
        """The settings."""

    def status(self) -> Status:
        """What the library holds."""


def opened(library: Read, given: Sequence[Any]) -> str:
    """The page of the reader for (document, start, end) as the page's script sends them.

    Anything but the name of a document and two numbers opens the first document at its beginning.
    """
    try:
        doc_id, start, end = [*given, "", 0, 0][:3]
        return page(library, str(doc_id or ""), (_offset(start), _offset(end)))
    except Exception as error:
        return failure(in_words(error))


def page(library: Read, doc_id: str, cited: Span) -> str:
    """The outline of a document, and the chapter that holds the cited span, which is marked.

    Without a ``doc_id`` the first document is taken. Raises :class:`NotFoundError`.
    """
    names = {passage.doc_id: passage.document for passage in library.passages()}
    doc_id = doc_id or next(iter(names), "")
    if doc_id not in names:
        raise NotFoundError(
            "This document is not in the library any more.",
            "Choose another one in the Library tab.",
        )
    document = library.document(doc_id)
    own = [passage for passage in library.passages() if passage.doc_id == doc_id]
    found = chapters(document, own)
    current = chapter_at(found, cited[0])
    chosen = outline(names, document, found, current)
    return chosen + text(document, found, current, cited) + sheet.frame(document, cited)


def outline(
    names: dict[str, str], document: Document, found: Sequence[Chapter], current: Chapter
) -> str:
    """The documents to choose from, and the chapters of this one; the current one with headings."""
    options = "".join(
        f'<option value="{escape(doc_id)}"{" selected" if doc_id == document.doc_id else ""}>'
        f"{escape(name)}</option>"
        for doc_id, name in names.items()
    )
    entries, above = [], ""
    for chapter in found:
        if len(chapter.path) > 1 and chapter.path[0] != above:
            above = chapter.path[0]
            entries.append(f'<li class="above">{escape(above)}</li>')
        entries.append(_entry(document, chapter, chapter is current))
    return (
        '<nav class="reader-outline" aria-label="Outline">'
        f"<label>Document<select>{options}</select></label>"
        f"<details open><summary>Outline</summary><ol>{''.join(entries)}</ol></details></nav>"
    )


def _entry(document: Document, chapter: Chapter, current: bool) -> str:
    below = ""
    if current:
        items = [
            f'<li class="level-{min(heading.level - 1, 3)}">'
            f'<a href="#{_place(heading)}">{escape(heading.title)}</a></li>'
            for heading in chapter.headings
            if heading.level > 1
        ]
        below = f"<ol>{''.join(items)}</ol>" if items else ""
    here = ' aria-current="true"' if current else ""
    return f"<li>{_to(document, chapter, title_of(document, chapter), here)}{below}</li>"


def title_of(document: Document, chapter: Chapter) -> str:
    """What a chapter is called, or its document where it has no heading."""
    name = chapter.path[-1] if chapter.path else document.title or document.path
    return f"{name} ({chapter.part} of {chapter.parts})" if chapter.parts > 1 else name


def text(document: Document, found: Sequence[Chapter], chapter: Chapter, cited: Span) -> str:
    """A chapter as headings, paragraphs, lists and tables, with its pages in the margin."""
    body = "".join(_pieces(document, chapter, cited))
    if not any(heading.level < 2 for heading in chapter.headings):
        body = f"<h2>{escape(title_of(document, chapter))}</h2>{body}"
    above = chapter.path[0] if len(chapter.path) > 1 else ""
    where = " · ".join(filter(None, [document.path, above]))
    turns = []
    if chapter.number > 0:
        turns.append(_turn(document, found[chapter.number - 1], "Previous chapter"))
    if chapter.number + 1 < len(found):
        turns.append(_turn(document, found[chapter.number + 1], "Next chapter"))
    return (
        '<section class="reader-text" aria-label="Chapter" tabindex="-1">'
        '<div class="reader-hits" role="group" aria-label="Passages found" hidden></div>'
        f'<p class="where">{escape(where)}</p>{body}'
        f'<div class="reader-turns">{"".join(turns)}</div></section>'
    )


def _turn(document: Document, chapter: Chapter, says: str) -> str:
    return f"<p><span>{says}</span>{_to(document, chapter, title_of(document, chapter))}</p>"


def _to(document: Document, chapter: Chapter, says: str, more: str = "") -> str:
    return (
        f'<button type="button" class="open-reader" data-doc="{escape(document.doc_id)}"'
        f' data-start="{chapter.start}"{more}>{escape(says)}</button>'
    )


def _pieces(document: Document, chapter: Chapter, cited: Span) -> Iterator[str]:
    """The chapter between its headings and pages, in order."""
    headings = {heading.start: heading for heading in chapter.headings}
    pages = {
        _between(document.text, at, chapter.end): _number(document, at, name)
        for at, name in chapter.pages
    }
    ends = [heading.end for heading in chapter.headings]
    bounds = {chapter.start, chapter.end, *ends, *headings, *pages}
    anchored = False
    for start, end in pairwise(sorted(bounds)):
        if start in pages:
            yield f'<p class="reader-number">{pages[start]}</p>'
        if heading := headings.get(start):
            marked = cited[0] < heading.end and heading.start < cited[1]
            yield _heading(heading, marked, anchored)
            anchored = anchored or marked
            continue
        quote = Quote(max(cited[0] - start, 0), min(cited[1], end) - start, ANCHOR)
        quotes = [quote] if quote.start < quote.end else []
        written = is_markdown(document.path)
        inline = Inline(document.text[start:end], quotes, markdown=written)
        if anchored:
            inline.anchored.add(ANCHOR)
        yield prose(inline)
        anchored = anchored or ANCHOR in inline.anchored


def _heading(heading: Heading, marked: bool, anchored: bool) -> str:
    rank = min(max(heading.level + 1, 2), 6)
    words = escape(heading.title)
    if marked:
        words = f"<mark>{words}</mark>" if anchored else f'<mark id="{ANCHOR}">{words}</mark>'
    return f'<h{rank} id="{_place(heading)}">{words}</h{rank}>'


def _number(document: Document, at: int, name: str) -> str:
    """The number of a page, which shows the page where there are pictures."""
    if not sheet.has_pictures(document):
        return escape(name)
    return (
        f'<button type="button" class="see-page" title="Show this page as a picture"'
        f' data-page="{sheet.page_at(document, at).number}">{escape(name)}</button>'
    )


def _place(heading: Heading) -> str:
    return f"reader-{heading.start}"


def _between(text: str, at: int, end: int) -> int:
    """The first place from here on where a line begins that does not go on with a table."""
    while at < end:
        if at == 0 or text[at - 1] == "\n":
            line = text[at:].split("\n", 1)[0]
            if "\t" not in line and not line.lstrip().startswith("|"):
                return at
        following = text.find("\n", at, end)
        at = end if following < 0 else following + 1
    return at


def _offset(given: Any) -> int:
    try:
        return max(0, int(given))
    except (TypeError, ValueError):
        return 0


def tab(library: Library) -> None:
    """Put the tab into the page under construction."""
    pictures = sheet.pictures(library.config)

    def read(given: Sequence[Any]) -> str:
        return opened(library, given)

    def draw(given: Sequence[Any]) -> str:
        return sheet.drawn(library, pictures, given)

    gr.HTML(
        BLANK,
        elem_id="reader",
        js_on_load=SCRIPT.read_text(encoding="utf-8"),
        apply_default_css=False,
        server_functions=[read, draw],
    )

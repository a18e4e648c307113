"""A page of a PDF as a picture, beside its text in the reader, with the cited words marked on it.

Like the text, what is shown is a function of a place in a document, which the page's script asks
for. Files are never served: a picture comes in the answer, drawn from the very bytes that were read
into the library, or a sentence in its place says why it does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, Protocol

from assistant.config import Config
from assistant.errors import LoadError, NotFoundError
from assistant.load.pictures import Picture, Pictures
from assistant.types import Document, Page, Status
from assistant.ui.reply import failure, in_words, told

Span = tuple[int, int]


class Read(Protocol):
    """What pictures need of a library."""

    def document(self, doc_id: str) -> Document:
        """The extracted text and pages of a document."""

    def status(self) -> Status:
        """What the library holds, with the file of each document."""


def pictures(config: Config) -> Pictures:
    """What draws the pages, within the limits of the settings."""
    password = config.pdf_password
    return Pictures(
        password=password.get_secret_value() if password else None,
        max_mb=config.max_file_mb,
        memory_mb=config.parse_memory_mb,
    )


def has_pictures(document: Document) -> bool:
    """Whether pages of this document can be drawn."""
    return document.path.lower().endswith(".pdf") and bool(document.pages)


def page_at(document: Document, offset: int) -> Page:
    """The page that holds a place of the text; between two pages, the one before."""
    held = [page for page in document.pages if page.start <= offset and page.start < page.end]
    return held[-1] if held else document.pages[0]


def frame(document: Document, cited: Span) -> str:
    """Where the picture will be, for the page's script to fill; nothing where there is none."""
    if not has_pictures(document):
        return ""
    return (
        '<aside class="reader-sheet" aria-label="Page as a picture" tabindex="-1"'
        f' data-doc="{escape(document.doc_id)}" data-page="{page_at(document, cited[0]).number}"'
        f' data-start="{cited[0]}" data-end="{cited[1]}"></aside>'
    )


def drawn(library: Read, pictures: Pictures, given: Sequence[Any]) -> str:
    """What stands in the frame for (document, page, start, end) as the page's script sends them."""
    try:
        doc_id, page, start, end = given
        return sheet(library, pictures, str(doc_id), int(page), (int(start), int(end)))
    except Exception as error:
        return failure(in_words(error))


def sheet(library: Read, pictures: Pictures, doc_id: str, number: int, cited: Span) -> str:
    """A page of a document as a picture, and the buttons to the pages before and after.

    Raises :class:`NotFoundError` for what is no page of a document in the library.
    """
    document = library.document(doc_id)
    records = [each for each in library.status().documents if each.doc_id == doc_id]
    pages = {page.number: page for page in document.pages}
    if not records or number not in pages or not has_pictures(document):
        raise NotFoundError("This page is not in the library.", "Open the document again.")
    page = pages[number]
    start, end = max(cited[0], page.start), min(cited[1], page.end)
    quote = document.text[start:end]
    before = document.text[page.start : start]
    try:
        picture = pictures.draw(Path(records[0].source), document.sha256, number, quote, before)
        shown = figure(picture, f"{named(page)} of {document.path}", bool(quote.strip()))
    except LoadError as error:
        said = f"This page cannot be shown as a picture: {error.message}. {error.hint}"
        shown = f'<p class="sheet-none" role="status">{told(said)}</p>'
    return bar(page, number - 1 in pages, number + 1 in pages) + shown


def named(page: Page) -> str:
    """What a page is called: by its printed number first.

    >>> named(Page(6, 0, 1, "3")), named(Page(6, 0, 1))
    ('Page 3 (6 of the file)', 'Page 6')
    """
    return f"Page {page.label} ({page.number} of the file)" if page.label else f"Page {page.number}"


def bar(page: Page, before: bool, after: bool) -> str:
    """The buttons to turn the pages, and which one is shown."""

    def turn(step: int, there: bool, says: str, sign: str) -> str:
        return (
            f'<button type="button" class="see-page" data-page="{page.number + step}"'
            f' aria-label="{says} page" title="{says} page"{"" if there else " disabled"}>'
            f"{sign}</button>"
        )

    return (
        f'<div class="sheet-bar">{turn(-1, before, "Previous", "‹")}'
        f'<p role="status">{escape(named(page))}</p>{turn(1, after, "Next", "›")}'
        '<button type="button" class="sheet-enlarge">Enlarge</button></div>'
    )


def figure(picture: Picture, name: str, cited: bool) -> str:
    """The picture with translucent marks over the cited words; ``cited`` if there should be any."""
    marks = "".join(
        f'<span class="sheet-mark" style="left:{left:.2%};top:{top:.2%};'
        f'width:{width:.2%};height:{height:.2%}"></span>'
        for left, top, width, height in picture.marks
    )
    said = ""
    if cited:
        said = "The cited words are marked." if marks else "The cited words were not found on it."
    return (
        f'<figure><div class="sheet-page"><img width="{picture.width}" height="{picture.height}"'
        f' alt="{escape(f"{name}. Its text stands beside it. {said}".strip())}"'
        f' src="data:image/webp;base64,{escape(picture.image)}">{marks}</div>'
        f"<figcaption>{said}</figcaption></figure>"
        '<dialog class="sheet-large" aria-label="Page, enlarged"><form method="dialog">'
        "<button>Close</button></form><div></div></dialog>"
    )

"""PDF: text page by page in reading order, page labels, bookmarks and the title."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from assistant.load import reasons, signs
from assistant.load.clean import clean_line, tidy
from assistant.load.furniture import without_furniture
from assistant.load.lines import Line, page_lines
from assistant.load.mend import compounds_of, mend_bold, mend_line_ends
from assistant.load.paragraphs import body_size, continues, to_texts
from assistant.types import Extracted, Page, TocEntry

_TOOL = re.compile(r"^Microsoft (?:Word|PowerPoint|Excel) - ")
_FILE_NAME = re.compile(
    r"\.(?:docx?|pptx?|xlsx?|odt|odp|tex|dvi|indd|qxd|qxp|rtf|pdf|ps|html?)$", re.I
)
_NO_TITLE = re.compile(r"^(?:untitled|unbenannt|sans titre|document\d*|slide \d+|title)$", re.I)
_LISTED_PAGES = 10
_DRAWING_BYTES = 200


def read_pdf(path: Path, *, name: str = "FILE", password: str | None = None) -> Extracted:
    """Read a PDF file; ``password`` is tried where it is encrypted; ``name`` is for hints.

    Raises ``LoadError``; each page that cannot be read is a warning.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with path.open("rb") as file:
        if not signs.is_pdf(file.read(signs.HEADER_BYTES)):
            raise reasons.not_really("PDF")
        file.seek(0)
        try:
            reader = PdfReader(file)
            _decrypt(reader, name, password)
            return _extract(reader, name)
        except PyPdfError as error:
            raise reasons.damaged("PDF", str(error)) from None


def _decrypt(reader: PdfReader, name: str, password: str | None) -> None:
    """Open an encrypted file: most need no password to be read, only to be changed."""
    if not reader.is_encrypted:
        return
    try:
        opened = reader.decrypt("") or (password is not None and reader.decrypt(password))
    except (DependencyError, NotImplementedError) as error:
        raise reasons.damaged("PDF", f"encryption: {error}") from None
    if not opened:
        raise reasons.encrypted_pdf(name, tried=password is not None)


def _extract(reader: PdfReader, name: str) -> Extracted:
    drawn, unread = _all_lines(reader)
    labels = _labels(reader, len(drawn))
    mended = _mend_bold(drawn)
    kept = without_furniture(mended, labels)
    blank = [
        number
        for number, (page, before, after) in enumerate(
            zip(reader.pages, drawn, kept, strict=True), 1
        )
        if not after and number not in unread and _shows_something(page, bool(before))
    ]
    if not any(kept):
        # A stamp at the edge of every scanned page is no text layer; identical pages are text.
        if blank:
            raise reasons.no_text_layer(name)
        if unread:
            raise reasons.damaged("PDF", "no page can be read")
        if not any(drawn):
            raise reasons.empty()
        kept = mended
    texts = to_texts(kept)
    compounds = compounds_of(texts)
    texts = [tidy(mend_line_ends(text, compounds)).rstrip("\n") for text in texts]
    text, pages = _paginate(texts, labels)
    return Extracted(
        text=text,
        title=_title(reader) or _largest_words(mended),
        pages=pages,
        toc=tuple(_bookmarks(reader)),
        warnings=_warnings(unread, blank),
    )


def _all_lines(reader: PdfReader) -> tuple[list[list[Line]], list[int]]:
    """The lines of every page, and the numbers of the pages that cannot be read."""
    pages: list[list[Line]] = []
    unread = []
    for number, page in enumerate(reader.pages, 1):
        try:
            pages.append(page_lines(page))
        except MemoryError:
            raise
        except Exception:  # whatever a damaged page makes of the library, the others still count
            pages.append([])
            unread.append(number)
    return pages, unread


def _shows_something(page: Any, has_lines: bool) -> bool:
    """Whether a page without text of its own has a picture, or drawings in place of letters."""
    try:
        if page["/Resources"].get("/XObject"):
            return True
        contents = page.get_contents()
        return not has_lines and contents is not None and len(contents.get_data()) > _DRAWING_BYTES
    except Exception:  # a page too damaged to tell is better named than passed over
        return not has_lines


def _warnings(unread: Sequence[int], blank: Sequence[int]) -> tuple[str, ...]:
    warnings = []
    if unread:
        warnings.append(f"{_numbers(unread)} cannot be read: damaged")
    if blank:
        warnings.append(f"{_numbers(blank)} {'has' if len(blank) == 1 else 'have'} no text layer")
    return tuple(warnings)


def _numbers(pages: Sequence[int]) -> str:
    if len(pages) == 1:
        return f"page {pages[0]}"
    listed = ", ".join(map(str, pages[:_LISTED_PAGES]))
    more = len(pages) - _LISTED_PAGES
    return f"pages {listed}" + (f" and {more} more" if more > 0 else "")


def _labels(reader: PdfReader, pages: int) -> list[str]:
    """The printed number of each page; the plain number where the file has none."""
    plain = [str(number) for number in range(1, pages + 1)]
    try:
        labels = [clean_line(label) for label in reader.page_labels]
    except Exception:  # labels are an extra that damaged files get wrong in many ways
        return plain
    return labels if len(labels) == pages else plain


def _mend_bold(pages: list[list[Line]]) -> list[list[Line]]:
    texts = iter(mend_bold([line.text for lines in pages for line in lines]))
    return [[replace(line, text=next(texts)) for line in lines] for lines in pages]


def _paginate(texts: Sequence[str], labels: Sequence[str]) -> tuple[str, tuple[Page, ...]]:
    """Join the texts of the pages: by a blank line, or a line end within a paragraph."""
    text, pages = "", []
    for number, (page, label) in enumerate(zip(texts, labels, strict=True), 1):
        if text and page:
            text += "\n" if continues(text, page) else "\n\n"
        start = len(text)
        text += page
        pages.append(Page(number, start, len(text), label if label != str(number) else None))
    return text + "\n", tuple(pages)


def _title(reader: PdfReader) -> str:
    """The title in the file's properties, where it is one and no file name."""
    try:
        title = clean_line(str(reader.metadata.get("/Title") or "")) if reader.metadata else ""
    except Exception:  # properties are an extra, too
        return ""
    title = _TOOL.sub("", title)
    if _FILE_NAME.search(title) or _NO_TITLE.match(title) or sum(map(str.isalpha, title)) < 3:
        return ""
    return title


def _largest_words(pages: Sequence[Sequence[Line]]) -> str:
    """The lines in the largest letters of the first page, where they are larger than the rest."""
    first = next((lines for lines in pages if lines), [])
    size = max((line.size for line in first), default=0.0)
    words = " ".join(line.text for line in first if line.size >= 0.98 * size)
    clear = size >= 1.3 * body_size(pages) > 0 and len(words) <= 200
    return words if clear and sum(map(str.isalpha, words)) >= 3 else ""


def _bookmarks(reader: PdfReader) -> Iterator[TocEntry]:
    try:
        outline = reader.outline
    except Exception:  # and so are bookmarks
        return
    yield from _entries(reader, outline, 1)


def _entries(reader: PdfReader, outline: Sequence[Any], level: int) -> Iterator[TocEntry]:
    for entry in outline:
        if isinstance(entry, list):
            yield from _entries(reader, entry, level + 1)
            continue
        title = clean_line(str(entry.title or ""))
        try:
            page = reader.get_destination_page_number(entry)
        except Exception:
            page = None
        if title:
            yield TocEntry(title, level, None if page is None or page < 0 else page + 1)

"""A span of plain text as HTML: escaped, with quotes marked, ``**bold**`` shown and links put in.

Only three tags can come out, and all of them are written here or by the caller: ``<mark>``,
``<strong>`` and links. Every character of the text itself is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

_BOLD = re.compile(r"\*\*(?=\S)(?P<inner>[^\n]+?)(?<=\S)\*\*")


@dataclass(frozen=True, slots=True)
class Quote:
    """The span of a text to mark; ``anchor``, if any, is the id of its first piece on the page."""

    start: int
    end: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Link:
    """The span of a text that is replaced by ``html``, which is trusted as it is."""

    start: int
    end: int
    html: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of characters that look alike."""

    html: str
    bold: bool
    quote: Quote | None


class Inline:
    """Renders spans of one text. A quote that runs over several spans gets its anchor once.

    >>> Inline("**RAG** is <new>", [Quote(0, 7, "q1")])(0, 16)
    '<mark id="q1"><strong>RAG</strong></mark> is &lt;new&gt;'
    """

    def __init__(self, text: str, quotes: Sequence[Quote] = (), links: Sequence[Link] = ()) -> None:
        self.text = text
        self.anchored: set[str] = set()
        self._quotes = quotes
        self._links = links

    def __call__(self, start: int, end: int) -> str:
        """HTML of ``text[start:end]``, which should lie within one line."""
        marked = groupby(self._pieces(start, end), key=lambda piece: piece.quote)
        return "".join(self._mark(quote, _emphasised(pieces)) for quote, pieces in marked)

    def _pieces(self, start: int, end: int) -> Iterator[_Piece]:
        bold = list(_BOLD.finditer(self.text, start, end))
        cuts = {start, end}
        for match in bold:
            cuts.update((*match.span(), *match.span("inner")))
        spans: list[Quote | Link] = [*self._quotes, *self._links]
        for span in spans:
            cuts.update((span.start, span.end))
        for left, right in pairwise(sorted(cut for cut in cuts if start <= cut <= end)):
            around = next((match for match in bold if match.start() <= left < match.end()), None)
            inner = around is not None and around.start("inner") <= left < around.end("inner")
            if around is not None and not inner:
                continue  # the asterisks themselves
            quote = next((each for each in self._quotes if each.start <= left < each.end), None)
            yield _Piece(self._text(left, right), inner, quote)

    def _text(self, start: int, end: int) -> str:
        link = next((each for each in self._links if each.start <= start < each.end), None)
        if link is None:
            return escape(self.text[start:end])
        return link.html if link.start == start else ""

    def _mark(self, quote: Quote | None, inner: str) -> str:
        if quote is None or not inner:
            return inner
        if not quote.anchor or quote.anchor in self.anchored:
            return f"<mark>{inner}</mark>"
        self.anchored.add(quote.anchor)
        return f'<mark id="{escape(quote.anchor)}">{inner}</mark>'


def _emphasised(pieces: Iterable[_Piece]) -> str:
    runs = groupby(pieces, key=lambda piece: piece.bold)
    joined = ((bold, "".join(piece.html for piece in run)) for bold, run in runs)
    return "".join(f"<strong>{html}</strong>" if bold else html for bold, html in joined)

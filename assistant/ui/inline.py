"""A span of plain text as HTML: escaped, quotes marked, bold and code shown, links put in.

Only four tags can come out, and all of them are written here or by the caller: ``<mark>``,
``<strong>``, ``<code>`` and links. Every character of the text itself is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

_BOLD = re.compile(r"\*\*(?=\S)(?P<inner>[^\n]+?)(?<=\S)\*\*")
_CODE = re.compile(r"(?<!`)`(?=\S)(?P<inner>[^`\n]+?)(?<=\S)`(?![`\w])")


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
    tags: tuple[str, ...]
    quote: Quote | None


class Inline:
    """Renders spans of one text. A quote that runs over several spans gets its anchor once.

    >>> Inline("**RAG** is <new>", [Quote(0, 7, "q1")])(0, 16)
    '<mark id="q1"><strong>RAG</strong></mark> is &lt;new&gt;'
    >>> Inline("**Set `max`** to `a**b`")(0, 23)
    '<strong>Set </strong><strong><code>max</code></strong> to <code>a**b</code>'
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
        marks = _marks(self.text, start, end)
        cuts = {start, end}
        for match, _ in marks:
            cuts.update((*match.span(), *match.span("inner")))
        spans: list[Quote | Link] = [*self._quotes, *self._links]
        for span in spans:
            cuts.update((span.start, span.end))
        for left, right in pairwise(sorted(cut for cut in cuts if start <= cut <= end)):
            around = [(match, tag) for match, tag in marks if match.start() <= left < match.end()]
            if any(not match.start("inner") <= left < match.end("inner") for match, _ in around):
                continue  # the asterisks or backticks themselves
            quote = next((each for each in self._quotes if each.start <= left < each.end), None)
            yield _Piece(self._text(left, right), tuple(tag for _, tag in around), quote)

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


def _marks(text: str, start: int, end: int) -> list[tuple[re.Match[str], str]]:
    """What is bold and what is code, with its tag; asterisks within code are its own."""
    code = [(match, "code") for match in _CODE.finditer(text, start, end)]
    bold = [
        (match, "strong")
        for match in _BOLD.finditer(text, start, end)
        if all(_apart_or_within(match, other) for other, _ in code)
    ]
    return bold + code


def _apart_or_within(bold: re.Match[str], code: re.Match[str]) -> bool:
    apart = code.end() <= bold.start() or bold.end() <= code.start()
    return apart or (bold.start("inner") <= code.start() and code.end() <= bold.end("inner"))


def _emphasised(pieces: Iterable[_Piece]) -> str:
    made = ""
    for tags, run in groupby(pieces, key=lambda piece: piece.tags):
        html = "".join(piece.html for piece in run)
        for tag in reversed(tags):
            html = f"<{tag}>{html}</{tag}>"
        made += html
    return made

"""A span of plain text as HTML: escaped, quotes marked, bold and code shown, links put in.

Only five tags can come out, and all of them are written here or by the caller: ``<mark>``,
``<strong>``, ``<code>``, ``<span>`` and links. Every character of the text itself is escaped. What
a document links to can be read and is no link.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby, pairwise

_BOLD = re.compile(r"\*\*(?=\S)(?P<inner>[^\n]+?)(?<=\S)\*\*")
_LINK = re.compile(
    r"!?\[(?P<inner>(?:[^\[\]\\\n]|\\.){0,300})\]"
    r"\((?P<target>[^()\s]{0,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?)[^()\n]{0,300}\)"
)
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_CODE = re.compile(r"(?<!`)`(?=\S)(?P<inner>[^`\n]+?)(?<=\S)`(?![`\w])")


_Mark = tuple[re.Match[str], str]  # with its tag


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
    r"""Renders spans of one text. A quote that runs over several spans gets its anchor once.

    Of a ``markdown`` text the links show their words, and the backslashes before punctuation go;
    in others they may mean something else.

    >>> Inline("**RAG** is <new>", [Quote(0, 7, "q1")])(0, 16)
    '<mark id="q1"><strong>RAG</strong></mark> is &lt;new&gt;'
    >>> Inline("**Set `max`** to `a**b`")(0, 23)
    '<strong>Set </strong><strong><code>max</code></strong> to <code>a**b</code>'
    >>> Inline(r"us\-east: [all](a.md)\.", markdown=True)(0, 23)
    'us-east: <span class="linked" title="a.md">all</span>.'
    """

    def __init__(
        self,
        text: str,
        quotes: Sequence[Quote] = (),
        links: Sequence[Link] = (),
        *,
        markdown: bool = False,
    ) -> None:
        self.text = text
        self.markdown = markdown
        self.anchored: set[str] = set()
        self._quotes = quotes
        self._links = links

    def __call__(self, start: int, end: int) -> str:
        """HTML of ``text[start:end]``, which should lie within one line."""
        marked = groupby(self._pieces(start, end), key=lambda piece: piece.quote)
        return "".join(self._mark(quote, _emphasised(pieces)) for quote, pieces in marked)

    def _pieces(self, start: int, end: int) -> Iterator[_Piece]:
        marks = _marks(self.text, start, end, markdown=self.markdown)
        escapes = self._escapes(marks, start, end)
        cuts = {start, end, *escapes, *(at + 1 for at in escapes)}
        for match, _ in marks:
            cuts.update((*match.span(), *match.span("inner")))
        spans: list[Quote | Link] = [*self._quotes, *self._links]
        for span in spans:
            cuts.update((span.start, span.end))
        for left, right in pairwise(sorted(cut for cut in cuts if start <= cut <= end)):
            around = [(match, tag) for match, tag in marks if match.start() <= left < match.end()]
            if left in escapes or not all(
                match.start("inner") <= left < match.end("inner") for match, _ in around
            ):
                continue  # the asterisks, backticks or targets themselves
            quote = next((each for each in self._quotes if each.start <= left < each.end), None)
            yield _Piece(self._text(left, right), tuple(tag for _, tag in around), quote)

    def _escapes(self, marks: Sequence[_Mark], start: int, end: int) -> set[int]:
        """Where the backslashes stand that only keep a sign from being mark-up; not in code."""
        if not self.markdown:
            return set()
        code = [match for match, tag in marks if tag == "code"]
        found = (match.start() for match in _ESCAPE.finditer(self.text, start, end))
        return {at for at in found if not any(c.start() <= at < c.end() for c in code)}

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


def _marks(text: str, start: int, end: int, *, markdown: bool) -> list[_Mark]:
    """What is linked, bold and code, with its tag; brackets and asterisks within code are its own,
    and so are asterisks in a target."""
    inside = [(match, "code") for match in _CODE.finditer(text, start, end)]
    linked = _LINK.finditer(text, start, end) if markdown else ()
    links = [
        (match, f'span class="linked" title="{escape(match["target"])}"')
        for match in linked
        if all(_apart_or_within(match, other) for other, _ in inside)
    ]
    bold = [
        (match, "strong")
        for match in _BOLD.finditer(text, start, end)
        if all(_apart_or_within(match, other) for other, _ in inside)
        and all(_apart_or_within(match, o) or _apart_or_within(o, match) for o, _ in links)
    ]
    return links + bold + inside


def _apart_or_within(outer: re.Match[str], inner: re.Match[str]) -> bool:
    apart = inner.end() <= outer.start() or outer.end() <= inner.start()
    return apart or (outer.start("inner") <= inner.start() and inner.end() <= outer.end("inner"))


def _emphasised(pieces: Iterable[_Piece]) -> str:
    made = ""
    for tags, run in groupby(pieces, key=lambda piece: piece.tags):
        html = "".join(piece.html for piece in run)
        for tag in reversed(tags):
            html = f"<{tag}>{html}</{tag.split()[0]}>"
        made += html
    return made

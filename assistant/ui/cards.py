"""The source cards: each passage an answer rests on, with its place and the quoted words marked.

Pure functions from an answer to HTML. Everything that comes from a document is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.load import is_markdown
from assistant.types import Answer, Citation, Hit, Passage
from assistant.ui.inline import Inline, Quote
from assistant.ui.prose import prose

MOST_FURTHER = 10  # addresses


def quote_anchor(turn: int, marker: int) -> str:
    """The id of the marked words that ``[marker]`` of this turn's answer points to."""
    return f"quote-{turn}-{marker}"


def hit_anchor(turn: int, rank: int) -> str:
    """The id of the card of a passage that was found but not quoted."""
    return f"hit-{turn}-{rank}"


def sources(turn: int, answer: Answer) -> str:
    """The cards of one answer: what it quotes first, then what else was found.

    A passage quoted several times is one card that carries all its markers. Nothing where nothing
    was found.
    """
    quoted: dict[str, list[Citation]] = {}
    for citation in answer.citations:
        quoted.setdefault(citation.passage.passage_id, []).append(citation)
    scores = {hit.passage.passage_id: hit.score for hit in answer.hits}
    cards = [_quoted_card(turn, each, scores.get(name)) for name, each in quoted.items()]
    others = [hit for hit in answer.hits if hit.passage.passage_id not in quoted]
    found = [_found_card(turn, hit) for hit in others]
    if not cards:
        return _section("Nearest passages", found) if found else ""
    more = f"<details><summary>Also found ({len(found)})</summary>{''.join(found)}</details>"
    return _section("Sources", [*cards, further(answer), more if found else ""])


def further(answer: Answer) -> str:
    """What the cited chapters name as their references, as links that only a click follows."""
    addresses = [one for one in answer.further_reading if one.startswith(("https://", "http://"))]
    if not addresses:
        return ""
    links = "".join(
        f'<li><a href="{escape(one)}" target="_blank" rel="noopener noreferrer">{escape(one)}</a>'
        for one in addresses[:MOST_FURTHER]
    )
    return f'<details class="further"><summary>Further reading</summary><ul>{links}</ul></details>'


def place(passage: Passage) -> str:
    """The page or pages of a passage in words, or nothing where its format has no pages.

    A printed page label comes first, because that is what a reader looks for.
    """
    first, last, label = passage.page_start, passage.page_end, passage.page_label
    pages = _pages(str(first), None if last in (None, first) else str(last)) if first else ""
    if label is None or label == str(first):
        return pages
    printed = _pages(*label.split("–", maxsplit=1))
    return f"{printed} ({pages} of the file)" if pages else printed


def _pages(first: str, last: str | None = None) -> str:
    return f"p. {first}" if last is None else f"pp. {first}–{last}"


def _section(title: str, cards: Sequence[str]) -> str:
    return f'<h2 class="sources-title">{title}</h2>{"".join(cards)}'


def _quoted_card(turn: int, citations: Sequence[Citation], score: float | None) -> str:
    passage = citations[0].passage
    quotes = [
        Quote(
            citation.start - passage.start,
            citation.end - passage.start,
            quote_anchor(turn, citation.marker),
        )
        for citation in citations
    ]
    markers = "".join(_marker(turn, citation) for citation in citations)
    inline = Inline(passage.text, quotes, markdown=is_markdown(passage.document))
    body = prose(inline, passage.header)
    # A quote inside another one has no mark of its own, and its link must still lead here.
    lost = "".join(
        f'<span id="{quote.anchor}"></span>'
        for quote in quotes
        if quote.anchor not in inline.anchored
    )
    shown = (min(each.start for each in citations), max(each.end for each in citations))
    return _card(passage, body, shown, score, f'<span class="markers">{markers}</span>{lost}')


def _marker(turn: int, citation: Citation) -> str:
    """The number of a citation, with the place that pressing it in the answer opens."""
    place = ""
    if citation.passage.doc_id:
        place = (
            f' data-quote="{quote_anchor(turn, citation.marker)}"'
            f' data-doc="{escape(citation.passage.doc_id)}"'
            f' data-start="{citation.start}" data-end="{citation.end}"'
        )
    return f'<span class="marker"{place}>{citation.marker}</span>'


def _found_card(turn: int, hit: Hit) -> str:
    passage = hit.passage
    inline = Inline(passage.text, markdown=is_markdown(passage.document))
    body = prose(inline, passage.header)
    anchor = hit_anchor(turn, hit.rank)
    return _card(passage, body, (passage.start, passage.end), hit.score, anchor=anchor)


def _card(
    passage: Passage,
    body: str,
    shown: tuple[int, int],
    score: float | None,
    markers: str = "",
    anchor: str = "",
) -> str:
    *above, title = passage.heading or (passage.document,)
    path = f'<p class="path">{escape(" › ".join(above))}</p>' if above else ""
    where = " · ".join(filter(None, [passage.document, place(passage)]))
    name = f' id="{anchor}"' if anchor else ""
    return (
        f'<article class="card" tabindex="-1"{name}>'
        f'<header>{markers}<h3>{escape(title)}</h3>{path}<p class="where">{escape(where)}</p>'
        f'</header><div class="passage">{body}</div>{_foot(passage, shown, score)}</article>'
    )


def _foot(passage: Passage, shown: tuple[int, int], score: float | None) -> str:
    """How well the passage fits the question, and the button that opens ``shown`` in the reader.

    A passage of a document that the library no longer has can not be opened.
    """
    fits = "" if score is None else _strength(score)
    start, end = shown
    opens = (
        f'<button type="button" class="open-reader" data-doc="{escape(passage.doc_id)}"'
        f' data-start="{start}" data-end="{end}">Open in the reader</button>'
        if passage.doc_id
        else ""
    )
    return f'<footer class="card-foot">{fits}{opens}</footer>' if fits or opens else ""


def _strength(score: float) -> str:
    """A bar for a score of hybrid search, which compares the passages found, from 0 to 1."""
    share = round(100 * max(0.0, min(1.0, score)))
    told = f"Fits the question: {share} of 100, beside the other passages found"
    return (
        f'<span class="strength" role="img" aria-label="{told}" title="{told}">'
        f'<span style="width:{share}%"></span></span>'
    )

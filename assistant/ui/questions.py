"""Single questions of an evaluation run as HTML: their list, and what was found for one.

Pure functions. Everything that comes from documents, questions or names is escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

from assistant.ui.inline import Inline, Link, Quote
from assistant.ui.prose import paragraphs, prose

if TYPE_CHECKING:
    from assistant.evaluation.failures import Failure
    from assistant.evaluation.failures import Shown as Hit
    from assistant.evaluation.marks import Piece
    from assistant.evaluation.run import Asked

NONE_LISTED = '<p class="empty">No question of this run is like that.</p>'


def entries(name: str, found: Sequence[str]) -> str:
    """The list of questions of the run with that name; see :func:`entry`."""
    listed = "".join(found) or NONE_LISTED
    return f'<div class="questions" data-run="{escape(name)}">{listed}</div>'


def entry(asked: Asked, wrong: Sequence[str]) -> str:
    """A question that opens; the page's script fetches what is inside when it does."""
    of = escape(" · ".join(filter(None, [asked.category, asked.split])))
    return (
        f'<details class="question" data-question="{escape(asked.id)}"><summary>'
        f'<span class="q">{escape(asked.question)}</span>'
        f'<span class="{"wrong" if wrong else "well"}">{escape(_outcome(asked, wrong))}</span>'
        f'<span class="of">{of}</span></summary><div class="inside" aria-live="polite"></div>'
        "</details>"
    )


def _outcome(asked: Asked, wrong: Sequence[str]) -> str:
    if wrong:
        return "; ".join(wrong)
    if asked.answerable:
        return "found"
    return "refused, as it should be" if asked.reply is not None else "has no answer to be found"


def explained(one: Failure, unit: str) -> str:
    """What should have been found, what was answered, and what was found; ``unit`` is the word for
    what is ranked.
    """
    parts = [f'<p class="facts">{escape(_facts(one, unit))}</p>']
    if one.gold:
        gold = "".join(
            f"<blockquote>{marked(found.text)}<footer>{escape(found.document)}"
            f"{_grade(found.grade)}</footer></blockquote>"
            for found in one.gold
        )
        parts.append(f"<h3>Should be found</h3>{gold}")
    if one.answer:
        parts.append(f"<h3>Was answered</h3>{marked(one.answer, paragraphs)}")
    hits = "".join(_hit(hit) for hit in one.hits) or "<li>nothing</li>"
    return "".join([*parts, f'<h3>Was found</h3><ol class="hits">{hits}</ol>'])


def marked(pieces: Sequence[Piece], as_html: Callable[[Inline], str] = prose) -> str:
    """Text as it is shown elsewhere, with the words of the gold quotes marked, and those of the
    question underlined."""
    quotes, asked, at = [], [], 0
    for piece in pieces:
        end = at + len(piece.text)
        if piece.mark in ("gold", "both"):
            quotes.append(Quote(at, end, ""))
        if piece.mark in ("asked", "both"):
            # Word by word, since a cell or a line may end between two of them.
            for word in re.finditer(r"\S+", piece.text):
                span = (at + word.start(), at + word.end())
                asked.append(Link(*span, f"<u>{escape(word.group())}</u>"))
        at = end
    html = as_html(Inline("".join(piece.text for piece in pieces), quotes, asked))
    return f'<div class="passage">{html}</div>'


def _facts(one: Failure, unit: str) -> str:
    asked = one.asked
    said = []
    if asked.searched != asked.question:
        said.append(f"Searched for: “{asked.searched}”.")
    if not asked.answerable:
        said.append("The documents do not answer this.")
    elif one.rank:
        said.append(f"First relevant {unit} at rank {one.rank}.")
    else:
        said.append(f"No relevant {unit} was found.")
    if asked.reply is not None:
        refused = ", refused" if asked.reply.refused else ""
        said.append(f"Confidence {asked.reply.confidence:.2f}{refused}.")
    return " ".join(said)


def _grade(grade: str) -> str:
    return f" · answers in {'full' if grade == 'full' else 'part'}" if grade else ""


def _hit(hit: Hit) -> str:
    found = hit.found
    where = [" › ".join(found.heading) or found.document, hit.pages, f"{found.score:.3f}"]
    place = escape(" · ".join(filter(None, where)))
    relevant = "<b>relevant</b> · " if found.relevant else ""
    return f'<li value="{hit.rank}"><p class="place">{relevant}{place}</p>{marked(hit.text)}</li>'

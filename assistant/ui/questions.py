"""Single questions of an evaluation run as HTML: their list, and what was found for one.

Pure functions. Everything that comes from documents, questions or names is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

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
            f"<blockquote><p>{marked(found.text)}</p><footer>{escape(found.document)}"
            f"{_grade(found.grade)}</footer></blockquote>"
            for found in one.gold
        )
        parts.append(f"<h3>Should be found</h3>{gold}")
    if one.answer:
        parts.append(f'<h3>Was answered</h3><div class="text">{marked(one.answer)}</div>')
    hits = "".join(_hit(hit) for hit in one.hits) or "<li>nothing</li>"
    return "".join([*parts, f'<h3>Was found</h3><ol class="hits">{hits}</ol>'])


def marked(pieces: Sequence[Piece]) -> str:
    """Text with the words of the gold quotes marked, and those of the question underlined."""
    tags = {"gold": ("mark",), "asked": ("u",), "both": ("mark", "u"), "": ()}
    found = []
    for piece in pieces:
        opening = "".join(f"<{tag}>" for tag in tags[piece.mark])
        closing = "".join(f"</{tag}>" for tag in reversed(tags[piece.mark]))
        found.append(f"{opening}{escape(piece.text)}{closing}")
    return "".join(found)


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
    return (
        f'<li value="{hit.rank}"><p class="place">{relevant}{place}</p>'
        f'<div class="text">{marked(hit.text)}</div></li>'
    )

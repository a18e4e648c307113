"""Evidence as the text of an answer: quotations with their marks, rows as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, pairwise, takewhile

from assistant.extract import Evidence
from assistant.outline import cells, title_of
from assistant.types import Citation

MARK = re.compile(r"\[(\d+)\]")


def reading_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best evidence first, then the rest by passage, that of better evidence first, in order.

    ``evidence`` is as :func:`choose` gives it: the best first, a list in its own order. What
    continues the best directly stays with it, and the rows of its table stay together.
    """
    if not evidence:
        return []
    best = evidence[0]
    if best.unit.kind == "row":
        opening = [e for e in evidence if e.unit.kind == "row" and _beside(best, e)]
        opening.sort(key=lambda e: e.unit.start)
    else:
        continued = takewhile(lambda pair: _continues(*pair), pairwise(evidence))
        opening = [best, *(after for _, after in continued)]
    first = {e.hit.passage.passage_id: i for i, e in reversed(list(enumerate(evidence)))}
    rest = [e for e in evidence if e not in opening]
    return opening + sorted(rest, key=lambda e: (first[e.hit.passage.passage_id], e.unit.start))


def _beside(one: Evidence, other: Evidence) -> bool:
    return one.hit.passage is other.hit.passage


def _continues(before: Evidence, after: Evidence) -> bool:
    """Whether ``after`` is the next unit of the same passage."""
    units = before.hit.passage.units
    return _beside(before, after) and units.index(after.unit) == units.index(before.unit) + 1


def quote(evidence: Sequence[Evidence]) -> tuple[str, tuple[Citation, ...]]:
    """The evidence as text, each quotation followed by its mark ``[n]``, and the citations.

    Sentences and bullets stand on lines of their own, below the headings that are quoted with them;
    rows of one table form a table under its header. White space inside a quotation is folded in the
    text, never in the citation.
    """
    citations = tuple(
        Citation(n, e.hit.passage, e.start, e.unit.end, e.quote) for n, e in enumerate(evidence, 1)
    )
    blocks = []
    numbered = zip(evidence, citations, strict=True)
    for header, group in groupby(numbered, key=lambda pair: _header(pair[0])):
        lines = [_line(e, c.marker, header) for e, c in group]
        blocks.append("\n".join([*_head(header), *lines]))
    return "\n\n".join(blocks), citations


def _header(evidence: Evidence) -> str | None:
    """The header row over a row, or ``None`` for a unit that is no row or has none.

    A row's header is no unit, so it is what stands before the row, or before the rows above it.
    """
    if evidence.unit.kind != "row":
        return None
    passage = evidence.hit.passage
    text = passage.text
    end = evidence.unit.start - passage.start
    for above in reversed([unit for unit in passage.units if unit.end <= evidence.unit.start]):
        between = _last_row(text[above.end - passage.start : end])
        if between or above.kind != "row":
            return between or None
        end = above.start - passage.start
    return _last_row(text[:end]) or _last_row(passage.header) or None


def _last_row(text: str) -> str:
    """The last line that has words, which the rule under a header has not."""
    return next((line for line in reversed(text.splitlines()) if any(map(str.isalnum, line))), "")


def _head(header: str | None) -> list[str]:
    if header is None:
        return []
    names = cells(header)
    return [_table_row(names), _table_row(["---"] * len(names))]


def _line(evidence: Evidence, marker: int, header: str | None) -> str:
    if header is not None:
        row = cells(evidence.quote.splitlines()[-1])
        return _table_row([*row[:-1], f"{row[-1]} [{marker}]"])
    lead = evidence.quote[: evidence.lead].splitlines()
    names = [f"**{title}**" for title in map(title_of, lead) if any(map(str.isalnum, title))]
    text = " ".join(evidence.text.split())
    return "\n".join([*names, f"{text} [{marker}]"])


def _table_row(values: Sequence[str]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"

"""Evidence as the text of an answer: quotations with their marks, rows as tables."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from assistant.extract import Evidence
from assistant.outline import cells, title_of
from assistant.types import Citation

MARK = re.compile(r"\[(\d+)\]")


def reading_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Evidence grouped by passage, that of the best first, each group in the document's order."""
    first = {e.hit.passage.passage_id: i for i, e in reversed(list(enumerate(evidence)))}
    return sorted(evidence, key=lambda e: (first[e.hit.passage.passage_id], e.unit.start))


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

"""From a question to an answer: search, decide whether to answer, quote, cite."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from assistant import confidence, extract, retrieve
from assistant.errors import GeneratorError
from assistant.extract import Evidence
from assistant.indexes import Index
from assistant.outline import SEPARATOR, blank_markup, cells, sentences
from assistant.prompt import write_prompt
from assistant.protocols import Generator
from assistant.types import Answer, Citation, Hit

if TYPE_CHECKING:
    from assistant.types import Vectors

MARK = re.compile(r"\[(\d+)\]")
# Marks behind the end of their sentence, where many models set them: "It learns. [1]"
LATE_MARKS = re.compile(r"([.!?])\s*((?:\[\d+\]\s?)*\[\d+\])")
REFUSAL = "I found nothing in your library that answers this."


def answer(
    index: Index,
    question: str,
    query: Vectors,
    k: int,
    generator: Generator | None = None,
) -> Answer:
    """Answer a question from the library, with quotations or through a chat model.

    ``query`` is the question's vector, float32 (d,) of unit length; ``k`` is how many passages are
    considered and returned. Whether the library answers at all is decided before any model is
    asked. Where the model fails, the quotations stand in its place and ``note`` says why.
    """
    hits = retrieve.search(index, question, query, k, "hybrid")
    evidence, signals = weigh(index, question, query, hits)
    calibration = confidence.load_calibration()
    probability = calibration.probability(signals)
    if not evidence or probability < calibration.threshold:
        return Answer(question, question, REFUSAL, (), tuple(hits), True, probability)
    chosen = reading_order(extract.select(evidence))
    text, citations = quote(chosen)
    name, note = "quotation", ""
    if generator is not None:
        try:
            text, name = _generate(generator, question, chosen), generator.name
        except GeneratorError as error:
            said = (error.message, error.hint, "These are quotations instead.")
            note = " ".join(part for part in said if part)
    return Answer(question, question, text, citations, tuple(hits), False, probability, name, note)


def weigh(
    index: Index, question: str, query: Vectors, hits: Sequence[Hit]
) -> tuple[list[Evidence], dict[str, float]]:
    """The evidence in the hits, best first, and the signals that the confidence is made of."""
    places = [index.positions[hit.passage.passage_id] for hit in hits]
    weights = extract.weigh(question, index.lexical.idf)
    cosines = [retrieve.unit_similarities(index, query, place) for place in places]
    evidence = extract.collect(weights, hits, cosines)
    best = max((float(index.loaded.matrix[place] @ query) for place in places), default=0.0)
    known = index.lexical.known
    return evidence, confidence.features(question, weights, hits, evidence, best, known)


def reading_order(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Evidence grouped by passage, that of the best first, each group in the document's order."""
    first = {e.hit.passage.passage_id: i for i, e in reversed(list(enumerate(evidence)))}
    return sorted(evidence, key=lambda e: (first[e.hit.passage.passage_id], e.unit.start))


def quote(evidence: Sequence[Evidence]) -> tuple[str, tuple[Citation, ...]]:
    """The evidence as text, each quotation followed by its mark ``[n]``, and the citations.

    Sentences and bullets stand on lines of their own; rows of one table form a table under its
    header. White space inside a quotation is folded in the text, never in the citation.
    """
    citations = tuple(
        Citation(n, e.hit.passage, e.unit.start, e.unit.end, e.quote)
        for n, e in enumerate(evidence, 1)
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
    text = " ".join(evidence.quote.split())
    return f"{text} [{marker}]"


def _table_row(values: Sequence[str]) -> str:
    return "| " + " | ".join(value.replace("|", "\\|") for value in values) + " |"


def _generate(generator: Generator, question: str, evidence: Sequence[Evidence]) -> str:
    """The model's answer over the numbered quotations, without sentences that cite none of them.

    Raises :class:`GeneratorError` where nothing that rests on a quotation is left.
    """
    quotations = [(SEPARATOR.join(e.hit.passage.heading), blank_markup(e.quote)) for e in evidence]
    written = "".join(generator.stream(write_prompt(question, quotations)))
    written = LATE_MARKS.sub(r" \2\1", written)
    kept = []
    for start, end in sentences(written, 0, len(written)):
        sentence = written[start:end]
        marks = [int(mark) for mark in MARK.findall(sentence)]
        if marks and all(1 <= mark <= len(evidence) for mark in marks):
            kept.append(sentence)
    if not kept:
        raise GeneratorError(f"The chat model {generator.name} cited none of the quotations.")
    return " ".join(kept)

"""What of the found passages may answer: every sentence, bullet and row, weighed in context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant import extract, retrieve
from assistant.chunk import context_of, embedded_text, unit_spans
from assistant.extract import Evidence
from assistant.indexes import Index
from assistant.match import matched
from assistant.protocols import Pieces
from assistant.types import Hit, Passage, Unit


@dataclass(frozen=True, slots=True)
class Candidates:
    """All units of some passages, best first, and the word pieces of each."""

    evidence: list[Evidence]
    pieces: dict[tuple[str, Unit], Pieces]

    def pieces_of(self, found: Sequence[Evidence]) -> list[Pieces]:
        """The word pieces of some of the evidence; none are known where no encoder was asked."""
        keys = [(one.hit.passage.passage_id, one.unit) for one in found]
        return [self.pieces[key] for key in keys if key in self.pieces]


def candidates(
    index: Index, question: str, asked: Pieces | None, hits: Sequence[Hit], *, thing: bool = True
) -> Candidates:
    """Weigh every unit of the ``hits``; without the encoder's ``asked``, by its words alone.

    ``thing``: a definition of what the question wants defined gains by being one.
    """
    weights = extract.weigh(question, index.lexical.idf)
    wanted = extract.defined(question) if thing else ()
    pieces: dict[tuple[str, Unit], Pieces] = {}
    cosines, met = [], []
    for hit in hits:
        passage = hit.passage
        if asked is None:
            shares = [extract.coverage(weights, passage, unit) for unit in passage.units]
            met.append(np.array(shares, np.float32))
            cosines.append(np.zeros(len(shares), np.float32))
            continue
        place = index.positions[passage.passage_id]
        own = _of_units(passage, index.loaded.stacked.word_pieces(place))
        pieces |= {(passage.passage_id, u): one for u, one in zip(passage.units, own, strict=True)}
        cosines.append(retrieve.unit_similarities(index, asked.whole, place))
        met.append(matched(question, asked, own, index.lexical.idf))
    return Candidates(extract.collect(weights, hits, cosines, met, wanted), pieces)


def _of_units(passage: Passage, pieces: Pieces) -> list[Pieces]:
    """The word pieces of each unit, with those of the headings that name what it is about."""
    text = embedded_text(passage)
    starts, ends = pieces.spans.T
    above = len(context_of(passage.heading, passage.header))
    found = []
    for unit, (start, end) in zip(passage.units, unit_spans(passage), strict=True):
        own = (ends <= above) | ((starts < end) & (start < ends))
        for title in unit.heading:
            at = text.rfind(title, above, start)
            if at >= 0:
                own |= (at <= starts) & (ends <= at + len(title))
        found.append(Pieces(pieces.whole, pieces.vectors[own], pieces.spans[own]))
    return found

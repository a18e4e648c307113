"""Gold spans to relevance judgments over passages, whatever the passages are.

Labels are spans of the documents, not passages, so the same questions judge every way of cutting
the documents. A passage is relevant if it holds at least SHARE of a span that answers fully (of one
that answers in part, where the question has no other). Half is what a reader needs to recognise
the answer, and no two disjoint passages can both miss it narrowly; other shares can be asked for,
to see whether a conclusion hangs on it. A long span, or one that a border cuts, may reach the share
in no passage: then the passage with the most of it counts, so that no way of cutting is punished
for where its borders fall. A quote that stands in several places makes each of them count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.evaluation.spans import Place, letters, wanted
from assistant.types import Document, Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARE = 0.5
SHARES = (0.25, 0.5, 0.75, 1.0)

# By question: the relevant passages or documents and their grade, which is 1.
Qrels = dict[str, dict[str, int]]


def judge(
    gold: Mapping[str, Sequence[Place]],
    documents: Mapping[str, Document],
    passages: Sequence[Passage],
    least: float = SHARE,
) -> Qrels:
    """The relevant passages of each question, by question id and passage id.

    ``gold`` holds the places of each question, by id; ``documents`` are by path. A question
    without places has no entry. ``least`` is the share, above 0 and at most 1.
    """
    texts = {path: _Text(document, passages) for path, document in _used(gold, documents).items()}
    qrels: Qrels = {}
    for name, found in gold.items():
        relevant: dict[str, int] = {}
        for place in wanted(found):
            for passage_id in texts[place.document].holders(place.start, place.end, least):
                relevant[passage_id] = 1
        if relevant:
            qrels[name] = relevant
    return qrels


def _used(
    gold: Mapping[str, Sequence[Place]], documents: Mapping[str, Document]
) -> dict[str, Document]:
    names = {place.document for found in gold.values() for place in found}
    return {path: documents[path] for path in sorted(names)}


class _Text:
    """One document and its passages as arrays: which passages hold how much of a span."""

    def __init__(self, document: Document, passages: Sequence[Passage]) -> None:
        own = [passage for passage in passages if passage.document == document.path]
        self._ids = [passage.passage_id for passage in own]
        self._starts = np.array([passage.start for passage in own], np.int64)
        self._ends = np.array([passage.end for passage in own], np.int64)
        self._letters = letters(document.text)

    def holders(self, start: int, end: int, least: float) -> list[str]:
        """The passages with at least that share of the span, or the one with the most of it."""
        shares = self._shares(start, end)
        if not shares.size or shares.max() <= 0:
            return []
        # A rounding error must not decide about exactly the share.
        cut = min(least - 1e-9, float(shares.max()))
        found = np.flatnonzero(shares >= cut)
        return [self._ids[i] for i in (found if shares.max() >= least - 1e-9 else found[:1])]

    def _shares(self, start: int, end: int) -> NDArray[np.float64]:
        """The share of the span's letters in each passage: float64 (n,)."""
        total = max(1, int(self._letters[end] - self._letters[start]))
        first = np.clip(self._starts, start, end)
        last = np.maximum(np.clip(self._ends, start, end), first)
        return np.asarray((self._letters[last] - self._letters[first]) / total)

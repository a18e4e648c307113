"""What the library has to say on a question, and how likely that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from assistant import confidence, retrieve
from assistant.candidates import candidates
from assistant.extract import Evidence
from assistant.indexes import Index
from assistant.match import match
from assistant.protocols import Encoder
from assistant.slips import knows
from assistant.stopwatch import Stopwatch
from assistant.types import Hit

if TYPE_CHECKING:
    from assistant.types import Vectors

# Of the best evidence, how much is judged by how it meets the question.
MATCHED = 3


@dataclass(frozen=True, slots=True)
class Considered:
    """The passages found, all evidence in them, best first, and what was made of it.

    ``signals`` are what the ``confidence``, 0…1, is computed from; one of them from the mean of the
    question's word pieces, ``kind``, float32 (k,).
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    signals: dict[str, float]
    confidence: float
    kind: Vectors

    @property
    def answers(self) -> bool:
        """Whether the evidence is good enough to answer with."""
        return bool(self.evidence) and self.confidence >= confidence.load_calibration().threshold

    @property
    def weak(self) -> bool:
        """Whether the evidence is only just good enough."""
        return self.confidence < confidence.load_calibration().weak


def consider(
    index: Index, encoder: Encoder, question: str, k: int, watch: Stopwatch | None = None
) -> Considered:
    """Search for ``k`` passages and weigh every sentence, bullet and row in them.

    Laps of the ``watch``: embed, search, weigh, match.
    """
    watch = watch or Stopwatch()
    (asked,) = encoder.encode_pieces([question])
    watch.lap("embed")
    hits = retrieve.search(index, question, asked, k, "hybrid")
    watch.lap("search")
    weighed = candidates(index, question, asked, hits)
    evidence = tuple(weighed.evidence)
    watch.lap("weigh")
    best = weighed.pieces_of(evidence[:MATCHED])
    met = match(question, asked, best, index.lexical.idf)
    calibration = confidence.load_calibration()
    signals = confidence.features(evidence, met, calibration.along(asked.kind, encoder.sha256))
    # Where no passage has a telling word of it, it is not about the library, whatever its kind. Of
    # over a thousand answerable questions for development, none was like that.
    asked_of = knows(question, index.lexical)
    probability = calibration.probability(signals) if asked_of else 0.0
    watch.lap("match")
    return Considered(tuple(hits), evidence, signals, probability, asked.kind)


def together(parts: Sequence[Considered]) -> Considered:
    """What was made of several questions as one: their evidence in turns, the surest one's rest."""
    surest = max(parts, key=lambda one: one.confidence)
    turns = zip_longest(*(one.evidence for one in parts))
    units = {(e.hit.passage.passage_id, e.unit): e for turn in turns for e in turn if e is not None}
    return replace(surest, evidence=tuple(units.values()))

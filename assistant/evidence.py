"""What the library has to say on a question, and how likely that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import repeat, zip_longest
from typing import TYPE_CHECKING

from assistant import confidence, extract, retrieve
from assistant.extract import Evidence
from assistant.indexes import Index
from assistant.match import match, matched, unmet
from assistant.outline import blank_markup
from assistant.protocols import Encoder
from assistant.stopwatch import Stopwatch
from assistant.types import Hit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from assistant.types import Vectors

# What a unit gains whose words are those of the question or near them, each taken by itself.
# Measured on the development questions, as are the weights in ``extract``.
WORDS_WEIGHT = 0.5
# Of the best evidence, how much is compared word by word in context; it is what takes time.
MATCHED = 3
# What that counts in their order. On the development questions of the two sets 0.5 and 3.5 % of the
# answers more open with what answers, and about as many hold it.
CONTEXT_WEIGHT = 1.0


@dataclass(frozen=True, slots=True)
class Considered:
    """The passages found, all evidence in them, best first, and what was made of it.

    ``signals`` are what the ``confidence``, 0…1, is computed from; one of them from what is
    ``unmet`` of the question, float32 (d,).
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    signals: dict[str, float]
    confidence: float
    unmet: Vectors

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
    query = asked.whole
    watch.lap("embed")
    hits = retrieve.search(index, question, query, k, "hybrid")
    watch.lap("search")
    places = [index.positions[hit.passage.passage_id] for hit in hits]
    weights = extract.weigh(question, index.lexical.idf)
    cosines = [retrieve.unit_similarities(index, query, place) for place in places]
    collected = extract.collect(weights, hits, cosines, extract.defined(question))
    evidence = _by_words(index, encoder, question, collected)
    watch.lap("weigh")
    found = encoder.encode_pieces([_in_context(one) for one in evidence[:MATCHED]])
    best = match(question, asked, found, index.lexical.idf)
    left = unmet(question, asked, found, index.lexical.idf)
    evidence = _in_order(evidence, matched(question, asked, found, index.lexical.idf))
    calibration = confidence.load_calibration()
    along = calibration.along(left, encoder.sha256)
    signals = confidence.features(evidence, best, along)
    watch.lap("match")
    probability = calibration.probability(signals)
    return Considered(tuple(hits), tuple(evidence), signals, probability, left)


def together(parts: Sequence[Considered]) -> Considered:
    """What was made of several questions as one: their evidence in turns, the surest one's rest."""
    surest = max(parts, key=lambda one: one.confidence)
    turns = zip_longest(*(one.evidence for one in parts))
    units = {(e.hit.passage.passage_id, e.unit): e for turn in turns for e in turn if e is not None}
    return replace(surest, evidence=tuple(units.values()))


def _by_words(
    index: Index, encoder: Encoder, question: str, evidence: Sequence[Evidence]
) -> list[Evidence]:
    """The evidence, best first, with what each gains by its words."""
    asked, *found = encoder.look_up_pieces([question, *map(_in_context, evidence)])
    gains = WORDS_WEIGHT * matched(question, asked, found, index.lexical.idf)
    gained = [replace(e, score=e.score + float(g)) for e, g in zip(evidence, gains, strict=True)]
    return sorted(gained, key=extract.order)


def _in_order(evidence: Sequence[Evidence], met: NDArray[np.float32]) -> list[Evidence]:
    """The evidence, best first, with ``met`` counted in: how well each of the first few meets the
    question's words in context. The others stay behind them.
    """
    gains = [*map(float, met), *repeat(float(met.min(initial=1.0)), len(evidence) - len(met))]
    pairs = zip(evidence, gains, strict=True)
    return sorted(
        (replace(e, score=e.score + CONTEXT_WEIGHT * g) for e, g in pairs), key=extract.order
    )


def _in_context(found: Evidence) -> str:
    """A unit below the headings that name what it is about."""
    headings = (*found.hit.passage.heading[-2:], *found.unit.heading)
    return f"{' '.join(headings)}: {blank_markup(found.text)}"

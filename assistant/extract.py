"""The sentences, bullets and table rows of the found passages that answer the question."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.lexical import terms
from assistant.outline import blank_markup
from assistant.types import Hit, Passage, Unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Weights of a unit's similarity, of the question's terms in it, and of its passage's score; a term
# that stands only in its headings counts in part. Measured on the development questions.
TERMS_WEIGHT = 0.3
PASSAGE_WEIGHT = 0.3
HEADING_SHARE = 0.8
MAX_WORDS = 90
MAX_UNITS = 6
# Units below this share of the best one's score are left out.
RATIO = 0.75
FEWEST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """A unit as a candidate for the answer.

    ``similarity`` is its cosine with the question; ``coverage`` the share, 0…1 by weight, of the
    question's terms that stand in it or its headings; ``score`` combines them, higher is better.
    """

    unit: Unit
    hit: Hit
    similarity: float
    coverage: float
    score: float

    @property
    def quote(self) -> str:
        """The unit's text."""
        passage = self.hit.passage
        return passage.text[self.unit.start - passage.start : self.unit.end - passage.start]


def weigh(question: str, idf: Callable[[str], float]) -> dict[str, float]:
    """The terms of a question and each one's share of their weight; the shares sum to 1."""
    weights = {term: idf(term) for term in terms(question, stop_words=False)}
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()} if total else {}


def collect(
    weights: dict[str, float], hits: Sequence[Hit], similarities: Sequence[NDArray[np.float32]]
) -> list[Evidence]:
    """All units of the hits as evidence, best first.

    ``weights`` come from :func:`weigh`; ``similarities[i]`` is float32 (m,), the cosine of each
    unit of hit i with the question.
    """
    found = []
    for hit, cosines in zip(hits, similarities, strict=True):
        for unit, cosine in zip(hit.passage.units, cosines, strict=True):
            covered = coverage(weights, hit.passage, unit)
            score = float(cosine) + TERMS_WEIGHT * covered + PASSAGE_WEIGHT * hit.score
            found.append(Evidence(unit, hit, float(cosine), covered, score))
    return sorted(found, key=lambda e: (-e.score, e.hit.rank, e.unit.start))


def coverage(weights: dict[str, float], passage: Passage, unit: Unit) -> float:
    """The share of the question's weight that a unit holds, its headings counting in part."""
    text = passage.text[unit.start - passage.start : unit.end - passage.start]
    inside = set(terms(blank_markup(text)))
    above = set(terms(" ".join((*passage.heading[-2:], *unit.heading, passage.header))))
    return sum(
        weight * (1.0 if term in inside else HEADING_SHARE if term in above else 0.0)
        for term, weight in weights.items()
    )


def select(evidence: Sequence[Evidence], max_words: int = MAX_WORDS) -> list[Evidence]:
    """The evidence that makes the answer: the best first, then what adds to it, within the words.

    Nothing is chosen twice: a unit whose words all stand in a chosen one is left out.
    """
    chosen: list[Evidence] = []
    said: list[set[str]] = []
    words = 0
    for candidate in evidence:
        tokens = blank_markup(candidate.quote).split()
        if len(tokens) < FEWEST_WORDS or (chosen and words + len(tokens) > max_words):
            continue
        if chosen and candidate.score < RATIO * chosen[0].score:
            break
        new = set(terms(candidate.quote))
        if any(new <= known for known in said):
            continue
        chosen.append(candidate)
        said.append(new)
        words += len(tokens)
        if len(chosen) == MAX_UNITS:
            break
    return chosen

"""How likely it is that the library answers a question: one probability from what search saw."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.extract import Evidence
from assistant.lexical import terms
from assistant.outline import blank_markup
from assistant.types import Hit

FEATURES = ("best_unit", "best_passage", "passage_coverage", "unknown_terms")


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression: ``weights`` by feature, ``bias``, and the refusal ``threshold``."""

    weights: dict[str, float]
    bias: float
    threshold: float

    def probability(self, features: dict[str, float]) -> float:
        """The probability, 0…1, that the question is answered."""
        total = self.bias + sum(self.weights[name] * features[name] for name in FEATURES)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def load_calibration() -> Calibration:
    """The shipped numbers, fitted on the development questions by ``eval/calibrate.py``."""
    stored = json.loads(resources.files("assistant").joinpath("confidence.json").read_text("utf-8"))
    return Calibration(stored["weights"], stored["bias"], stored["threshold"])


def features(
    weights: dict[str, float],
    hits: Sequence[Hit],
    evidence: Sequence[Evidence],
    passage_cosine: float,
    known: Callable[[str], bool],
) -> dict[str, float]:
    """What tells an answerable question from one that the library only nearly answers.

    The best cosine of a unit and of a passage with the question; the largest share of the
    question's terms, by weight, that one found passage holds; the share that the library has never
    seen. All are between -1 and 1.
    """
    held = [
        set(terms(blank_markup(" ".join((*p.heading, p.header, p.text)))))
        for p in (hit.passage for hit in hits)
    ]
    return {
        "best_unit": max((e.similarity for e in evidence), default=0.0),
        "best_passage": passage_cosine,
        "passage_coverage": max(
            (sum(w for term, w in weights.items() if term in words) for words in held), default=0.0
        ),
        "unknown_terms": sum(w for term, w in weights.items() if not known(term)),
    }

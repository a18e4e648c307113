"""How likely it is that the library answers a question: one probability from what search saw."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assistant.extract import Evidence
from assistant.lexical import terms
from assistant.outline import blank_markup
from assistant.types import Hit

FEATURES = ("best_unit", "best_passage", "passage_coverage", "unknown_terms", "figure_missing")

# Questions that a figure answers, and what a figure looks like. The kind of answer that a question
# expects is an old signal of question answering (Li and Roth, "Learning Question Classifiers",
# 2002); of its kinds this is the one that can be seen in the evidence without a model.
ASKS_FIGURE = re.compile(
    r"\bhow (?:many|much|long|large|big|often|fast|old|far|high|low|soon)\b"
    r"|\b(?:percent\w*|price|fee|year|date|(?:what|which) number)\b",
    re.IGNORECASE,
)
FIGURE = re.compile(
    r"(?<![\w-])\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million"
    r"|billion|trillion|single|double|half|twice|unlimited|seconds?|minutes?|hours?|days?)\b",
    re.IGNORECASE,
)
READ_FOR_FIGURE = 3  # of the best evidence


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
    """The shipped numbers, fitted on the development questions by ``assistant eval calibrate``."""
    stored = json.loads(resources.files("assistant").joinpath("confidence.json").read_text("utf-8"))
    return Calibration(stored["weights"], stored["bias"], stored["threshold"])


def features(
    question: str,
    weights: dict[str, float],
    hits: Sequence[Hit],
    evidence: Sequence[Evidence],
    passage_cosine: float,
    known: Callable[[str], bool],
) -> dict[str, float]:
    """What tells an answerable question from one that the library only nearly answers.

    The best cosine of a unit and of a passage with the question; the largest share of the
    question's terms, by weight, that one found passage holds; the share that the library has never
    seen; and 1 where the question asks for a figure and the best evidence has none. All are between
    -1 and 1.
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
        "figure_missing": float(figure_missing(question, evidence)),
    }


def figure_missing(question: str, evidence: Sequence[Evidence]) -> bool:
    """Whether a question asks for a figure and the best evidence, in order, holds none."""
    best = (blank_markup(found.quote) for found in evidence[:READ_FOR_FIGURE])
    return bool(ASKS_FIGURE.search(question)) and not any(map(FIGURE.search, best))

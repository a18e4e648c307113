"""How likely it is that the library answers a question: one probability from what search saw."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, cast

import numpy as np

if TYPE_CHECKING:
    from assistant.extract import Evidence
    from assistant.match import Match
    from assistant.types import Vectors

# How well a question is met, and what kind of thing it asks.
PLAIN = ("best_unit", "weakest_word", "matched_words")
FEATURES = (*PLAIN, "kind")


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression: ``weights`` by feature and ``bias``. Below ``threshold`` a question is
    refused; from there to ``weak`` the answer says that it is uncertain.

    The feature ``kind`` is how far the mean of a question's word pieces lies along ``direction``,
    (k,), in the space of the encoder with the checksum ``encoder``, less ``offset``; 0 for other
    encoders.
    """

    weights: dict[str, float]
    bias: float
    threshold: float
    weak: float = 0.0
    direction: tuple[float, ...] = ()
    offset: float = 0.0
    encoder: str = ""

    def along(self, kind: Vectors, encoder: str) -> float:
        """The feature ``kind`` from the mean of a question's word pieces, float32 (k,)."""
        if encoder != self.encoder or len(kind) != len(self.direction):
            return 0.0
        return float(kind @ np.array(self.direction, np.float32)) - self.offset

    def probability(self, features: dict[str, float]) -> float:
        """The probability, 0…1, that the question is answered."""
        total = self.bias + sum(self.weights[name] * features[name] for name in FEATURES)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Measured:
    """What the threshold came to on questions that it was not fitted to.

    ``refused`` is the share, 0…1, of the answerable questions that were refused, and ``answered``
    that of each kind of the others that were answered; ``all`` is every kind.
    """

    questions: int
    set: str
    split: str
    refused: float
    answered: dict[str, float]


@cache
def load_calibration() -> Calibration:
    """The shipped numbers, fitted on the development questions by ``assistant eval calibrate``."""
    stored = _stored()
    return Calibration(
        stored["weights"],
        stored["bias"],
        stored["threshold"],
        stored["weak"],
        tuple(stored["kind"]["direction"]),
        stored["kind"]["offset"],
        stored["fitted"]["encoder_sha256"],
    )


@cache
def load_measured() -> Measured:
    """What the shipped numbers were found to do when they were fitted."""
    stored = _stored()
    return Measured(set=stored["fitted"]["set"], **stored["measured"])


def _stored() -> dict[str, Any]:
    file = resources.files("assistant").joinpath("confidence.json")
    return cast(dict[str, Any], json.loads(file.read_text("utf-8")))


def features(evidence: Sequence[Evidence], matched: Match, kind: float = 0.0) -> dict[str, float]:
    """What tells an answerable question from one that the library only nearly answers.

    The best cosine of a unit with the question; how well the best evidence meets the question's
    words, where a near miss leaves one of them out; and the ``kind`` of question, any number, from
    :meth:`Calibration.along`: that a price is asked for, or a default, of which study material
    seldom tells. The others are between -1 and 1.
    """
    return {
        "best_unit": max((e.similarity for e in evidence), default=0.0),
        "weakest_word": matched.weakest,
        "matched_words": matched.matched,
        "kind": kind,
    }

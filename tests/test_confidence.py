from __future__ import annotations

import math

import numpy as np
import pytest
from passages import passage

from assistant.confidence import (
    FEATURES,
    Calibration,
    features,
    load_calibration,
)
from assistant.embed import OFFICIAL_SHA256
from assistant.extract import Evidence
from assistant.match import Match
from assistant.types import Hit

NONE = dict.fromkeys(FEATURES, 0.0)


def test_the_probability_is_that_of_a_logistic_regression() -> None:
    flat = Calibration(NONE, bias=0.0, threshold=0.5)
    assert flat.probability(NONE) == 0.5
    assert Calibration(NONE, math.log(3), 0.5).probability(NONE) == pytest.approx(0.75)
    weights = NONE | {"best_unit": 2.0, "kind": -1.0}
    seen = NONE | {"best_unit": 0.5, "kind": 0.25}
    expected = 1 / (1 + math.exp(-(0.1 + 2.0 * 0.5 - 0.25)))
    assert Calibration(weights, 0.1, 0.5).probability(seen) == pytest.approx(expected)


@pytest.mark.parametrize("bias", [-1e9, 1e9])
def test_no_sum_is_too_large(bias: float) -> None:
    assert 0 <= Calibration(NONE, bias, 0.5).probability(NONE) <= 1


def test_the_shipped_numbers_are_complete_and_sensible() -> None:
    calibration = load_calibration()
    assert calibration.weights.keys() == set(FEATURES)
    assert 0 < calibration.threshold < calibration.weak < 1
    certain = {"best_unit": 0.9, "weakest_word": 0.9, "matched_words": 0.9}
    assert calibration.probability(NONE | certain) > 0.9
    assert calibration.probability(NONE) < 0.1


def test_the_features_of_a_small_case() -> None:
    glue = passage(1, "Glue **crawls** data.")
    hit = Hit(glue, 0.5, 1)
    evidence = [Evidence(glue.units[0], hit, similarity, 0.0, 0.0) for similarity in (0.25, 0.75)]
    assert features(evidence, Match(0.1, 0.2), 0.3) == {
        "best_unit": 0.75,
        "weakest_word": 0.1,
        "matched_words": 0.2,
        "kind": 0.3,
    }


def test_the_kind_of_question_counts_along_a_direction_of_its_own_encoder() -> None:
    fitted = Calibration(NONE, 0.0, 0.5, direction=(2.0, -1.0), offset=0.25, encoder="a1")
    left = np.array([0.5, 0.5], np.float32)
    assert fitted.along(left, "a1") == pytest.approx(2 * 0.5 - 0.5 - 0.25)
    assert fitted.along(left, "b2") == 0  # another encoder's vectors mean something else
    assert fitted.along(np.zeros(3, np.float32), "a1") == 0
    assert fitted.along(np.zeros(2, np.float32), "a1") == -0.25


def test_the_shipped_direction_is_that_of_the_default_encoder() -> None:
    fitted = load_calibration()
    assert fitted.encoder == OFFICIAL_SHA256
    assert len(fitted.direction) == 3 * 384  # three layers


def test_the_features_of_nothing() -> None:
    assert features([], Match(0.0, 0.0)) == NONE

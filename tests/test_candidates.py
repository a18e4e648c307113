from __future__ import annotations

import pytest
from passages import index, passage, word_pieces

from assistant.candidates import candidates
from assistant.types import Hit

ICE, COLD = [1.0, 0.0], [0.0, 1.0]


def test_a_unit_is_met_by_its_own_words_and_those_of_the_headings_above_it() -> None:
    # Embedded as "Weather\nLimits\nIce melts.": a piece for each word.
    text = "Limits\nIce melts. Cold stays."
    found = passage(
        1, text, units=["Ice melts.", "Cold stays."], unit_heading=("Limits",), heading=("Weather",)
    )
    pieces = [[0.6, 0.8], [0.8, 0.6], ICE, ICE, COLD, COLD]
    small = index([found], [[1, 0]], [[[1, 0], [0, 1]]], [pieces])
    asked = word_pieces("Ice", [1, 0], [ICE])
    made = candidates(small, "Ice", asked, [Hit(found, 1.0, 1)])
    by_text = {one.text: one for one in made.evidence}
    assert by_text["Ice melts."].met == pytest.approx(1, abs=0.01)
    assert by_text["Cold stays."].met == pytest.approx(0.8, abs=0.01)  # from "Limits"
    first, second = made.pieces_of([by_text["Ice melts."], by_text["Cold stays."]])
    assert first.spans.tolist() == [[0, 7], [8, 14], [15, 18], [19, 24]]
    assert second.spans.tolist() == [[0, 7], [8, 14], [26, 30], [31, 36]]


def test_without_an_encoder_words_alone_count() -> None:
    found = passage(1, "Ice melts. Cold stays.", units=["Ice melts.", "Cold stays."])
    small = index([found], [[1, 0]], [[[1, 0], [0, 1]]])
    made = candidates(small, "cold", None, [Hit(found, 1.0, 1)])
    assert [(one.text, one.met) for one in made.evidence] == [
        ("Cold stays.", 1.0),
        ("Ice melts.", 0.0),
    ]
    assert made.pieces_of(made.evidence) == []

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from passages import passage

from assistant.extract import (
    HEADING_SHARE,
    MAX_UNITS,
    PASSAGE_WEIGHT,
    TERMS_WEIGHT,
    Evidence,
    collect,
    coverage,
    select,
    weigh,
)
from assistant.types import Hit, Passage


def hit(found: Passage, score: float = 0.5, rank: int = 1) -> Hit:
    return Hit(found, score, rank)


def evidence(score: float, *texts: str, **fields: Any) -> list[Evidence]:
    """Units of one passage, all of the same score."""
    whole = passage(1, "\n".join(texts), units=texts, **fields)
    return [Evidence(unit, hit(whole), 0.0, 0.0, score) for unit in whole.units]


def quotes(chosen: list[Evidence]) -> list[str]:
    return [item.quote for item in chosen]


def test_the_terms_of_a_question_share_its_weight() -> None:
    idf = {"glue": 3.0, "crawl": 1.0}.__getitem__
    assert weigh("What does Glue crawl?", idf) == {"glue": 0.75, "crawl": 0.25}


def test_terms_that_weigh_nothing_are_no_terms() -> None:
    assert weigh("Glue", lambda term: 0.0) == {}
    assert weigh("", lambda term: 1.0) == {}


def test_coverage_counts_words_in_the_unit_and_partly_those_in_its_headings() -> None:
    text = "A **crawler** reads tables."
    found = passage(1, text, heading=("Part", "AWS Glue", "Crawlers"), unit_heading=("Limits",))
    unit = found.units[0]
    assert coverage({"crawler": 1.0}, found, unit) == 1.0
    assert coverage({"glue": 1.0}, found, unit) == HEADING_SHARE
    assert coverage({"limit": 1.0}, found, unit) == HEADING_SHARE
    assert coverage({"part": 1.0}, found, unit) == 0.0  # only the last two headings count
    weights = {"crawler": 0.5, "glue": 0.25, "drift": 0.25}
    assert coverage(weights, found, unit) == 0.5 + 0.25 * HEADING_SHARE


def test_the_header_of_a_table_counts_as_a_heading() -> None:
    row = passage(1, "Tokens\tSmall units", unit_kind="row", header="Technique\tMeaning")
    assert coverage({"techniqu": 1.0}, row, row.units[0]) == HEADING_SHARE


def test_units_are_scored_by_similarity_terms_and_passage() -> None:
    glue = passage(1, "Glue moves data. It is serverless.", units=["Glue moves", "It is"])
    polly = passage(2, "Polly speaks.")
    hits = [hit(glue, 0.5, 1), hit(polly, 1.0, 2)]
    cosines = [np.array([0.4, 0.6], np.float32), np.array([0.5], np.float32)]
    found = collect({"glue": 1.0}, hits, cosines)
    assert [(item.quote, item.coverage) for item in found] == [
        ("Glue moves", 1.0),
        ("Polly speaks.", 0.0),
        ("It is", 0.0),
    ]
    assert [item.score for item in found] == [
        pytest.approx(0.4 + TERMS_WEIGHT + PASSAGE_WEIGHT * 0.5),
        pytest.approx(0.5 + PASSAGE_WEIGHT),
        pytest.approx(0.6 + PASSAGE_WEIGHT * 0.5),
    ]


def test_equal_scores_are_in_the_order_of_the_hits_and_of_the_text() -> None:
    first = passage(1, "One two. Three four.", units=["Three four.", "One two."])
    second = passage(2, "Five six.")
    hits = [hit(second, 0.5, 2), hit(first, 0.5, 1)]
    cosines = [np.array([0.5], np.float32), np.array([0.5, 0.5], np.float32)]
    assert quotes(collect({}, hits, cosines)) == ["One two.", "Three four.", "Five six."]


def test_no_hits_are_no_evidence() -> None:
    assert collect({"glue": 1.0}, [], []) == []
    assert select([]) == []


def test_a_unit_far_below_the_best_is_left_out() -> None:
    best, near, far = (
        evidence(score, text)[0]
        for score, text in [(1.0, "Glue moves data."), (0.75, "Lex hears you."), (0.74, "Too far.")]
    )
    assert quotes(select([best, near, far])) == ["Glue moves data.", "Lex hears you."]


def test_a_unit_of_one_or_two_words_says_nothing() -> None:
    assert quotes(select(evidence(1.0, "**Key** points:", "Glue moves data."))) == [
        "Glue moves data."
    ]


def test_what_is_said_already_is_not_said_again() -> None:
    said = evidence(1.0, "Glue moves data quickly.", "Data moves quickly: Glue.", "Lex hears you.")
    assert quotes(select(said)) == ["Glue moves data quickly.", "Lex hears you."]


def test_an_answer_stays_within_its_words_but_has_one_unit_at_least() -> None:
    long, short, shorter = evidence(1.0, "one two three four five", "six seven eight", "a b c")
    assert quotes(select([long, short], max_words=4)) == [long.quote]
    assert quotes(select([short, long, shorter], max_words=6)) == [short.quote, shorter.quote]


def test_an_answer_has_a_largest_number_of_units() -> None:
    many = evidence(1.0, *(f"number{n} of{n} many{n}" for n in range(10)))
    assert len(select(many)) == MAX_UNITS

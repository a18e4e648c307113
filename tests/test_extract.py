from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from passages import passage

from assistant.extract import (
    CONTEXT_WEIGHT,
    HEADING_SHARE,
    PASSAGE_WEIGHT,
    Evidence,
    collect,
    coverage,
    weigh,
)
from assistant.types import Hit, Passage


def hit(found: Passage, score: float = 0.5, rank: int = 1) -> Hit:
    return Hit(found, score, rank)


def quotes(found: list[Evidence]) -> list[str]:
    return [item.quote for item in found]


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


def test_units_are_scored_by_similarity_words_in_context_and_passage() -> None:
    glue = passage(1, "Glue moves data. It is serverless.", units=["Glue moves", "It is"])
    polly = passage(2, "Polly speaks.")
    hits = [hit(glue, 0.5, 1), hit(polly, 1.0, 2)]
    cosines = [np.array([0.4, 0.6], np.float32), np.array([0.5], np.float32)]
    met = [np.array([0.9, 0.25], np.float32), np.array([0.1], np.float32)]
    found = collect({"glue": 1.0}, hits, cosines, met)
    assert [item.quote for item in found] == ["Glue moves", "Polly speaks.", "It is"]
    assert [item.similarity for item in found] == pytest.approx([0.4, 0.5, 0.6])
    assert [item.met for item in found] == pytest.approx([0.9, 0.1, 0.25])
    assert [item.score for item in found] == [
        pytest.approx(0.4 + CONTEXT_WEIGHT * 0.9 + PASSAGE_WEIGHT * 0.5),
        pytest.approx(0.5 + CONTEXT_WEIGHT * 0.1 + PASSAGE_WEIGHT),
        pytest.approx(0.6 + CONTEXT_WEIGHT * 0.25 + PASSAGE_WEIGHT * 0.5),
    ]


def test_equal_scores_are_in_the_order_of_the_hits_and_of_the_text() -> None:
    first = passage(1, "One two. Three four.", units=["Three four.", "One two."])
    second = passage(2, "Five six.")
    hits = [hit(second, 0.5, 2), hit(first, 0.5, 1)]
    cosines = [np.array([0.5], np.float32), np.array([0.5, 0.5], np.float32)]
    assert quotes(collect({}, hits, cosines, cosines)) == ["One two.", "Three four.", "Five six."]


def test_no_hits_are_no_evidence() -> None:
    assert collect({"glue": 1.0}, [], [], []) == []


def leads(text: str, *units: str, **fields: Any) -> list[str]:
    """The quotations of a passage's units, in order."""
    found = passage(1, text, units=units, **fields)
    alike = [np.zeros(len(units), np.float32)]
    evidence = collect({}, [hit(found)], alike, alike)
    return [item.quote for item in sorted(evidence, key=lambda item: item.unit.start)]


def test_a_quotation_begins_with_the_headings_right_above_it() -> None:
    text = "## Red teaming\n\n- Attack it.\n- Mend it."
    found = leads(text, "- Attack it.", "- Mend it.", unit_heading=("Red teaming",))
    assert found == ["## Red teaming\n\n- Attack it.", "- Mend it."]


def test_what_is_no_heading_of_a_unit_is_not_quoted_with_it() -> None:
    assert leads("See Table 2\n- Attack it.", "- Attack it.") == ["- Attack it."]
    own = passage(1, "Name\tUse\nGlue\tmoves", units=["Glue\tmoves"], unit_kind="row")
    alike = [np.zeros(1, np.float32)]
    assert quotes(collect({}, [hit(own)], alike, alike)) == ["Glue\tmoves"]


def test_the_share_of_the_question_that_its_own_heading_holds() -> None:
    path = ("Book", "AWS Glue")
    found = passage(1, "It moves data.", heading=path, unit_heading=("Limits",))
    weights = {"book": 0.25, "glue": 0.25, "limit": 0.5}
    alike = [np.zeros(1, np.float32)]
    (item,) = collect(weights, [hit(found)], alike, alike)
    assert item.above == 0.75

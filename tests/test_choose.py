from __future__ import annotations

from dataclasses import replace
from typing import Any

from passages import passage

from assistant.choose import LIST_SHARE, LIST_WORDS, MAX_UNITS, choose
from assistant.extract import Evidence
from assistant.types import Hit, UnitKind


def evidence(score: float, *texts: str, **fields: Any) -> list[Evidence]:
    """Units of one passage, all of the same score."""
    whole = passage(1, "\n".join(texts), units=texts, **fields)
    return [Evidence(unit, Hit(whole, 0.5, 1), 0.0, 0.0, score) for unit in whole.units]


def quotes(chosen: list[Evidence]) -> list[str]:
    return [item.quote for item in chosen]


def test_nothing_is_chosen_from_nothing() -> None:
    assert choose([]) == []


def test_a_unit_far_below_the_best_is_left_out() -> None:
    best, near, far = (
        evidence(score, text)[0]
        for score, text in [(1.0, "Glue moves data."), (0.7, "Lex hears you."), (0.69, "Too far.")]
    )
    assert quotes(choose([best, near, far])) == ["Glue moves data.", "Lex hears you."]


def test_a_unit_of_one_or_two_words_says_nothing() -> None:
    assert quotes(choose(evidence(1.0, "**Key** points:", "Glue moves data."))) == [
        "Glue moves data."
    ]


def test_what_is_said_already_is_not_said_again() -> None:
    said = evidence(1.0, "Glue moves data quickly.", "Data moves quickly: Glue.", "Lex hears you.")
    assert quotes(choose(said)) == ["Glue moves data quickly.", "Lex hears you."]


def test_an_answer_stays_within_its_words_but_has_one_unit_at_least() -> None:
    long, short, shorter = evidence(1.0, "one two three four five", "six seven eight", "a b c")
    assert quotes(choose([long, short], max_words=4)) == [long.quote]
    assert quotes(choose([short, long, shorter], max_words=6)) == [short.quote, shorter.quote]


def test_only_what_is_nearly_as_good_as_the_best_makes_an_answer_long() -> None:
    best, near, far = (
        evidence(score, text)[0]
        for score, text in [(1.0, "one two three"), (0.81, "four five six"), (0.79, "a b c")]
    )
    assert quotes(choose([best, near, far], few_words=3)) == [best.quote, near.quote]
    assert quotes(choose([best, near, far], few_words=9)) == [best.quote, near.quote, far.quote]


def test_an_answer_has_a_largest_number_of_units() -> None:
    many = evidence(1.0, *(f"number{n} of{n} many{n}" for n in range(MAX_UNITS + 1)))
    assert len(choose(many)) == MAX_UNITS


def bullets(*texts: str, above: float = 0.0, best: int = 0) -> list[Evidence]:
    """Bullets of one list, the one at ``best`` first and the others far below it."""
    listed = passage(1, "\n".join(texts), units=texts, unit_kind="item", unit_heading=("Steps",))
    hit = Hit(listed, 0.5, 1)
    found = [Evidence(unit, hit, 0.0, 0.0, 0.1, above) for unit in listed.units]
    first = found.pop(best)
    return [Evidence(first.unit, hit, 0.0, 0.0, 1.0, above), *found]


STEPS = ("- Label the data.", "- Train a model.", "- Put it online.")


def test_a_question_about_the_heading_of_a_list_is_answered_by_all_of_it_in_order() -> None:
    assert quotes(choose(bullets(*STEPS, above=LIST_SHARE, best=1))) == list(STEPS)
    assert quotes(choose(bullets(*STEPS, above=LIST_SHARE - 0.01, best=1))) == [STEPS[1]]


def test_a_list_is_whole_even_where_it_has_more_units_and_words_than_an_answer() -> None:
    many = [f"- step{n} follows{n} on{n}" for n in range(MAX_UNITS + 2)]
    assert quotes(choose(bullets(*many, above=1.0), max_words=5)) == many
    long = [f"- {'word ' * (LIST_WORDS // 2)}{n}" for n in range(2)]
    assert quotes(choose(bullets(*long, above=1.0))) == [long[0]]


def test_a_sentence_that_leads_into_a_list_brings_it_along() -> None:
    lead = "There are three steps:"
    text = "\n".join((lead, *STEPS, "Then rest."))
    whole = passage(1, text, units=[lead, *STEPS, "Then rest."])
    kinds: list[UnitKind] = ["sentence", "item", "item", "item", "sentence"]
    units = [replace(unit, kind=kind) for unit, kind in zip(whole.units, kinds, strict=True)]
    scores = [1.0, 0.1, 0.1, 0.1, 0.1]
    hit = Hit(whole, 0.5, 1)
    found = [Evidence(u, hit, 0.0, 0.0, score) for u, score in zip(units, scores, strict=True)]
    assert quotes(choose(found)) == [lead, *STEPS]


def test_a_sentence_comes_with_those_that_lean_on_it() -> None:
    said = ["Glue moves data.", "It is called ETL.", "This needs no server.", "Such is Glue."]
    for best, expected in [(0, said[:3]), (1, said[1:]), (2, said[2:]), (3, said[3:])]:
        found = evidence(0.5, *said)
        found[best] = replace(found[best], score=1.0)
        found.sort(key=lambda one: -one.score)
        assert quotes(choose(found)) == expected


def test_a_bullet_leans_on_nothing() -> None:
    assert quotes(choose(bullets("- Glue moves data", "- This is Lex", best=1))) == [
        "- This is Lex"
    ]

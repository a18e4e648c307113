from __future__ import annotations

import math

import pytest
from support_pairs import CHOSEN_ON, HELD_OUT, Pair

from assistant.indexes import Index, open_index
from assistant.library import Library
from assistant.store import Store
from assistant.support import Support, support

GLUE = ("AWS › AWS Glue", "AWS Glue moves 1,000 tables from Amazon S3 to Redshift in two hours.")
LEX = ("AWS › Amazon Lex", "Amazon Lex does not hear music.")


def alike(term: str) -> float:
    return 1.0


def check(sentence: str, *units: tuple[str, str]) -> Support:
    return support(sentence, units or (GLUE, LEX), alike)


def test_a_sentence_rests_on_the_quotation_that_holds_its_words() -> None:
    assert check("Glue moves tables to Redshift.") == Support((0,), 1.0, 1.0, ())
    assert check("Lex hears no music.") == Support((1,), 1.0, 1.0, ())


def test_the_share_is_that_of_the_weight_of_its_words() -> None:
    found = check("Tables move cheaply.")
    assert found.units == (0,)
    assert math.isclose(found.share, 2 / 3)
    heavy = support("Tables move cheaply.", [GLUE], lambda term: 2.0 if term == "cheapli" else 1.0)
    assert math.isclose(heavy.share, 2 / 4)
    assert not heavy.holds


def test_neighbouring_words_must_stand_near_each_other() -> None:
    text = "Glue moves tables to Redshift. Months later, with plenty of work, Athena reads logs."
    assert check("Athena reads logs.", ("", text)).joined == 1.0
    jumbled = check("Logs moves Athena tables.", ("", text))
    assert (jumbled.share, jumbled.joined, jumbled.holds) == (1.0, 0.0, False)
    alone = check("It moves.", ("", text))
    assert (alone.share, alone.joined, alone.holds) == (1.0, 0.0, False)


def test_words_of_the_heading_count() -> None:
    assert check("AWS Glue moves tables.", (GLUE[0], "It moves tables.")).holds
    assert not check("AWS Glue moves tables.", ("", "It moves tables.")).holds


def test_a_sentence_may_rest_on_two_quotations() -> None:
    assert check("Glue moves tables, Lex does not hear music.").units == (0, 1)


@pytest.mark.parametrize(
    ("sentence", "missing"),
    [
        ("Glue moves 2,000 tables to Redshift.", ("2000",)),
        ("Glue moves 1000 tables to Redshift in 2 hours.", ()),
        ("Glue moves tables to Redshift in three hours.", ("3",)),
        ("Glue moves a million tables to Redshift.", ("million",)),
        ("Glue moves tables from Amazon S3 to Snowflake.", ("Snowflake",)),
        ("Glue moves tables from Amazon S3 and DynamoDB.", ("DynamoDB",)),
        ("Glue does not move tables to Redshift.", ("not",)),
        ("Glue can't move tables to Redshift.", ("not",)),
        ("Tables move to Redshift.", ()),
    ],
)
def test_figures_names_and_denials_must_all_be_there(
    sentence: str, missing: tuple[str, ...]
) -> None:
    found = check(sentence, GLUE)
    assert found.missing == missing
    assert found.holds == (not missing)


@pytest.mark.parametrize("sentence", ["", "...", "the of and", "Banana bread."])
def test_nothing_supports_what_shares_no_word(sentence: str) -> None:
    assert not check(sentence).holds


def test_without_quotations_nothing_is_supported() -> None:
    assert support("It moves data.", [], alike) == Support((), 0.0, 0.0, ())
    assert not support("It moves data.", [], alike).holds


@pytest.fixture(scope="module")
def sheet(cheat_sheet: Library) -> Index:
    folder = cheat_sheet.config.library
    with Store.open(folder / "library.db", create=False) as store:
        return open_index(store, folder)


def units(sheet: Index, words: str) -> list[tuple[str, str]]:
    (found,) = [passage for passage in sheet.passages if words in passage.text]
    return [
        (
            " ".join((*found.heading, *unit.heading, found.header)),
            found.text[unit.start - found.start : unit.end - found.start],
        )
        for unit in found.units
    ]


def right(sheet: Index, pairs: list[Pair]) -> dict[str, tuple[int, int]]:
    """How many sentences of each kind are judged rightly, and how many there are."""
    counts: dict[str, tuple[int, int]] = {}
    for pair in pairs:
        found = support(pair.sentence, units(sheet, pair.passage), sheet.lexical.idf)
        kind = pair.kind or "supported"
        before, total = counts.get(kind, (0, 0))
        counts[kind] = before + (found.holds == pair.supported), total + 1
    return counts


def test_the_rule_judges_the_sentences_it_was_chosen_on(sheet: Index) -> None:
    assert right(sheet, CHOSEN_ON) == {
        "supported": (30, 31),
        "figure": (10, 10),
        "name": (9, 9),
        "negation": (4, 4),
        "other": (6, 6),
        # What a passage says of one thing, said of another: words alone do not tell.
        "swap": (5, 9),
    }


def test_the_rule_judges_sentences_that_it_was_not_chosen_on(sheet: Index) -> None:
    assert right(sheet, HELD_OUT) == {
        "supported": (21, 25),
        "figure": (8, 8),
        "name": (7, 7),
        "negation": (1, 1),
        "other": (7, 7),
        "swap": (3, 3),
    }

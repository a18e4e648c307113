from __future__ import annotations

from passages import passage

from assistant.extract import Evidence
from assistant.quote import quote, reading_order
from assistant.types import Hit, Passage


def evidence(found: Passage, rank: int = 1) -> list[Evidence]:
    return [Evidence(unit, Hit(found, 1.0, rank), 0.0, 0.0, 1.0) for unit in found.units]


def test_quotations_stand_on_lines_of_their_own_each_with_its_mark() -> None:
    notes = passage(
        1, "Glue\n  moves data. - Lex  hears", units=["Glue\n  moves data.", "- Lex  hears"]
    )
    text, citations = quote(evidence(notes))
    assert text == "Glue moves data. [1]\n- Lex hears [2]"
    assert [(c.marker, c.start, c.end, c.quote) for c in citations] == [
        (1, 0, 18, "Glue\n  moves data."),
        (2, 19, 31, "- Lex  hears"),
    ]


def table(text: str, *rows: str, header: str = "") -> list[Evidence]:
    found = passage(1, text, units=rows, unit_kind="row", header=header, kind="table")
    return evidence(found)


def test_rows_stand_in_a_table_under_the_header_that_their_passage_holds() -> None:
    found = table(
        "Costs\nName\tUse\nGlue\tmoves\nLex\t<i>hears</i>", "Glue\tmoves", "Lex\t<i>hears</i>"
    )
    assert quote(found)[0] == (
        "| Name | Use |\n| --- | --- |\n| Glue | moves [1] |\n| Lex | hears [2] |"
    )
    assert quote(found[1:])[0] == "| Name | Use |\n| --- | --- |\n| Lex | hears [1] |"


def test_rows_cut_off_from_their_header_repeat_it() -> None:
    rows = ("Glue\tmoves", "Lex\thears")
    found = table("\n".join(rows), *rows, header="Services\t\nName\tUse")
    assert quote(found[1:])[0] == "| Name | Use |\n| --- | --- |\n| Lex | hears [1] |"


def test_the_rule_under_a_markdown_header_is_no_header() -> None:
    found = table("| A | B |\n|---|:-:|\n| 1 | x \\| y |", "| 1 | x \\| y |")
    assert quote(found)[0].startswith("| A | B |\n| --- | --- |\n| 1 ")


def test_two_tables_in_one_passage_keep_their_own_headers() -> None:
    found = table("Name\tUse\nGlue\tmoves\n\nDay\tHour\nMonday\t8", "Glue\tmoves", "Monday\t8")
    assert quote(found)[0] == (
        "| Name | Use |\n| --- | --- |\n| Glue | moves [1] |\n\n"
        "| Day | Hour |\n| --- | --- |\n| Monday | 8 [2] |"
    )


def test_the_best_evidence_opens_and_the_rest_is_read_passage_by_passage_in_order() -> None:
    first = evidence(passage(1, "A b c. D e f.", units=["A b c.", "D e f."]), 1)
    second = evidence(passage(2, "G h i. J k l.", units=["G h i.", "J k l."]), 2)
    mixed = [second[1], first[1], second[0], first[0]]
    assert [e.quote for e in reading_order(mixed)] == ["J k l.", "G h i.", "A b c.", "D e f."]
    assert reading_order([]) == []


def test_what_continues_the_best_evidence_stays_with_it() -> None:
    one = evidence(passage(1, "A b c. D e f. G h i.", units=["A b c.", "D e f.", "G h i."]), 1)
    chosen = [one[1], one[2], one[0]]
    assert [e.quote for e in reading_order(chosen)] == ["D e f.", "G h i.", "A b c."]


def test_rows_stay_in_the_order_of_their_table() -> None:
    rows = table("Name\tUse\nGlue\tmoves\nLex\thears", "Glue\tmoves", "Lex\thears")
    assert reading_order([rows[1], rows[0]]) == [rows[0], rows[1]]


def test_the_heading_quoted_with_a_unit_stands_on_a_line_of_its_own() -> None:
    text = "### Red teaming\n\n- Attack  it."
    found = passage(1, text, units=["- Attack  it."], unit_heading=("Red teaming",))
    unit = found.units[0]
    led = Evidence(unit, Hit(found, 1.0, 1), 0.0, 0.0, 1.0, lead=unit.start)
    written, citations = quote([led])
    assert written == "**Red teaming**\n- Attack it. [1]"
    assert (citations[0].start, citations[0].end, citations[0].quote) == (0, len(text), text)

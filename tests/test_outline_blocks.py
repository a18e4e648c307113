"""Paragraphs, bullets, tables, further reading, and what is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outlines import blocks, contents_of, tables

from assistant.outline import blank_markup, cells, parse
from assistant.types import Extracted

LONG = "This notice is long enough to be a legal one, and it says on every page exactly the same."


def kinds(text: str) -> str:
    """The first letter of each block's kind."""
    return "".join(kind[0] for kind, _ in blocks(text))


def test_a_blank_line_ends_a_paragraph_and_a_bullet_begins_a_block() -> None:
    assert blocks("one\ntwo\n\nthree\n- four\n  five\n* six\n\n") == [
        ("paragraph", "one\ntwo"), ("paragraph", "three"), ("item", "- four\n  five"),
        ("item", "* six"),
    ]  # fmt: skip


@pytest.mark.parametrize("mark", ["-", "•", "+", "1.", "2)", "(3)", "a)", "(b)", "(iv)", "–", "o "])
def test_bullets_and_numbers(mark: str) -> None:
    assert kinds(f"{mark} some words, and more of them.\n{mark} others.") == "ii"


@pytest.mark.parametrize("line", ["-5 degrees", "*args", "1.5 litres", "o mar", "A. Einstein"])
def test_what_only_looks_like_a_bullet(line: str) -> None:
    assert kinds(f"It was\n{line}.") == "p"


def test_nested_bullets_have_their_indent() -> None:
    text = "- one\n - two\n\t- three\n- four"
    assert [b.level for s in parse(Extracted(text)) for b in s.blocks] == [0, 1, 4, 0]


def test_points_numbered_with_a_tab_are_no_table() -> None:
    assert kinds("1.\tFirst, of several words.\n2.\tSecond, of several words.") == "ii"
    assert kinds("1.\tFirst\tcell\n2.\tSecond\tcell") == "rr"


def header_of(text: str) -> str | None:
    (rows,) = tables(text)
    header = rows[-1].header
    return text[header[0] : header[1]] if header else None


def test_tables_between_bars() -> None:
    assert header_of("| A | B |\n| --- | :-: |\n| 1 | 2 |") == "| A | B |"
    assert header_of("A | B\n--- | ---\n1 | 2\n3 | 4") == "A | B"
    # What a converter writes for a table without a header row.
    converted = "| | |\n| --- | --- |\n| Day | Min |"
    assert header_of(f"{converted}\n| 1 | 36.5 |") == converted
    assert kinds("either a | b or c\nis no table.") == "p"


def test_tables_between_tabs() -> None:
    assert header_of("Name\tUse\nS3\tobjects\nEBS\tblocks") == "Name\tUse"
    assert header_of("Storage\t\n\tName\tUse\nS3\tobjects\tcheap") == "Storage\t\n\tName\tUse"
    assert kinds("a single\tline") == "p"


def test_a_first_row_of_figures_or_sentences_is_no_header() -> None:
    assert header_of("2001\t5\n2002\t7") is None
    assert header_of("Bias\tan error.\nEpoch\tone pass over the data.") is None
    assert header_of("Bias\tan error\nEpoch\tone pass") is None


def test_cells() -> None:
    assert cells(r"| a \| b | <b>c</b> | |") == [r"a \| b", "c", ""]
    assert cells("\ta\t\tb ") == ["", "a", "", "b"]


def test_addresses_and_their_label_are_references() -> None:
    text = (
        "# One\n\nText.\n\nReferences:\n\n<https://a.org/x>\n[b](https://b.org)\n\n# Two\n\nMore."
    )
    one, two = parse(Extracted(text))
    assert one.references == ("https://a.org/x", "https://b.org")
    assert two.references == ()
    assert contents_of(text, one) == ["Text."]
    assert kinds("Sources\n\nThey dried up.") == "hp"


@pytest.mark.parametrize(
    "line", ["|", "* * *", "-----", "[Train](#)", '<a name="x"></a>', "> **Settings**", "…", "■"]
)
def test_noise(line: str) -> None:
    assert blocks(f"Before it.\n\n{line}\n\nBehind it.")[1] == ("noise", line)


def test_long_boilerplate_is_kept_once() -> None:
    text = "\n\n".join([LONG, "One thing.", LONG, "Another thing.", LONG])
    assert [t for k, t in blocks(text) if k != "noise"] == [LONG, "One thing.", "Another thing."]
    # Said twice, it may be meant.
    twice = "\n\n".join([LONG, "One thing.", LONG])
    assert kinds(twice) == "ppp"


def test_code_is_one_block() -> None:
    code = "```python\n# one\n\n- x\n| y |\n```"
    assert blocks(f"Like so:\n\n{code}\n\nDone.")[1] == ("paragraph", code)
    assert blocks("~~~\nx\n```\ny\n~~~\nz")[0] == ("paragraph", "~~~\nx\n```\ny\n~~~")
    assert kinds("```\nnever closed\n\n- a") == "npi"


MARKS = st.sampled_from("[]()<>*_`#|-\\!:/ab1 \n\t•→\"'&=~^")


@given(st.text(st.one_of(MARKS, st.characters(exclude_categories=["Cs"]))))
def test_blank_markup_keeps_every_offset(text: str) -> None:
    blank = blank_markup(text)
    assert len(blank) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, blank, strict=True))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("**bold** and *it*", "bold and it"),
        ("## Title", "Title"),
        ("Title\n=====", "Title"),
        ("see [the **page**](a/b.html#c) now", "see the page now"),
        ("![\\[A chart.\\]](http://x.org/c.png)", "A chart. ]"),
        ("User\\-defined \\(x\\)", "User -defined (x )"),
        ("<p class='a'>Words</p><!-- note -->", "Words"),
        ("| a | b |\n| --- | --- |", "a b"),
        ("f(x)[i](j) * 2 < 3", "f(x) i](j) * 2 < 3"),
    ],
)
def test_what_blank_markup_leaves(text: str, left: str) -> None:
    assert " ".join(blank_markup(text).split()) == left

"""Which lines are headings, and which only look like some."""

from __future__ import annotations

import pytest
from outlines import blocks, contents_of, headings

from assistant.outline import parse, title_of
from assistant.outline.markup import LABELLED
from assistant.outline.titles import is_title
from assistant.types import Extracted, Page

PROSE = "The text of this section is a whole sentence, as prose is."


def text(*parts: str) -> str:
    """Paragraphs, each with prose below it where it is marked with a ``+``."""
    return "\n\n".join(f"{p[1:]}\n\n{PROSE}" if p[0] == "+" else p for p in parts)


def test_markdown_headings_nest_by_their_marks() -> None:
    assert headings(text("# Book", "+## One", "+### Deep", "+## Two ##")) == [
        "Book/One", "Book/One/Deep", "Book/Two",
    ]  # fmt: skip


def test_markdown_headings_alone_count_where_there_are_some() -> None:
    assert headings(text("+# Book", "+A Plain Title", "+## One")) == ["Book", "Book/One"]
    assert headings(text("+# Only One", "+A Plain Title")) == ["Only One"]


def test_no_heading_in_code() -> None:
    fenced = "# Setup\n\n```\n# a comment\npip install x\n\n# another\n```\n\n## Next\n\nText."
    assert headings(fenced) == ["Setup", "Setup/Next"]
    indented = f"# One\n\n{PROSE}\n\n    # a comment\n\n# Two\n\n{PROSE}"
    assert headings(indented) == ["One", "Two"]


def test_underlined_headings() -> None:
    rst = "Guide\n=====\n\nText.\n\nUse\n---\n\nText.\n\nDetail\n~~~~~~\n\nText."
    assert headings(rst) == ["Guide", "Guide/Use", "Guide/Use/Detail"]
    # A rule below prose is no underline.
    assert headings(f"Title\n=====\n\n{PROSE}\nMore of it\nand more\n-----\n\nEnd.") == ["Title"]


def test_plain_titles_and_groups_of_them() -> None:
    assert headings(text("+First Topic", "+Second Topic")) == ["First Topic", "Second Topic"]
    assert headings(text("Group", "+First Topic", "+Second Topic")) == [
        "Group/First Topic", "Group/Second Topic",
    ]  # fmt: skip
    assert headings(text("Group:", "+First", "+Second", "Other:", "+Third", "+Fourth")) == [
        "Group/First", "Group/Second", "Other/Third", "Other/Fourth",
    ]  # fmt: skip


def test_sentence_case_and_questions_are_titles_too() -> None:
    notes = text("+What a transaction is", "+Why does it matter?", "+¿Qué es?", "+定义")
    assert len(headings(notes)) == 4


def test_arrows_outrank_plain_titles() -> None:
    assert headings(text("→ Part", "+Title", "➡ **Other?**", "+Last")) == [
        "Part/Title", "Other?/Last",
    ]  # fmt: skip


def test_numbered_headings_and_numbered_lists() -> None:
    assert headings(text("+Strategies", "+1. Grid Search", "+2. Random Search")) == [
        "Strategies", "Strategies/Grid Search", "Strategies/Random Search",
    ]  # fmt: skip
    listed = f"+Steps\n\n1. Open the box\n2. Read the manual\n3. Plug it in\n\n{PROSE}"
    assert headings(text(listed)) == ["Steps"]
    assert [kind for kind, _ in blocks(f"1. Open\n2. Read\n3. Plug in\n\n{PROSE}")] == [
        "item", "item", "item", "paragraph",
    ]  # fmt: skip


def test_numbers_with_parts_nest() -> None:
    notes = text("+1. Introduction", "+1.1. Terms", "2. Messages", "+2.1. Ask", "+3. End")
    assert headings(notes) == [
        "Introduction", "Introduction/1.1. Terms", "Messages/2.1. Ask", "End",
    ]  # fmt: skip


def test_a_list_without_bullets_is_no_run_of_headings() -> None:
    notes = text("Benefits:", "Low Cost", "High Speed", "Easy Use", "+Next Topic")
    assert headings(notes) == ["Benefits", "Next Topic"]
    assert [t for k, t in blocks(notes) if k == "paragraph"][:3] == [
        "Low Cost", "High Speed", "Easy Use",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "It ends like a sentence.",
        "Neural networks consist of:",
        "lower case, as in the middle of a text",
        "P(A|B) = P(B|A) P(A) / P(B)",
        "θ ← θ − α∇J(θ)",
        "∀x ∈ X, f(x) ⩽ 1",
        "x1",
        "−4 −2 0 2 4",
        "Psa(s′)Vπ∗(s′)",
        "See https://example.com/page",
        "这是一个完整的句子。",
        "A line of far too many words to be the heading of anything that one would read",
        "下表中是总结的最常见的指数分布：",
    ],
)
def test_what_is_no_heading(line: str) -> None:
    assert not is_title(line)
    assert headings(text("+A Title", f"+{line}", "+Another Title")) == ["A Title", "Another Title"]


def test_a_line_that_the_next_one_continues_is_no_heading() -> None:
    assert headings("A Title\n\ngoes on in lower case below it.") == [""]
    assert headings("The last line of a text") == [""]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_dialogues_glossaries_and_verse_have_no_headings(gap: str) -> None:
    talk = ["Anna: Did you read it", "Ben: Yes", "Anna: And The End?", "Ben: It Is Sad", "Anna: Oh"]
    assert headings(gap.join(talk)) == [""]
    terms = ["API: Application Programming Interface", "Bias: error", "CPU: Central Unit", "End."]
    assert headings(gap.join(terms)) == [""]
    verse = [f"A {word} line of verse" for word in ("first", "second", "third", "fourth")] * 4
    assert headings(gap.join(verse)) == [""]


def test_title_of_takes_the_marks_away() -> None:
    assert title_of("## C# in a nutshell") == "C# in a nutshell"
    assert title_of('## User\\-defined keys<a name="keys"></a>') == "User-defined keys"
    assert title_of("### [Link](https://example.com) and `code`") == "Link and code"
    assert title_of("Guide\n=====") == "Guide"
    assert title_of("1.2 Loss:-") == "1.2 Loss"


def test_labels_are_told_in_one_pass_over_a_long_line() -> None:
    assert LABELLED.match("**Term:** a definition")
    assert not LABELLED.match("*" * 1_000_000)


def test_a_comment_in_code_is_no_heading_where_a_text_has_pages() -> None:
    code = "# Load the data\nx = load()\n# Fit\nfit(x)"
    text = f"Loading Data\n\nHow data is loaded is shown here.\n\n{code}\n\nThat is all."
    (section,) = parse(Extracted(text, pages=(Page(1, 0, len(text)),)))
    assert section.heading == ("Loading Data",)
    assert code in contents_of(text, section)
    assert headings(text) == ["", "Load the data", "Fit"]

"""What an answer can quote of a passage."""

from __future__ import annotations

from outlines import document

from assistant.types import Unit
from assistant.units import units_of


def units(text: str) -> list[tuple[str, str]]:
    """Kind and words of the units of a text, as if it were one passage."""
    return [(u.kind, text[u.start : u.end]) for u in found(text)]


def found(text: str) -> list[Unit]:
    parts = [
        (b, s.heading)
        for s in document(text).outline
        for b in s.blocks
        if b.kind in ("paragraph", "item", "row")
    ]
    return list(units_of(text, [b for b, _ in parts], [h for _, h in parts]))


def test_sentences_bullets_and_rows() -> None:
    text = "One. Two.\n\n- a bullet. Of two sentences.\n\nName\tUse\nS3\tobjects"
    assert units(text) == [
        ("sentence", "One."), ("sentence", "Two."), ("item", "- a bullet. Of two sentences."),
        ("row", "S3\tobjects"),
    ]  # fmt: skip


def test_a_long_bullet_is_quoted_by_the_sentence() -> None:
    long = "- " + "It is so and not otherwise, as everyone knows. " * 10
    assert set(units(long)[1:]) == {("item", "It is so and not otherwise, as everyone knows.")}


def test_a_label_is_quoted_with_a_single_thing_below_it() -> None:
    assert units("- **Efficiency**\n  - saves time.\n- next") == [
        ("item", "- **Efficiency**\n  - saves time."), ("item", "- next"),
    ]  # fmt: skip
    assert units("- **Efficiency**\n\nIt saves time.") == [
        ("sentence", "- **Efficiency**\n\nIt saves time."),
    ]  # fmt: skip


def test_a_label_is_the_heading_of_several_things_below_it() -> None:
    text = "# T\n\n- Kinds:\n  - one\n  - two:\n    - deep\n    - deeper\n- other\n\nText.\n\n# U"
    assert [(u.heading, text[u.start : u.end]) for u in found(text)] == [
        (("T", "Kinds"), "- one"), (("T", "Kinds", "two"), "- deep"),
        (("T", "Kinds", "two"), "- deeper"), (("T",), "- other"), (("T",), "Text."),
    ]  # fmt: skip


def test_rows_of_a_table_without_a_header_are_all_units() -> None:
    assert units("Bias\tan error\nEpoch\tone pass") == [
        ("row", "Bias\tan error"), ("row", "Epoch\tone pass"),
    ]  # fmt: skip


def test_fences_and_signs_are_no_units() -> None:
    assert units("```\nx = 1\n```") == [("sentence", "x = 1")]

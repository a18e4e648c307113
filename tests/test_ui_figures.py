from __future__ import annotations

import pytest

from assistant.ui.figures import figures


def found(question: str, text: str) -> list[str]:
    return [text[start:end] for start, end in figures(question, text)]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("at most 1,000 jobs, 10-20 at once.", ["1,000", "10-20"]),
        ("costs $0.10 a day", ["$0.10", "day"]),
        ("in 15 minutes, 99.9% of 128 KB", ["15 minutes", "99.9%", "128 KB"]),
        ("170 trillion parameters; 3x faster", ["170 trillion", "3x"]),
        ("two layers, one of them S3 or k-2", ["two"]),
        ("", []),
    ],
)
def test_figures_are_marked_whole(text: str, marked: list[str]) -> None:
    assert found("How many are there?", text) == marked


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("How many languages are there?", "It knows several languages.", []),
        ("How long is it kept?", "It is kept for two weeks.", ["two"]),
        ("How much is stored?", "All of it goes to S3.", []),  # the figure of a name is none
    ],
)
def test_a_figure_that_is_asked_for_is_found(question: str, text: str, marked: list[str]) -> None:
    assert found(question, text) == marked


def test_a_question_for_anything_else_marks_nothing() -> None:
    assert found("What are they for?", "500 jobs in 15 minutes") == []

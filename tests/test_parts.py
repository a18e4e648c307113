from __future__ import annotations

import pytest

from assistant.parts import parts


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What is Glue, and what does it cost?", ["What is Glue", "what does it cost?"]),
        ("What is Glue? How does Lex work?", ["What is Glue?", "How does Lex work?"]),
        ("Explain what Glue is and how Lex works", ["Explain what Glue is", "how Lex works"]),
    ],
)
def test_a_question_falls_into_what_it_asks_for(question: str, expected: list[str]) -> None:
    assert [asked for asked, _ in parts(question)] == expected


def test_a_part_that_leans_on_the_one_before_is_searched_for_with_it() -> None:
    (first, second) = parts("What is Amazon Lex, and what does it cost?")
    assert first == ("What is Amazon Lex", "What is Amazon Lex")
    assert second[0] == "what does it cost?"
    assert "Amazon Lex" in second[1]


@pytest.mark.parametrize(
    "question",
    [
        "What is Glue?",
        "We keep logs and files. Which store fits?",
        "Which of Glue and Lex hears speech?",
        "the data and how",  # the first half asks for nothing
        "??",
        "",
    ],
)
def test_other_questions_are_their_only_part(question: str) -> None:
    assert parts(question) == [(question, question)]

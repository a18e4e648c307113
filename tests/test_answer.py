from __future__ import annotations

import re

import pytest

from assistant.answer import REFUSAL
from assistant.library import Library
from assistant.types import Answer


def test_a_question_that_the_sheet_answers_is_answered_with_its_words(cheat_sheet: Library) -> None:
    result = cheat_sheet.ask("When does Grid Search need MaxNumberOfTrainingJobs?")
    assert not result.refused
    assert result.generator == "quotation"
    assert result.note == ""
    assert (
        result.question == result.searched == "When does Grid Search need MaxNumberOfTrainingJobs?"
    )
    assert "`MaxNumberOfTrainingJobs`" in result.text
    first = result.citations[0].passage
    assert (first.document, first.page_start) == ("aws-mla-c01-cheat-sheet.txt", 40)
    assert first.heading[-1] == "Grid Search"


@pytest.mark.parametrize(
    "question",
    [
        "Who won the football world cup in 1990?",
        "How do I bake sourdough bread?",
        "qwertz uiopü asdfgh",
        "Какая погода завтра?",
        "!!!",
    ],
)
def test_a_question_that_the_sheet_does_not_answer_is_refused_in_these_words(
    cheat_sheet: Library, question: str
) -> None:
    result = cheat_sheet.ask(question)
    assert result.text == "I found nothing in your library that answers this."
    assert result.refused
    assert result.citations == ()
    assert 1 <= len(result.hits) <= 5  # the nearest passages are offered all the same
    assert result.confidence < 0.6


ODD = (
    "?",
    "a",
    "What is",
    "the of and to",
    "🙂🙂🙂",
    "什么是过拟合？",
    "ما هو التعلم الآلي؟",
    "Τι είναι η μηχανική μάθηση;",
    "過学習とは何ですか",
    "\x00\x01\x02 drift \x1b[31m \x7f",
    "drift\r\n\tbias\u2028model\ufeff",
    "\ud800 broken surrogate drift",
    "' OR 1=1; DROP TABLE passages; --",
    'field:drift AND (bias OR "model") NOT ~2 *',
    "<script>alert(1)</script> SageMaker",
    "[1] [2] [3] drift",
    "SageMaker " * 1000,
    "What is overfitting and how is it prevented? " * 220,
    "x" * 10_000,
    "Z̸̡͝a̵͙͂l̷̥̈g̶̱̈o̷͙͐ drift",
)


def resolves(library: Library, result: Answer) -> bool:
    texts = {c.passage.doc_id: library.document(c.passage.doc_id).text for c in result.citations}
    return all(texts[c.passage.doc_id][c.start : c.end] == c.quote for c in result.citations)


def test_every_citation_of_many_questions_resolves_to_its_quotation(cheat_sheet: Library) -> None:
    titles = list(dict.fromkeys(path[-1] for path in cheat_sheet.headings() if path))
    questions = [*ODD, *(f"What is {title}?" for title in titles[:: len(titles) // 40])][:50]
    assert len(questions) == 50
    answered = 0
    for question in questions:
        result = cheat_sheet.ask(question)
        assert resolves(cheat_sheet, result), question
        marks = [int(mark) for mark in re.findall(r" \[(\d+)\](?= \||\n|$)", result.text)]
        assert marks == [c.marker for c in result.citations] == list(range(1, len(marks) + 1))
        assert result.refused == (result.citations == ()) == (result.text == REFUSAL)
        assert 0 <= result.confidence <= 1
        for citation in result.citations:
            assert citation.passage.start <= citation.start < citation.end <= citation.passage.end
        answered += not result.refused
    assert answered > 20


def test_the_parts_of_a_question_that_may_not_be_answered_are_named(cheat_sheet: Library) -> None:
    both = cheat_sheet.ask("What does AUC stand for, and what is data drift?")
    assert not both.refused
    assert "part" not in both.note
    half = cheat_sheet.ask("What is overfitting, and who won the football world cup in 1990?")
    assert not half.refused
    assert any("overfit" in citation.quote.lower() for citation in half.citations)
    assert half.note.endswith(
        "This part may not be answered: who won the football world cup in 1990?"
    )


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ("What is Amazon Polly? What is Amazon Lex for?", ""),
        (
            "Who won the world cup? What is Amazon Polly? What is Amazon Lex for?",
            "This part may not be answered: Who won the world cup?",
        ),
    ],
)
def test_every_part_that_can_be_is_answered(asked: str, missing: str, cheat_sheet: Library) -> None:
    result = cheat_sheet.ask(asked)
    headings = {citation.passage.heading for citation in result.citations}
    assert {name for name in ("Polly", "Lex") for h in headings if name in " ".join(h)} == {
        "Polly",
        "Lex",
    }
    assert result.note == missing


def test_what_frames_a_question_changes_no_answer(cheat_sheet: Library) -> None:
    asked = "When does Grid Search need MaxNumberOfTrainingJobs?"
    framed = cheat_sheet.ask(f"Hi there, I have an exam tomorrow! {asked} Thanks a lot!")
    assert framed.searched == asked
    assert framed.text == cheat_sheet.ask(asked).text

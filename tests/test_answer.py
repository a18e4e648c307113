from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pytest

from assistant.answer import REFUSAL, answer
from assistant.embed import SentenceEncoder
from assistant.errors import GeneratorError
from assistant.extract import Evidence
from assistant.indexes import Index, open_index
from assistant.library import Library
from assistant.quote import quote
from assistant.store import Store
from assistant.types import Answer, Hit

DEBUGGER = "What does SageMaker Debugger do?"


class Scripted:
    """A chat model that says the same whatever it is asked, piece by piece, and may break off."""

    name = "scripted:1"

    def __init__(self, *pieces: str, breaks: bool = False) -> None:
        self.pieces = pieces
        self.breaks = breaks
        self.prompts: list[str] = []

    def stream(self, prompt: str) -> Iterator[str]:
        self.prompts.append(prompt)
        yield from self.pieces
        if self.breaks:
            raise GeneratorError("The chat model scripted:1 did not answer: gone.", "Start it.")


@pytest.fixture(scope="module")
def sheet(cheat_sheet: Library) -> Index:
    folder = cheat_sheet.config.library
    with Store.open(folder / "library.db", create=False) as store:
        return open_index(store, folder)


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


def test_every_citation_of_100_questions_resolves_to_its_quotation(cheat_sheet: Library) -> None:
    titles = list(dict.fromkeys(path[-1] for path in cheat_sheet.headings() if path))
    questions = [*ODD, *(f"What is {title}?" for title in titles[:: len(titles) // 80])][:100]
    assert len(questions) == 100
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
    assert answered > 60


def with_model(
    index: Index, encoder: SentenceEncoder, model: Scripted, question: str = DEBUGGER
) -> Answer:
    return answer(index, question, encoder.encode_query(question), 5, model)


def sentences_said(pieces: Sequence[str], index: Index, encoder: SentenceEncoder) -> str:
    return with_model(index, encoder, Scripted(*pieces)).text


def test_a_chat_model_puts_the_quotations_into_words(
    sheet: Index, encoder: SentenceEncoder
) -> None:
    model = Scripted("Debugger watches ", "training [1].")
    result = with_model(sheet, encoder, model)
    assert result.text == "Debugger watches training [1]."
    assert (result.generator, result.note, result.refused) == ("scripted:1", "", False)
    assert DEBUGGER in model.prompts[0]
    assert '<quotation number="1" from="' in model.prompts[0]
    plain = with_model(sheet, encoder, Scripted(breaks=True))
    assert result.citations == plain.citations


def test_what_rests_on_no_quotation_is_dropped(sheet: Index, encoder: SentenceEncoder) -> None:
    said = "It watches training [1]. It costs 5 dollars [99]. It is nice. It stops jobs [0][1]."
    assert sentences_said([said], sheet, encoder) == "It watches training [1]."


def test_a_mark_behind_the_full_stop_belongs_to_the_sentence_before(
    sheet: Index, encoder: SentenceEncoder
) -> None:
    said = "It watches training. [1] It costs 5 dollars. [99] It stops jobs.[1][1]"
    assert sentences_said([said], sheet, encoder) == (
        "It watches training [1]. It stops jobs [1][1]."
    )


def test_where_the_model_fails_the_quotations_stand_with_a_note(
    sheet: Index, encoder: SentenceEncoder
) -> None:
    result = with_model(sheet, encoder, Scripted("It watches [1].", breaks=True))
    assert result.note == (
        "The chat model scripted:1 did not answer: gone. Start it. These are quotations instead."
    )
    assert result.generator == "quotation"
    assert result.text == quote_of(result)


@pytest.mark.parametrize("said", ["NOT ANSWERED", "It watches training.", "", "It costs [77]."])
def test_where_the_model_cites_nothing_the_quotations_stand_with_a_note(
    sheet: Index, encoder: SentenceEncoder, said: str
) -> None:
    result = with_model(sheet, encoder, Scripted(said))
    assert result.note == (
        "The chat model scripted:1 cited none of the quotations. These are quotations instead."
    )
    assert result.generator == "quotation"
    assert result.text == quote_of(result)


def quote_of(result: Answer) -> str:
    """The text that the citations make by themselves."""
    return quote(
        [
            Evidence(unit, Hit(c.passage, 1.0, 1), 0.0, 0.0, 1.0)
            for c in result.citations
            for unit in c.passage.units
            if (unit.start, unit.end) == (c.start, c.end)
        ]
    )[0]


def test_a_refusal_is_decided_before_the_model_is_asked(
    sheet: Index, encoder: SentenceEncoder
) -> None:
    model = Scripted("Germany [1].")
    result = with_model(sheet, encoder, model, "Who won the football world cup in 1990?")
    assert result.refused
    assert result.generator == "quotation"
    assert model.prompts == []

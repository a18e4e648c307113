from __future__ import annotations

from collections.abc import Callable

import gradio as gr
import pytest
from test_ui_cards import OTHER, PASSAGE, answered, cite

from assistant.errors import AssistantError, EncoderError
from assistant.library import Library
from assistant.types import Answer, Hit
from assistant.ui import ask, reply
from assistant.ui.ask import Turn
from assistant.ui.examples import suggest


class Shelf:
    """Answers with whatever it was made with."""

    def __init__(self, result: Callable[[str], Answer]) -> None:
        self.result = result

    def ask(self, question: str) -> Answer:
        return self.result(question)

    def headings(self) -> list[tuple[str, ...]]:
        raise AssistantError("There is no library here.", "assistant index")


def quoted(text: str, *quotes: str) -> Answer:
    citations = tuple(cite(number, quote) for number, quote in enumerate(quotes, start=1))
    return Answer("q", "q", text, citations, (), False, 0.9)


def failing(error: Exception) -> Callable[[str], Answer]:
    def fail(question: str) -> Answer:
        raise error

    return fail


def test_a_question_is_shown_at_once_and_then_answered() -> None:
    shelf = Shelf(lambda question: quoted(f"- {question}! [1]", "Dense"))
    before = [Turn("earlier", "<p>so</p>", "<p>cards</p>")]
    waiting, done = list(ask.ask(shelf, "  What is <b>? ", before))

    turns, messages, panel, box = waiting
    assert messages[2:] == [
        {"role": "user", "content": '<div class="question">What is &lt;b&gt;?</div>'},
        {"role": "assistant", "content": reply.PENDING},
    ]
    assert panel == '<section class="turn"><p>cards</p></section>'
    assert box == ""
    assert turns[:1] == before

    turns, messages, panel, box = done
    assert [turn.question for turn in turns] == ["earlier", "What is <b>?"]
    assert messages[3]["content"] == (
        '<div class="answer"><ul><li>What is &lt;b&gt;?! '
        '<a class="cite" href="#quote-2-1" title="Source 1">1</a></li></ul></div>'
    )
    assert panel.startswith('<section class="turn" hidden><p>cards</p></section>')
    assert '<mark id="quote-2-1"><strong>Dense</strong></mark>' in panel
    assert box == gr.skip()


def test_the_cheat_sheet_answers_with_its_own_words(cheat_sheet: Library) -> None:
    _, done = ask.ask(cheat_sheet, "What is retrieval-augmented generation?", [])
    _, messages, panel, _ = done
    assert "is a technique that enhances the output" in str(messages[1]["content"])
    assert '<a class="cite" href="#quote-1-1" title="Source 1">1</a>' in str(messages[1]["content"])
    assert '<mark id="quote-1-1">' in panel
    assert "aws-mla-c01-cheat-sheet.txt · pp. 27–" in panel


def test_the_examples_of_the_cheat_sheet_are_answered(cheat_sheet: Library) -> None:
    examples = ask.examples(cheat_sheet)
    assert len(examples) == 4
    assert not any(cheat_sheet.ask(example["text"]).refused for example in examples)


def test_nothing_is_asked_when_nothing_was_typed() -> None:
    (view,) = ask.ask(Shelf(failing(AssertionError())), "  \n", [])
    assert view == ([], [], ask.NO_SOURCES, "")


def test_an_error_is_a_sentence_and_what_to_do() -> None:
    error = EncoderError("The encoder <x> is not there.", "Run `assistant doctor` & wait.")
    turn = ask.answered_turn(Shelf(failing(error)), "q", 1)
    assert turn.said == (
        '<div class="failure"><p><strong>The encoder &lt;x&gt; is not there.</strong></p>'
        "<p>Run <code>assistant doctor</code> &amp; wait.</p></div>"
    )
    assert turn.cards == ask.NOTHING_QUOTED


def test_a_fault_of_the_program_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    turn = ask.answered_turn(Shelf(failing(KeyError("secret"))), "q", 1)
    assert "Something unexpected went wrong." in turn.said
    assert "secret" not in turn.said
    assert "KeyError: 'secret'" in caplog.text


def test_a_refusal_names_the_nearest_passages() -> None:
    hits = (Hit(PASSAGE, 0.5, 1), Hit(OTHER, 0.4, 2))
    refused = Answer("q", "q", "Nothing found.", (), hits, True, 0.1, note="So it is.")
    assert reply.answer(4, refused) == (
        '<div class="refusal"><p>Nothing found.</p><p class="note">So it is.</p>'
        "<p>The nearest passages are about:</p><ol>"
        '<li><a href="#hit-4-1">Retrieval</a> <span class="where">p. 27</span></li>'
        '<li><a href="#hit-4-2">notes.txt</a></li></ol></div>'
    )


def test_only_marks_of_citations_become_links() -> None:
    html = reply.answer(1, quoted("As [7] says. [1]", "Dense"))
    assert html == (
        '<div class="answer"><p>As [7] says. '
        '<a class="cite" href="#quote-1-1" title="Source 1">1</a></p></div>'
    )


def test_a_bracketed_number_inside_a_quotation_is_the_documents_own() -> None:
    passage = PASSAGE.__class__(
        "p9", "d1", "paper.pdf", (), None, None, 0, 19, "Shown before in [1]"
    )
    answer = Answer(
        "q", "q", "Shown before in [1] [1]", (cite(1, passage.text, passage),), (), False, 1.0
    )
    assert reply.answer(1, answer) == (
        '<div class="answer"><p>Shown before in [1] '
        '<a class="cite" href="#quote-1-1" title="Source 1">1</a></p></div>'
    )


def test_an_answer_cannot_bring_its_own_markup() -> None:
    text = '<a href="http://example.com">x</a> ![y](http://example.com/z.png) <script>1</script>'
    assert reply.answer(1, answered()).startswith('<div class="answer">')
    assert reply.answer(1, quoted(text)) == (
        '<div class="answer"><p>&lt;a href=&quot;http://example.com&quot;&gt;x&lt;/a&gt; '
        "![y](http://example.com/z.png) &lt;script&gt;1&lt;/script&gt;</p></div>"
    )


def test_a_note_stands_below_the_answer() -> None:
    noted = Answer("q", "q", "So.", (), (), False, 0.4, note="Weak & thin.")
    assert reply.answer(1, noted) == (
        '<div class="answer"><p>So.</p><p class="note">Weak &amp; thin.</p></div>'
    )


def test_without_a_library_there_are_no_examples() -> None:
    assert ask.examples(Shelf(failing(AssertionError()))) == []


def test_examples_prefer_questions_and_take_one_of_a_chapter() -> None:
    headings = [
        ("Sheet",),
        ("Part", "Search", "What is RAG?"),
        ("Part", "Search", "Why RAG?"),
        ("Part", "Understanding Embeddings", "Details"),
        ("Other", "➡ 3. Vector Stores:"),
        ("Other", "ab"),
    ]
    assert suggest(headings) == ["What is RAG?", "Explain Embeddings", "Explain Vector Stores"]
    assert suggest(headings, count=1) == ["What is RAG?"]


def test_examples_are_spread_over_the_library() -> None:
    headings = [("Book", f"Chapter {number}") for number in range(8)]
    assert suggest(headings) == [f"Explain Chapter {number}" for number in (0, 2, 4, 6)]


def test_a_text_without_chapters_is_asked_about_as_a_whole() -> None:
    assert suggest([("Notes on drift",)]) == ["Explain Notes on drift"]
    assert suggest([(), ("",)]) == []

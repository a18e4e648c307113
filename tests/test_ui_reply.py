from __future__ import annotations

from dataclasses import replace

import pytest
from test_ui_cards import OTHER, PASSAGE, answered, cite

from assistant.errors import AssistantError, EncoderError
from assistant.types import Answer, Hit
from assistant.ui import reply


def quoted(text: str, *quotes: str, question: str = "q") -> Answer:
    citations = tuple(cite(number, quote) for number, quote in enumerate(quotes, start=1))
    return Answer(question, question, text, citations, (), False, 0.9)


def test_a_question_is_shown_as_typed_and_can_be_changed() -> None:
    assert reply.question("What is <b>\nthen?", 3) == (
        '<div class="question"><span id="asked-3">What is &lt;b&gt;<br>then?</span> '
        '<button type="button" class="act" name="edit" value="3"'
        ' title="Change this question and ask it again">Edit</button></div>'
    )


def test_what_was_searched_is_shown_and_can_be_changed() -> None:
    assert reply.searched("<i>Lex's</i> default?", 2) == (
        '<p class="searched">Searched for: '
        '<span id="searched-2">&lt;i&gt;Lex&#x27;s&lt;/i&gt; default?</span> '
        '<button type="button" class="act" name="search" value="2"'
        ' title="Change what is searched for">Change</button></p>'
    )


def test_only_marks_of_citations_become_links() -> None:
    html = reply.answer(1, quoted("As [7] says. [1]", "Dense"))
    assert html == (
        '<div class="answer"><p>As [7] says. '
        '<a class="cite" href="#quote-1-1" title="Source 1">1</a></p></div>'
    )


def test_a_bracketed_number_inside_a_quotation_is_the_documents_own() -> None:
    passage = replace(PASSAGE, start=0, end=19, text="Shown before in [1]")
    text = "Shown before in [1] [1]"
    given = Answer("q", "q", text, (cite(1, passage.text, passage),), (), False, 1.0)
    assert reply.answer(1, given) == (
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


def test_a_weak_answer_says_so_first() -> None:
    noted = Answer("q", "q", "So.", (), (), False, 0.4, note="Weak & thin.")
    assert reply.answer(1, noted) == (
        '<div class="answer"><p class="note">Weak &amp; thin.</p><p>So.</p></div>'
    )
    noted = replace(noted, note="It is gone. Run `ollama pull <b>`.")
    assert "Run <code>ollama pull &lt;b&gt;</code>.</p>" in reply.answer(1, noted)


def test_the_figure_that_was_asked_for_is_marked_and_the_marks_of_sources_are_not() -> None:
    text = "**Trials:** at most 500 jobs. [1]"
    html = reply.answer(1, quoted(text, "Dense", question="How many jobs?"))
    assert html == (
        '<div class="answer"><p><strong>Trials:</strong> at most <mark>500</mark> jobs. '
        '<a class="cite" href="#quote-1-1" title="Source 1">1</a></p></div>'
    )
    assert "<mark>" not in reply.answer(1, quoted(text, "Dense", question="What are trials?"))


def test_a_refusal_names_what_is_missing_and_the_nearest_passages() -> None:
    hits = (Hit(PASSAGE, 0.5, 1), Hit(OTHER, 0.4, 2))
    refused = Answer("q", "q", "Nothing found.", (), hits, True, 0.1, note="So <it> is.")
    assert reply.answer(4, refused) == (
        '<div class="refusal"><p>Nothing found.</p><p class="note">So &lt;it&gt; is.</p>'
        "<p>The nearest passages are about:</p><ol>"
        '<li><a href="#hit-4-1">Retrieval</a> <span class="where">p. 27</span> '
        '<button type="button" class="act" name="ask" value="Retrieval"'
        ' title="Ask about: Retrieval">Ask this</button></li>'
        '<li><a href="#hit-4-2">notes.txt</a></li></ol></div>'
    )


def test_an_answer_tells_how_long_each_stage_took() -> None:
    made = replace(quoted("It is. [1]", "Dense"), seconds={"embed": 0.012, "search": 0.0304})
    html = reply.answer(1, made)
    assert "<summary>Answered in 42 ms</summary>embed 12 ms · search 30 ms</details>" in html
    assert "Answered in" not in reply.answer(1, replace(made, seconds={}))


def test_questions_that_may_follow_are_buttons() -> None:
    assert reply.offers([]) == ""
    assert reply.offers(['Why "so"?']) == (
        '<div class="offers"><p>Next to it in your documents:</p>'
        '<button type="button" class="act offer" name="ask" value="Why &quot;so&quot;?"'
        ">Why &quot;so&quot;?</button></div>"
    )


def test_an_error_is_a_sentence_and_what_to_do() -> None:
    error = EncoderError("The encoder <x> is not there.", "Run `assistant doctor` & wait.")
    assert reply.failure(error) == (
        '<div class="failure"><p><strong>The encoder &lt;x&gt; is not there.</strong></p>'
        "<p>Run <code>assistant doctor</code> &amp; wait.</p></div>"
    )
    assert reply.unkept(AssistantError("<Full>.", "Make room.")) == (
        '<p class="note">This answer is not kept. &lt;Full&gt;. Make room.</p>'
    )


def test_a_fault_of_the_program_is_logged_and_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    told = reply.in_words(KeyError("secret"))
    assert told.message == "Something unexpected went wrong."
    assert "secret" not in told.hint
    assert "KeyError: 'secret'" in caplog.text

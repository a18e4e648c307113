from __future__ import annotations

from assistant.library import Library
from assistant.ui.examples import following, suggest


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


def test_the_nearest_headings_follow_and_those_behind_come_first() -> None:
    titles = ("Start", "2. Dense", "Lexical", "Fused")
    headings = [*[("Book", "Search", title) for title in titles], ("Else", "Maps")]
    assert following(headings, [("Book", "Search", "2. Dense")]) == ["Lexical", "Start", "Fused"]
    assert following(headings, [("Book", "Search", "2. Dense")], count=1) == ["Lexical"]
    assert following(headings, [("Else", "Maps")]) == []
    assert following(headings, [("Gone",), ()]) == []


def test_what_was_answered_is_not_offered_again() -> None:
    headings = [("A", "Dense"), ("A", "Lexical"), ("A", "B", "dense:"), ("A", "x")]
    assert following(headings, [("A", "Dense"), ("A", "Lexical")]) == []


def test_the_headings_of_a_flat_text_stand_beside_each_other() -> None:
    assert following([("One",), ("Two",), ("Three",)], [("One",)]) == ["Two", "Three"]


def test_what_is_offered_after_an_answer_is_answered(cheat_sheet: Library) -> None:
    answer = cheat_sheet.ask("What is retrieval-augmented generation?")
    seen = [citation.passage.heading for citation in answer.citations]
    offered = following(cheat_sheet.headings(), seen)
    assert len(offered) == 3
    assert not any(cheat_sheet.ask(question).refused for question in offered)


def test_the_examples_of_the_cheat_sheet_are_answered(cheat_sheet: Library) -> None:
    examples = suggest(cheat_sheet.headings())
    assert len(examples) == 4
    assert not any(cheat_sheet.ask(question).refused for question in examples)

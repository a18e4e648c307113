from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from test_ui_cards import PASSAGE, cite

from assistant.chat import Turn as Said
from assistant.chat import resolve
from assistant.conversations import Conversations
from assistant.errors import AssistantError, EncoderError
from assistant.generate import Style
from assistant.library import Library
from assistant.types import Answer, Passage
from assistant.ui import asking
from assistant.ui.action import Action
from assistant.ui.asking import Wanted, ask
from assistant.ui.conversation import Opened, Turn

Grow = Callable[[str, Sequence[Said]], Iterator[Answer]]


class Shelf:
    """Answers with whatever it was made with."""

    def __init__(self, grow: Grow) -> None:
        self.grow = grow
        self.given: list[tuple[int, Style | None]] = []

    def resolve(self, question: str, history: Sequence[Said]) -> str:
        return resolve(question, history)

    def stream(
        self, question: str, k: int = 5, history: Sequence[Said] = (), style: Style | None = None
    ) -> Iterator[Answer]:
        self.given.append((k, style))
        return self.grow(question, history)

    def headings(self) -> list[tuple[str, ...]]:
        return [one.heading for one in self.passages()]

    def passages(self) -> tuple[Passage, ...]:
        beside = replace(PASSAGE, heading=("Search", "Ranking"))
        return PASSAGE, replace(beside, doc_id="other", heading=("Search", "Maps")), beside


def given(question: str, history: Sequence[Said] = ()) -> Answer:
    searched = resolve(question, history)
    return Answer(question, searched, "Lexical is two. [1]", (cite(1, "Dense"),), (), False, 0.9)


def whole(question: str, history: Sequence[Said]) -> Iterator[Answer]:
    yield given(question, history)


def failing(error: Exception) -> Grow:
    def fail(question: str, history: Sequence[Said]) -> Iterator[Answer]:
        raise error

    return fail


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "index")


def last(views: Iterator[Opened]) -> Opened:
    *_, view = views
    return view


def test_a_question_is_shown_at_once_and_then_answered_and_kept(kept: Conversations) -> None:
    first, *_, done = list(ask(Shelf(whole), kept, Wanted(" What is Lexical? "), Opened()))
    assert first.turns == (Turn("What is Lexical?", "What is Lexical?"),)
    assert first.turns[0].waiting
    (turn,) = done.turns
    assert turn.answer == given("What is Lexical?")
    assert (turn.number, turn.offers, turn.unkept) == (1, ("Ranking",), "")
    (conversation,) = kept.all()
    assert (conversation.id, conversation.title) == (done.id, "What is Lexical?")


def test_a_follow_up_is_asked_with_the_turns_before_it(kept: Conversations) -> None:
    opened = last(ask(Shelf(whole), kept, Wanted("What is Amazon Lex for?"), Opened()))
    pending, *_, done = list(ask(Shelf(whole), kept, Wanted("and its default?"), opened))
    assert pending.turns[1].searched == "Amazon Lex's default?"
    answer = done.turns[1].answer
    assert answer is not None
    assert (answer.question, answer.searched) == ("and its default?", "Amazon Lex's default?")
    alone = last(ask(Shelf(whole), kept, Wanted("and its default?", alone=True), done)).turns[2]
    assert alone.searched == "and its default?"
    before = last(ask(Shelf(whole), kept, Wanted("and its cost?", before=1), done)).turns[2]
    assert before.searched == "and its cost?"
    assert [turn.number for turn in kept.open(done.id).turns] == [1, 2, 3, 4]


def test_a_question_is_answered_as_the_visitor_wishes(kept: Conversations) -> None:
    shelf, style = Shelf(whole), Style(unsupported="mark")
    last(ask(shelf, kept, Wanted("q"), Opened()))
    last(ask(shelf, kept, Wanted("q", k=7, style=lambda: style), Opened()))
    assert shelf.given == [(5, None), (7, style)]


def test_nothing_is_asked_when_nothing_was_typed(kept: Conversations) -> None:
    opened = Opened("x", (Turn("q"),))
    assert list(ask(Shelf(failing(AssertionError())), kept, Wanted("  \n"), opened)) == [opened]


def test_a_failure_is_shown_and_makes_way_for_the_next_try(kept: Conversations) -> None:
    error = EncoderError("The encoder is not there.")
    failed = last(ask(Shelf(failing(error)), kept, Wanted("q"), Opened()))
    assert "The encoder is not there." in failed.turns[0].failure
    assert (failed.id, kept.all()) == ("", [])
    assert failed.history() == ()
    again = last(ask(Shelf(whole), kept, Wanted("q", before=1), failed))
    assert [turn.answer for turn in again.turns] == [given("q")]


def test_an_answer_is_shown_as_it_grows(kept: Conversations) -> None:
    seen = threading.Event()

    def grow(question: str, history: Sequence[Said]) -> Iterator[Answer]:
        yield replace(given(question), text="Lexical [1]")
        assert seen.wait(20)
        yield given(question)

    views = ask(Shelf(grow), kept, Wanted("q"), Opened())
    texts = []
    for view in views:
        turn = view.turns[0]
        texts.append((turn.answer.text if turn.answer else "", turn.waiting))
        if texts[-1] == ("Lexical [1]", True):
            seen.set()
    assert texts[0] == ("", True)
    assert ("Lexical [1]", True) in texts
    assert texts[-1] == ("Lexical is two. [1]", False)


@pytest.mark.parametrize("started", [True, False])
def test_an_answer_can_be_stopped(kept: Conversations, started: bool) -> None:
    closed, never = threading.Event(), threading.Event()

    def grow(question: str, history: Sequence[Said]) -> Iterator[Answer]:
        try:
            if started:
                yield replace(given(question), text="Lexical [1]")
            never.wait(1)
            yield given(question)
        finally:
            closed.set()

    actions: list[Action[Answer]] = []
    views = ask(Shelf(grow), kept, Wanted("q"), Opened(), actions.append)
    for view in views:
        if actions and bool(view.turns[0].answer) == started:
            actions[0].end()
    turn = view.turns[0]
    assert not turn.waiting
    assert closed.wait(20)
    if not started:
        assert "Stopped before there was an answer." in turn.failure
        return
    assert turn.answer is not None
    assert (turn.answer.text, turn.answer.note) == ("Lexical [1]", asking.CUT_SHORT)
    assert kept.open(view.id).turns[0].note == asking.CUT_SHORT


def test_an_answer_that_cannot_be_kept_is_shown_nevertheless(tmp_path: Path) -> None:
    (tmp_path / "conversations.db").write_bytes(b"no database at all" * 100)
    done = last(ask(Shelf(whole), Conversations(tmp_path), Wanted("q"), Opened()))
    (turn,) = done.turns
    assert turn.answer == given("q")
    assert "This answer is not kept." in turn.unkept
    assert (done.id, turn.number) == ("", 0)


def test_a_conversation_deleted_meanwhile_begins_anew(kept: Conversations) -> None:
    opened = last(ask(Shelf(whole), kept, Wanted("one"), Opened()))
    kept.delete(opened.id)
    done = last(ask(Shelf(whole), kept, Wanted("two"), opened))
    assert done.id not in ("", opened.id)
    assert [turn.question for turn in done.turns] == ["one", "two"]
    assert [turn.question for turn in kept.open(done.id).turns] == ["two"]


def test_what_cannot_be_searched_for_fails_in_words(
    cheat_sheet: Library, kept: Conversations
) -> None:
    done = last(ask(cheat_sheet, kept, Wanted("\0"), Opened()))
    assert "The question is empty." in done.turns[0].failure


def test_a_refusal_says_which_words_no_passage_has(
    cheat_sheet: Library, kept: Conversations
) -> None:
    done = last(ask(cheat_sheet, kept, Wanted("What is the capital of France?"), Opened()))
    assert done.turns[0].answer is not None
    assert done.turns[0].answer.note == "No passage has: capital, France."
    assert kept.open(done.id).turns[0].refused


def test_without_a_library_nothing_is_offered() -> None:
    class Empty(Shelf):
        def passages(self) -> tuple[Passage, ...]:
            raise AssistantError("There is no library here.", "assistant index")

    turn = Turn("q", answer=given("q"))
    assert asking.suggested(Empty(whole), turn) == turn

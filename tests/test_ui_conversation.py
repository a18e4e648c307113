from __future__ import annotations

from dataclasses import replace

from test_ui_cards import cite

from assistant.chat import Turn as Said
from assistant.types import Answer
from assistant.ui import reply
from assistant.ui.conversation import NO_SOURCES, NOTHING_QUOTED, Opened, Turn, messages, panel

ANSWER = Answer("q", "Lexical q", 'A "<b>". [1]', (cite(1, "Dense"),), (), False, 0.9)
TURN = Turn("q", "Lexical q", answer=ANSWER, number=1, offers=("Ranking",))


def said(opened: Opened) -> list[str]:
    return [str(message["content"]) for message in messages(opened)]


def test_a_waiting_turn_shows_what_is_searched() -> None:
    asked, pending = said(Opened(turns=(Turn("and it?", "Lex?"),)))
    assert '<span id="asked-1">and it?</span>' in asked
    assert '<span id="searched-1">Lex?</span>' in asked
    assert pending == reply.PENDING
    assert "searched-1" not in said(Opened(turns=(Turn("q", "q"),)))[0]


def test_only_the_last_answer_offers_questions() -> None:
    shown = said(Opened("x", (TURN, TURN)))
    assert 'class="offers"' not in shown[1]
    assert 'class="offers"' in shown[3]
    assert 'href="#quote-2-1"' in shown[3]


def test_an_answer_that_grows_has_no_buttons_yet() -> None:
    grown = said(Opened("x", (replace(TURN, growing=True),)))[1]
    assert grown.endswith(reply.GROWING)
    assert 'class="actions"' not in grown


def test_only_what_is_kept_can_be_rated() -> None:
    assert 'name="up"' in said(Opened("x", (TURN,)))[1]
    unkept = replace(TURN, number=0, unkept='<p class="note">Not kept.</p>')
    shown = said(Opened("x", (unkept,)))[1]
    assert 'name="up"' not in shown
    assert "Not kept." in shown


def test_the_sources_of_the_last_turn_are_in_view() -> None:
    assert panel(Opened()) == panel(Opened(turns=(Turn("q"),))) == NO_SOURCES
    waiting = panel(Opened("x", (TURN, Turn("next"))))
    assert waiting.count("<section") == 1
    assert waiting.startswith(
        '<section class="turn" data-place="1" data-copy="q\n\nA &quot;&lt;b&gt;&quot;. [1]'
    )
    both = panel(Opened("x", (TURN, Turn("q", failure="<p>Failed.</p>"))))
    first, second = both.split("</section>")[:2]
    assert first.startswith('<section class="turn" data-place="1" hidden data-copy=')
    assert second == f'<section class="turn" data-place="2">{NOTHING_QUOTED}'


def test_history_is_what_was_answered_before() -> None:
    opened = Opened("x", (TURN, Turn("q", failure="<p>Failed.</p>"), replace(TURN, question="r")))
    assert opened.history() == (
        Said("q", ANSWER.text, "Lexical q"),
        Said("r", ANSWER.text, "Lexical q"),
    )
    assert opened.history(before=2) == (Said("q", ANSWER.text, "Lexical q"),)
    assert opened.history(before=1) == ()

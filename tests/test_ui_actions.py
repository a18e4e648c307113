from __future__ import annotations

from dataclasses import replace

from test_ui_cards import OTHER, PASSAGE, cite

from assistant.types import Answer
from assistant.ui import actions


def test_an_answer_that_is_kept_can_be_rated() -> None:
    row = actions.row(2, answered=True, rated=(None, ""))
    names = [part.split('"')[0] for part in row.split('name="')[1:]]
    assert names == ["copy", "retry", "up", "down"]
    assert row.count('value="2"') == 4
    assert "chosen" not in row


def test_a_thumb_is_shown_with_its_reason() -> None:
    row = actions.row(1, answered=True, rated=("down", "<b>late</b>"))
    assert 'class="act chosen" name="down" value="1" title="Take this back"' in row
    assert 'name="reason" value="1">Change the reason</button>' in row
    assert '<span class="reason">&lt;b&gt;late&lt;/b&gt;</span>' in row
    assert ">Say why<" in actions.row(1, answered=True, rated=("up", ""))


def test_what_came_to_nothing_can_only_be_tried_again() -> None:
    row = actions.row(1, answered=False, rated=None)
    assert row == (
        '<div class="actions"><button type="button" class="act" name="retry" value="1"'
        ' title="Ask the same again">Retry</button></div>'
    )


def test_a_value_cannot_leave_its_attribute() -> None:
    assert actions.button("ask", '"><img src=x>', "<b>", "'t'") == (
        '<button type="button" class="act" name="ask" value="&quot;&gt;&lt;img src=x&gt;"'
        ' title="&#x27;t&#x27;">&lt;b&gt;</button>'
    )


def test_an_answer_is_copied_with_its_sources() -> None:
    other = replace(OTHER, document="b.md")
    cited = (cite(1, "Dense", PASSAGE), cite(2, "Else.", other))
    given = Answer("What?", "What?", "Dense [1]\nElse. [2]", cited, (), False, 0.9, note="Weak.")
    assert actions.as_text(given) == (
        "What?\n\nDense [1]\nElse. [2]\n\n"
        "[1] notes.txt, p. 27, Search › Retrieval\n[2] b.md\n\nWeak."
    )

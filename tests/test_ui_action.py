from __future__ import annotations

import threading

import pytest

from assistant.errors import AssistantError
from assistant.protocols import Progress
from assistant.ui.action import Action, EndedError, Step


def test_an_action_tells_its_latest_step_and_gives_its_result() -> None:
    reported, go_on = threading.Event(), threading.Event()

    def work(progress: Progress) -> str:
        progress("embed", 1, 3)
        progress("ask", 2, 3, "so far")
        reported.set()
        go_on.wait(20)
        return "done"

    action = Action(work)
    assert reported.wait(20)
    steps = iter(action)
    assert next(steps) == Step("ask", 2, 3, "so far")
    go_on.set()
    assert set(steps) <= {Step("ask", 2, 3, "so far")}
    assert action.result() == "done"


def test_an_action_that_is_ended_stops_at_its_next_step() -> None:
    reported, go_on, left = threading.Event(), threading.Event(), threading.Event()
    steps = []

    def work(progress: Progress) -> None:
        try:
            for done in range(3):
                progress("ask", done, 3)
                steps.append(done)
                reported.set()
                go_on.wait(20)
        finally:
            left.set()

    action = Action(work)
    assert reported.wait(20)
    action.end()
    assert list(action) == []
    with pytest.raises(EndedError):  # Though the work has not heard of it.
        action.result()
    go_on.set()
    assert left.wait(20)
    assert steps == [0]


def test_an_error_is_that_of_the_work() -> None:
    def work(progress: Progress) -> None:
        raise AssistantError("It broke.")

    action = Action(work)
    assert list(action) in ([], [None])
    with pytest.raises(AssistantError, match="It broke"):
        action.result()

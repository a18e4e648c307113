import io
import re
import sys

import pytest
from rich.text import Text

from assistant.console import Screen
from assistant.errors import AssistantError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_an_error_stays_one_line_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().problem(AssistantError("It\nbroke \x1b[2J" + "x" * 200, "Mend\nit."))
    assert capsys.readouterr().err == f"error: It broke [2J{'x' * 200}\nhint: Mend it.\n"


def test_redirected_lines_do_not_end_in_spaces(capsys: pytest.CaptureFixture[str]) -> None:
    Screen().show(Text("one   "), Text(""), Text("[two]"))
    assert capsys.readouterr().out == "one\n\n[two]\n"


def test_json_is_readable_or_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    screen = Screen()
    screen.data({"a": "\u00e9"})
    screen.data({"a": "\u00e9"}, one_line=True)
    assert capsys.readouterr().out == '{\n  "a": "\u00e9"\n}\n{"a": "\u00e9"}\n'


def test_progress_is_shown_in_a_terminal_with_rate_and_ends_complete(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with Screen().progress() as report:
        assert report is not None
        report("read", 0, 2, "notes/a.txt")
        report("embed", 40, 80)
    assert isinstance(sys.stderr, Terminal)
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", sys.stderr.getvalue())
    assert "notes/a.txt" in shown
    assert re.search(r"Reading .* 2/2", shown)
    assert re.search(r"Embedding .* 80/80", shown)


def test_no_progress_when_redirected_or_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    with Screen().progress() as report:
        assert report is None
    monkeypatch.setattr(sys, "stderr", Terminal())
    with Screen(quiet=True).progress() as report:
        assert report is None


def test_a_growing_answer_is_shown_on_a_terminal_and_leaves_no_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    screen = Screen()
    assert screen.grow(["One.", "One. Two."], Text) == "One. Two."
    seen = terminal.getvalue()
    assert "One. Two." in seen
    assert seen.index("One.") < seen.index("One. Two.")
    assert "\x1b[2K" in seen.rpartition("One. Two.")[2]  # the line is erased again


def test_a_growing_answer_goes_into_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert Screen().grow(["One.", "One. Two."], Text) == "One. Two."
    assert capsys.readouterr().out == ""


def test_what_does_not_grow_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", terminal := Terminal())
    assert Screen().grow([1], lambda _: None) == 1
    assert terminal.getvalue() == ""
    with pytest.raises(ValueError, match="no state"):
        Screen().grow([], lambda _: None)

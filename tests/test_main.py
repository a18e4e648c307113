import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import run, start


def test_an_error_is_one_line_and_a_hint(library: Path) -> None:
    failed = run("show", "nothing", "--json", "--library", library)
    assert failed.code == 1
    message = failed.json["error"]["message"]
    assert message == "There is no passage nothing in the library."
    assert failed.err.splitlines()[0] == f"error: {message}"
    assert list(failed.json["error"]) == ["message", "hint"]


def test_a_missing_library_says_which_command_makes_it(tmp_path: Path) -> None:
    for words in (["search", "x"], ["ask", "x"], ["status"], ["show", "x"], ["remove", "x"]):
        failed = run(*words, "--library", tmp_path / "nowhere")
        assert failed.code == 1
        assert "assistant index" in failed.err
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["search"], "Give a QUESTION, or --batch FILE.jsonl."),
        (["ask", "x", "--batch", "y"], "Give a QUESTION or --batch, not both."),
        (["ask", "--batch", "/nowhere.jsonl"], "The batch /nowhere.jsonl is not a file."),
        (["search", "x", "-k", "0"], "'-k'"),
        (["search", "x", "--mode", "best"], "'best' is not one of 'hybrid', 'dense', 'lexical'"),
        (["show"], "PASSAGE_ID"),
        (["teach"], "No such command 'teach'."),
        (["status", "--loud"], "--loud"),
    ],
)
def test_wrong_usage_exits_2(words: list[str], message: str) -> None:
    failed = run(*words, "--json")
    assert failed.code == 2
    assert message in failed.json["error"]["message"]
    assert failed.err.splitlines()[-1].startswith("hint: Run `assistant ")


def test_a_setting_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "many")
    failed = run("status")
    assert failed.code == 1
    assert failed.err.startswith("error: These settings cannot be used: port: ")


def test_the_unexpected_is_no_traceback_unless_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(config: object) -> None:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr("assistant.library.Library.open", burst)
    failed = run("status")
    assert failed.code == 1
    assert failed.err == (
        "error: Something unexpected happened: ZeroDivisionError: by nought\n"
        "hint: Set ASSISTANT_DEBUG=1 to see where.\n"
    )
    monkeypatch.setenv("ASSISTANT_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run("status")


def test_no_arguments_show_the_help() -> None:
    for words in ([], ["--help"], ["-h"]):
        shown = run(*words)
        assert shown.code == 0
        for command in ("index", "search", "ask", "serve", "status", "show", "remove", "doctor"):
            assert f" {command} " in shown.out


def test_every_command_takes_the_common_options() -> None:
    commands = ("index", "search", "ask", "serve", "status", "show", "remove", "doctor")
    for command in (*commands, "backup", "restore"):
        shown = run(command, "--help").out
        for option in ("--library", "--json", "--quiet"):
            assert option in shown


def test_help_and_status_load_nothing_heavy(library: Path) -> None:
    script = (
        "import sys; from assistant.__main__ import main; code = main(sys.argv[1:]); "
        "print(*{name.split('.')[0] for name in sys.modules}); sys.exit(code)"
    )
    for words in (["--help"], ["status", "--library", str(library)]):
        command = [sys.executable, "-c", script, *words]
        out = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
        loaded = set(out.splitlines()[-1].split())
        heavy = {"torch", "faiss", "langchain", "langchain_core", "gradio", "sentence_transformers"}
        assert not loaded & heavy


def test_a_reader_that_leaves_is_no_error_message(library: Path) -> None:
    with start("status", "--json", "--library", library) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Programs started here hear an interruption, which a shell's background jobs ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(os.name == "nt", reason="sends SIGINT")
@pytest.mark.usefixtures("interruptible")
def test_an_interruption_is_quiet(library: Path) -> None:
    words: list[str | Path] = ["search", "--batch", "-", "--mode", "lexical", "--library", library]
    with start(*words) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write('{"id": 1, "question": "barometer"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr.read() == ""

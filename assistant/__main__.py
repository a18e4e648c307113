"""The program ``assistant``, also ``python -m assistant``: one command line and its errors."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import typer

from assistant import contract, log
from assistant.config import load_config
from assistant.console import Screen
from assistant.errors import AssistantError, ConfigError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line, by default the program's own, and return the exit code.

    0: done; 1: an error; 2: wrong usage; 130: interrupted. An error is one line and a hint on
    standard error, and with ``--json`` also an object on standard output; never a traceback.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Redirected output on Windows is not UTF-8 by itself, and JSON has to be.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _set_up_log()
    try:
        return _run(words)
    except AssistantError as error:
        log.fault("failed", error)
        return _fail(error, words)
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "assistant"
        wrong = AssistantError(error.format_message(), f"Run `{command} --help`.")
        return _fail(wrong, words, error.exit_code)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output left. What is still buffered must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        log.fault("unexpected", error)
        if _debugging():
            raise
        message = f"Something unexpected happened: {type(error).__name__}: {error}"
        return _fail(AssistantError(message, "Set ASSISTANT_DEBUG=1 to see where."), words)


def _run(words: Sequence[str]) -> int:
    # Imported here so that an interruption or a missing package is reported like any other error.
    from assistant.cli import app

    code = app(list(words) or ["--help"], prog_name="assistant", standalone_mode=False)
    sys.stdout.flush()
    return int(code or 0)


def _fail(error: AssistantError, words: Sequence[str], code: int = 1) -> int:
    screen = Screen()
    if any(word.split("=")[0] in ("--json", "--batch") for word in words):
        screen.data(contract.error(error), one_line=True)
    screen.problem(error)
    return code


def _set_up_log() -> None:
    try:
        log.set_up(load_config())
    except ConfigError:
        return  # The command says so when it reads the settings.


def _debugging() -> bool:
    try:
        return load_config().debug
    except ConfigError:
        return False


if __name__ == "__main__":
    sys.exit(main())

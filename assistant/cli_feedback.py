"""The command ``assistant eval feedback``: thumbs of kept conversations become questions."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant import options
from assistant.config import load_config
from assistant.console import Screen
from assistant.conversations import Conversations

FILE = Path("eval") / "questions" / "feedback.jsonl"


def feedback(
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="The set; questions that it has stay as they are.")
    ] = FILE,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a question set of the thumbs given to answers, and list what you must settle."""
    from assistant import render_eval
    from assistant.evaluation.feedback import collect, write

    screen = Screen(as_json=as_json, quiet=quiet)
    made = write(collect(Conversations(load_config(library=library).library).all()), out)
    if as_json:
        files = {"file": str(made.file), "unsettled_file": str(made.unsettled_file)}
        screen.data({**asdict(made), **files})
    else:
        screen.show(*render_eval.feedback(made, quiet=quiet))

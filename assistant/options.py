"""The options and arguments that several commands share, declared once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Library = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="DIR",
        show_default=False,
        help="Folder of the library [default: index/, or in your data folder].",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print the result and nothing around it.")]
Question = Annotated[
    list[str] | None,
    typer.Argument(metavar="QUESTION", show_default=False, help="In plain words."),
]
Number = Annotated[int, typer.Option("-k", min=1, metavar="N", help="How many passages.")]
Batch = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        metavar="FILE.jsonl",
        show_default=False,
        help='Instead of QUESTION: one {"id", "question"} a line, - for standard input.',
    ),
]


class UsageError(typer.TyperException):
    """Options that do not go together."""

    exit_code = 2


def question(words: list[str] | None, batch: Path | None) -> str:
    """The question as one line; empty where a batch is given. Exactly one of the two must be."""
    text = " ".join(words or ())
    if batch is not None and text:
        raise UsageError("Give a QUESTION or --batch, not both.")
    if batch is None and not text.strip():
        raise UsageError("Give a QUESTION, or --batch FILE.jsonl.")
    if batch is not None and str(batch) != "-" and (batch.is_dir() or not batch.exists()):
        raise UsageError(f"The batch {batch} is not a file.")
    return text

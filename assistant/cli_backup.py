"""The commands ``assistant backup`` and ``assistant restore``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import options
from assistant.config import load_config
from assistant.console import Screen
from assistant.contract import Json
from assistant.render import count

if TYPE_CHECKING:
    from assistant.backup import Contents


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Such as study.zip.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.")] = False,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Save the library and the conversations in one file; others may go on using them."""
    from assistant import backup as backups

    made = backups.save(load_config(library=library).library, file, force=force)
    screen = Screen(as_json=as_json, quiet=quiet)
    if as_json:
        screen.data(_fields(made))
    else:
        screen.aside(f"saved {_held(made)} in {file}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `backup` wrote it.")],
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Bring back what a backup holds; what is there now is kept beside it, under another name."""
    from assistant import backup as backups

    found = backups.restore(load_config(library=library).library, file)
    screen = Screen(as_json=as_json, quiet=quiet)
    if as_json:
        screen.data(_fields(found))
        return
    screen.aside(f"restored {_held(found)}")
    for place in found.kept:
        screen.aside(f"what was there before is now {place}")


def _held(contents: Contents) -> str:
    parts = (
        count(contents.documents, "document"),
        count(contents.conversations, "conversation"),
        count(contents.turns, "question"),
    )
    return ", ".join(parts)


def _fields(contents: Contents) -> Json:
    kept = [str(place) for place in contents.kept]
    return {**asdict(contents), "file": str(contents.file), "kept": kept}

"""The commands below ``assistant chats``: what to do with conversations that were kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from assistant import options, transcript
from assistant.config import load_config
from assistant.console import Screen
from assistant.contract import Json
from assistant.conversations import Conversations
from assistant.errors import AssistantError
from assistant.render import clean, count
from assistant.transcript import Conversation

app = typer.Typer(help="List, read, export, rename, delete and recover kept conversations.")

Id = Annotated[
    str, typer.Argument(metavar="ID", help="As `list` names it, or the first part of it.")
]


@app.command("list")
def list_all(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS]...", show_default=False, help="Only those with all these."),
    ] = None,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """List the conversations, the latest first."""
    found = _opened(library).search(" ".join(words or ()))
    screen = Screen(as_json=as_json, quiet=quiet)
    if as_json:
        screen.data({"conversations": [_summary(one) for one in found]})
        return
    for one in found:
        turns = count(len(one.turns), "question")
        screen.show(f"{one.id}  {one.changed[:10]}  {clean(one.title)} ({turns})")
    if not found:
        screen.aside("There are no such conversations." if words else "There are none yet.")


@app.command()
def show(
    conversation: Id,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Print one conversation, as Markdown."""
    found = _opened(library).open(conversation)
    screen = Screen(as_json=as_json, quiet=quiet)
    if as_json:
        screen.data(transcript.as_json(found))
    else:
        screen.show(clean(transcript.as_markdown(found)).rstrip())


@app.command()
def export(
    conversation: Id,
    out: Annotated[
        Path, typer.Argument(metavar="FILE", help="Ends with .json for JSON; else Markdown.")
    ],
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Write one conversation with its citations into a file, which must not exist yet."""
    found = _opened(library).open(conversation)
    fields = json.dumps(transcript.as_json(found), ensure_ascii=False, indent=2) + "\n"
    text = fields if out.suffix.lower() == ".json" else transcript.as_markdown(found)
    try:
        with out.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        raise AssistantError(f"{out} cannot be written ({error.strerror}).") from None
    screen = Screen(as_json=as_json, quiet=quiet)
    _told(screen, {"id": found.id, "file": str(out)}, f"written to {out}")


@app.command()
def rename(
    conversation: Id,
    title: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TITLE]...", show_default=False, help="None: the first question."),
    ] = None,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Give a conversation another title."""
    kept = _opened(library)
    kept.rename(conversation, " ".join(title or ()))
    found = kept.open(conversation)
    screen = Screen(as_json=as_json, quiet=quiet)
    _told(screen, _summary(found), f"renamed to {clean(found.title)}")


@app.command()
def delete(
    conversations: Annotated[list[str], typer.Argument(metavar="ID...", help="As `list` says.")],
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Forget conversations for good."""
    kept = _opened(library)
    found = [kept.open(name) for name in conversations]
    for one in found:
        kept.delete(one.id)
    screen = Screen(as_json=as_json, quiet=quiet)
    said = f"deleted {count(len(found), 'conversation')}"
    _told(screen, {"deleted": [one.id for one in found]}, said)


@app.command()
def recover(
    library: options.Library = None, as_json: options.AsJson = False, quiet: options.Quiet = False
) -> None:
    """Make damaged conversations whole again, of all that is sound in the file and its copy."""
    found = _opened(library).recover()
    aside = str(found.aside) if found.aside is not None else None
    fields = {"conversations": found.conversations, "turns": found.turns, "aside": aside}
    held = f"{count(found.conversations, 'conversation')}, {count(found.turns, 'question')}"
    kept = f"; the damaged file is now {aside}" if aside else ""
    _told(Screen(as_json=as_json, quiet=quiet), fields, held + kept)


def _opened(library: Path | None) -> Conversations:
    return Conversations(load_config(library=library).library)


def _summary(one: Conversation) -> Json:
    times = {"created": one.created, "changed": one.changed}
    return {"id": one.id, "title": one.title, **times, "turns": len(one.turns)}


def _told(screen: Screen, fields: Json, said: str) -> None:
    if screen.as_json:
        screen.data(fields)
    else:
        screen.aside(said)

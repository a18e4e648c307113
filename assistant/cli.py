"""The commands: text for people, ``--json`` for programs. Errors are shown by ``__main__``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant import (
    batch,
    calls,
    cli_backup,
    cli_calibrate,
    cli_chats,
    cli_eval,
    cli_feedback,
    contract,
    options,
    render,
)
from assistant.config import load_config
from assistant.console import Screen
from assistant.contract import Json
from assistant.errors import AssistantError
from assistant.library import Library
from assistant.types import Mode

app = typer.Typer(
    help="Ask your study material: answers made of exact quotations, on your own machine.",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(cli_eval.app, name="eval")
app.add_typer(cli_chats.app, name="chats")
cli_eval.app.command()(cli_calibrate.calibrate)
cli_eval.app.command()(cli_feedback.feedback)


@app.command()
def index(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATHS]...", show_default=False, help="Files or folders; corpus/."),
    ] = None,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Bring the library up to date with files or folders. Exits 1 if any had to be left out."""
    config, screen = load_config(library=library), Screen(as_json=as_json, quiet=quiet)
    with Library.open(config) as opened, screen.progress() as progress:
        report = opened.sync(paths or None, progress)
    if as_json:
        screen.data(contract.sync(report))
    else:
        screen.show(*render.sync(report, quiet=quiet))
    if report.failed:
        raise typer.Exit(1)


@app.command()
def search(
    question: options.Question = None,
    k: options.Number = 5,
    mode: Annotated[Mode, typer.Option(help="By meaning and by words, or one of them.")] = "hybrid",
    batch_file: options.Batch = None,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Find the passages that are nearest to a question."""
    asked = options.question(question, batch_file)
    screen = Screen(as_json=as_json, quiet=quiet)
    with Library.open(load_config(library=library)) as opened:
        opened.warm_up(mode)
        if batch_file is not None:
            _run(screen, batch_file, lambda text: calls.search(opened, text, k, mode))
            return
        hits, elapsed_ms = calls.timed(lambda: opened.search(asked, k, mode))
    if as_json:
        screen.data(contract.search(asked, mode, hits, elapsed_ms))
        return
    screen.show(*render.hits(asked, hits))
    screen.aside(f"{render.count(len(hits), 'passage')} ({mode}), {elapsed_ms:.0f} ms")


@app.command()
def ask(
    question: options.Question = None,
    k: options.Number = 5,
    llm: Annotated[
        str | None,
        typer.Option(metavar="MODEL", show_default=False, help="A chat model: ollama:llama3.2, …"),
    ] = None,
    batch_file: options.Batch = None,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Answer a question from your documents, with the page and the words it rests on."""
    asked = options.question(question, batch_file)
    screen = Screen(as_json=as_json, quiet=quiet)
    with Library.open(load_config(library=library, llm=llm)) as opened:
        opened.warm_up()
        if batch_file is not None:
            _run(screen, batch_file, lambda text: calls.ask(opened, text, k))
            return
        states = opened.stream(asked, k)
        result, elapsed_ms = calls.timed(lambda: screen.grow(states, render.growing))
    if as_json:
        screen.data(contract.answer(result, elapsed_ms))
        return
    screen.show(*render.answer(result))
    screen.aside(f"{result.generator}, confidence {result.confidence:.0%}, {elapsed_ms:.0f} ms")


@app.command()
def serve(
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, metavar="N", help="Port [default: 7860].")
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Address [default: 127.0.0.1]. Any other needs ASSISTANT_PASSWORD.",
        ),
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open it in a browser.")] = False,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Serve the chat on this computer, as `python app.py` does."""
    config = load_config(library=library, host=host, port=port)
    from assistant.ui import serve as serve_page

    serve_page(config, open_browser)


@app.command()
def status(
    library: options.Library = None, as_json: options.AsJson = False, quiet: options.Quiet = False
) -> None:
    """List what the library holds and what was left out, with the reason."""
    screen = Screen(as_json=as_json, quiet=quiet)
    with Library.open(load_config(library=library)) as opened:
        state = opened.status()
    if as_json:
        screen.data(contract.status(state))
    else:
        screen.show(*render.status(state))


@app.command()
def show(
    passage_id: Annotated[
        str, typer.Argument(metavar="PASSAGE_ID", help="As --json of search and ask names it.")
    ],
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Print one passage."""
    screen = Screen(as_json=as_json, quiet=quiet)
    with Library.open(load_config(library=library)) as opened:
        found = opened.passage(passage_id)
    if as_json:
        screen.data(contract.passage(found))
    else:
        screen.show(*render.passage(found))


@app.command()
def remove(
    path: Annotated[str, typer.Argument(metavar="PATH", help="As `status` names it.")],
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Forget a document. The file itself stays; indexing its folder reads it again."""
    screen = Screen(as_json=as_json, quiet=quiet)
    with Library.open(load_config(library=library)) as opened:
        record = opened.remove(path)
    if as_json:
        screen.data(contract.document(record))
    elif not quiet:
        screen.show(f"removed {record.path} ({render.count(record.passages, 'passage')})")


@app.command(name="doctor")
def examine(
    library: options.Library = None,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", help="Also write a report to share; nothing of your documents."),
    ] = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Check the installation, the encoder, the library and the chat model. Exits 1 on a fault."""
    from assistant import doctor

    screen, config = Screen(as_json=as_json, quiet=quiet), load_config(library=library)
    checks = doctor.examine(config)
    if bundle is not None:
        from assistant.bundle import report, write

        write(report(config, checks), bundle)
        screen.aside(f"written to {bundle}")
    sound = all(check.state != "fail" for check in checks)
    if as_json:
        screen.data({"ok": sound, "checks": [asdict(check) for check in checks]})
    else:
        screen.show(*render.checks(checks, quiet=quiet))
    if not sound:
        raise typer.Exit(1)


app.command()(cli_backup.backup)
app.command()(cli_backup.restore)


def _run(screen: Screen, file: Path, reply: Callable[[str], Json]) -> None:
    """Answer the questions in ``file``; ends with exit code 1 if any could not be answered."""
    failures = 0
    with sys.stdin.buffer if str(file) == "-" else file.open("rb") as lines:
        for fields in batch.run(lines, reply):
            screen.data(fields, one_line=True)
            failures += "error" in fields
    if failures:
        screen.problem(
            AssistantError(
                f"{render.count(failures, 'line')} of the batch could not be answered.",
                "Each of them has an object with its id and the error.",
            )
        )
        raise typer.Exit(1)

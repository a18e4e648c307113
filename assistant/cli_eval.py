"""The commands below ``assistant eval``: runs over question sets, and what is made of them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant import options
from assistant.config import load_config
from assistant.console import Screen
from assistant.errors import ConfigError
from assistant.evaluation.folders import README, RUNS

app = typer.Typer(help="Measure how well search and answers work.")

SetPath = Annotated[
    Path,
    typer.Argument(
        metavar="SET", show_default=False, help="A questions file, or a folder in BEIR layout."
    ),
]
Split = Annotated[str, typer.Option(metavar="SPLIT", help="Which questions: all, dev or test.")]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--config",
        metavar="NAME=VALUE",
        show_default=False,
        help="A setting; as the first also a system: naive, dense, lexical, hybrid.",
    ),
]
Name = Annotated[
    str | None, typer.Option(metavar="NAME", show_default=False, help="What the run is called.")
]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 if it is not current.")]
Out = Annotated[
    Path | None, typer.Option(metavar="DIR", show_default=False, help="Where to; in eval/runs/.")
]


@app.command()
def run(
    questions: SetPath,
    config: Settings = None,
    name: Name = None,
    out: Out = None,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Ask every question of a set, and measure what is found and answered."""
    from assistant import render_eval
    from assistant.evaluation.bench import Bench

    screen, bench = Screen(as_json=as_json, quiet=quiet), Bench(load_config(library=library))
    try:
        with screen.progress() as progress:
            made, folder = bench.keep(questions, config or [], name, out, progress)
    except ConfigError as error:
        raise options.UsageError(f"{error.message} {error.hint}") from None
    if as_json:
        means = {key: part for key, part in made.metrics.items() if not key.startswith("per_")}
        screen.data({"run": str(folder), "config": made.config, "metrics": means})
        return
    screen.show(*render_eval.run(made))
    screen.aside(f"written to {folder}")


@app.command()
def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(
            metavar="RUN RUN...",
            show_default=False,
            help="Folders of runs; from the second on also TREC runs of other programs.",
        ),
    ],
    split: Split = "all",
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Compare runs with the first: differences, whether they are real, and what changed most."""
    from assistant import render_eval
    from assistant.evaluation.compare import compare, load

    if len(runs) < 2:
        raise options.UsageError("Give at least two runs.")
    screen = Screen(as_json=as_json, quiet=quiet)
    result = compare(load(runs), split)
    if as_json:
        screen.data(asdict(result))
    else:
        screen.show(*render_eval.comparison(result, quiet=quiet))


@app.command()
def ablate(
    questions: SetPath,
    out: Out = None,
    split: Split = "all",
    choices: Annotated[
        bool, typer.Option("--choices", help="Change one setting of the product at a time.")
    ] = False,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Run the ladder from what every tutorial builds to the product, one change at a time.

    With --choices each run is compared with the product, and changes one of its settings.
    """
    from assistant import render_eval
    from assistant.evaluation import ablate as steps
    from assistant.evaluation.bench import Bench
    from assistant.evaluation.run import write

    screen, bench = Screen(as_json=as_json, quiet=quiet), Bench(load_config(library=library))
    with screen.progress() as progress:
        opened = bench.open(questions, progress)
        name = "choices" if choices else "ladder"
        against: steps.Against = "first" if choices else "before"
        folder = out or RUNS / f"{opened.name}-{name}"
        made = []
        settings = steps.choices() if choices else steps.ladder()
        for number, step in enumerate(bench.each(opened, settings, progress)):
            write(step, folder / f"{number}-{step.name.replace(' ', '-')}")
            made.append(step)
    steps.write(made, folder / f"{name}.json", against)
    table = steps.rungs(made, split, against)
    if as_json:
        shown = [asdict(rung) for rung in table]
        screen.data({"runs": str(folder), "set": opened.name, "split": split, "steps": shown})
        return
    screen.show(*render_eval.ladder(table, against))
    screen.aside(f"written to {folder}")


@app.command()
def check(
    questions: SetPath,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Look for faults in a questions file, such as quotes that do not occur. Exits 1 on any."""
    from assistant import render_eval
    from assistant.evaluation.checker import check
    from assistant.evaluation.corpus import read_corpus
    from assistant.evaluation.questions import read_questions

    screen = Screen(as_json=as_json, quiet=quiet)
    asked = read_questions(questions)
    with screen.progress() as progress:
        documents = read_corpus(load_config(library=library), progress)
    findings = check(asked, {document.path: document for document in documents})
    if as_json:
        found = [asdict(finding) for finding in findings]
        screen.data({"ok": not findings, "questions": len(asked), "findings": found})
    else:
        screen.show(*render_eval.findings(findings, len(asked), quiet=quiet))
    if findings:
        raise typer.Exit(1)


@app.command("report")
def write_report(
    runs: Annotated[
        list[Path], typer.Argument(metavar="RUN...", show_default=False, help="Folders of runs.")
    ],
    check: Check = False,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Write a run as one page, report.html, beside its other files."""
    from assistant.evaluation import report

    stale = [folder / report.NAME for folder in runs if check and not report.check(folder)]
    files = [folder / report.NAME if check else report.write(folder) for folder in runs]
    _told(Screen(as_json=as_json, quiet=quiet), files, stale, check)


@app.command("readme")
def write_readme(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Runs lie beside it.")] = README,
    check: Check = False,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Put the tables of the runs into the README beside them."""
    from assistant.evaluation import readme

    stale = [file] if check and not readme.check(file, file.parent / RUNS.name) else []
    if not check:
        readme.write(file, file.parent / RUNS.name)
    _told(Screen(as_json=as_json, quiet=quiet), [file], stale, check)


def _told(screen: Screen, files: list[Path], stale: list[Path], check: bool) -> None:
    """Name what was written or, for a check, is ``stale``. Exits 1 where something is."""
    if screen.as_json:
        ok = {"ok": not stale}
        screen.data({**ok, "files": [str(f) for f in files], "stale": [str(f) for f in stale]})
    elif check:
        screen.show(*(f"{path} is not current" for path in stale))
    else:
        screen.aside(f"written to {', '.join(map(str, files))}")
    if stale:
        raise typer.Exit(1)

"""The command ``assistant eval calibrate``: the confidence, fitted to questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant import options
from assistant.config import load_config
from assistant.console import Screen


def calibrate(
    questions: Annotated[
        list[Path], typer.Argument(metavar="SET...", show_default=False, help="Questions files.")
    ],
    elsewhere: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default=False, help="Questions over other libraries."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default=False, help="Instead of the product's own file."),
    ] = None,
    library: options.Library = None,
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """Fit the confidence, and when to refuse, on the development questions of some sets."""
    from assistant import render_eval
    from assistant.evaluation import calibrate
    from assistant.evaluation.bench import Bench

    screen, bench = Screen(as_json=as_json, quiet=quiet), Bench(load_config(library=library))
    encoder = bench.encoder(bench.config.encoder)
    others = [] if elsewhere is None else calibrate.elsewhere(elsewhere, encoder)
    with screen.progress() as progress:
        made = [bench.run(bench.open(path, progress), progress=progress) for path in questions]
    fitted = calibrate.fit([*calibrate.development(made), *others], encoder.sha256)
    numbers = calibrate.content(fitted, made, len(others))
    calibrate.write(numbers, out or calibrate.shipped_file())
    if as_json:
        screen.data(numbers)
    else:
        splits = calibrate.by_split(made)
        found = {name: calibrate.figures(fitted, own) for name, own in splits.items()}
        screen.show(*render_eval.calibration(numbers, found))
    screen.aside(f"written to {out or calibrate.shipped_file()}")

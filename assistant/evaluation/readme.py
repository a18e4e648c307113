"""The tables of a README, made from the runs that lie beside it.

They stand between ``<!-- begin generated -->`` and ``<!-- end generated -->``; the rest is written
by hand. A folder of a run is a row; a folder of such folders is a ladder, a row for each step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.evaluation.ablate import rungs
from assistant.evaluation.run import Run, read
from assistant.evaluation.tables import NOTHING, headline

BEGIN, END = "<!-- begin generated -->", "<!-- end generated -->"
RETRIEVAL = ("nDCG@10", "RR@10", "Success@1", "Success@5", "R@10")
STEPS = ("nDCG@10", "Success@1", "Success@5")
SIGNIFICANT = 0.05


def write(readme: Path, runs: Path) -> None:
    """Put the tables of the ``runs`` into ``readme``.

    Raises :class:`AssistantError` where there is no such file, or no place for them in it.
    """
    text = filled(readme, runs)
    with readme.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)


def check(readme: Path, runs: Path) -> bool:
    """Whether ``readme`` holds the tables that :func:`write` would put there."""
    now = filled(readme, runs)
    return readme.read_text("utf-8") == now


def filled(readme: Path, runs: Path) -> str:
    """What ``readme`` says, with the tables of the ``runs`` as they are now."""
    if not readme.is_file():
        raise AssistantError(f"There is no {readme}.", "Name the file: assistant eval readme FILE")
    text = readme.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise AssistantError(
            f"{readme} has no place for tables.", f"Write {BEGIN} … {END} into it."
        )
    return f"{before}{BEGIN}\n{generated(runs)}\n{END}{after}"


def generated(runs: Path) -> str:
    """All tables, as Markdown."""
    single = [read(file.parent) for file in sorted(runs.glob("*/config.json"))]
    ladders = {file.parent.parent for file in runs.glob("*/*/config.json")}
    parts = [*_runs(single)] if single else []
    for folder in sorted(ladders):
        parts += _ladder(folder)
    return "\n".join(parts) if parts else "There is no run yet."


def _runs(runs: Sequence[Run]) -> Iterator[str]:
    """What was found, and where a run has answers what they are worth."""
    yield from _head("run", "questions", *RETRIEVAL)
    for run in runs:
        own = run.metrics[headline(run.metrics)]
        means = [_mean(own[measure]) for measure in RETRIEVAL]
        yield _row(f"`{run.name}`", _asked(run, own["searched"]), *means)
    answered = [run for run in runs if "answers" in run.metrics["all"]]
    if not answered:
        return
    yield ""
    columns = ("holds a gold span", "holds a part", "words", "verbatim citations")
    yield from _head("run: its answers", "questions", *columns)
    for run in answered:
        own = run.metrics[headline(run.metrics)]
        found = own["answers"]
        verbatim = f"{found['verbatim']:.3f} of {found['citations']:,}"
        held = [_mean(found.get("full")), _mean(found.get("part")), f"{found['words']:g}", verbatim]
        yield _row(f"`{run.name}`", _asked(run, own["searched"]), *held)
    yield from _refusals([run for run in answered if "auroc" in run.metrics["all"]["refusal"]])


def _refusals(runs: Sequence[Run]) -> Iterator[str]:
    if not runs:
        return
    yield ""
    others = {kind: "" for run in runs for kind in run.metrics["all"]["refusal"]["false_answers"]}
    others.pop("all", None)
    kinds = [f"answered: {kind}" for kind in others]
    yield from _head("run: its refusals", "questions", "AUROC", "refused: answerable", *kinds)
    for run in runs:
        own = run.metrics[headline(run.metrics)]
        found = own["refusal"]
        wrong = [_mean(found.get("false_answers", {}).get(kind)) for kind in others]
        figures = (_mean(found.get("auroc")), _mean(found.get("false_refusals")), *wrong)
        yield _row(f"`{run.name}`", _asked(run, own["questions"]), *figures)


def _ladder(folder: Path) -> Iterator[str]:
    """The steps of a ladder, each with p against the step before."""
    steps = [read(found) for found in sorted(folder.iterdir(), key=_number) if found.is_dir()]
    split = headline(steps[0].metrics)
    count = steps[0].metrics[split]["searched"]
    yield ""
    yield from _head(
        f"step, {_asked(steps[0], count)}", *(head for name in STEPS for head in (name, "p"))
    )
    for rung in rungs(steps, split):
        cells: list[str] = []
        for measure in STEPS:
            mean, contrast = rung.means[measure], rung.contrasts.get(measure)
            cells.append(f"{mean.mean:.3f} ({mean.low:.3f}–{mean.high:.3f})")
            cells.append(_p(contrast.corrected) if contrast else "")
        yield _row(rung.name, *cells)


def _number(folder: Path) -> tuple[int, str]:
    found = re.match(r"\d+", folder.name)
    return int(found.group()) if found else -1, folder.name


def _asked(run: Run, count: int) -> str:
    split = headline(run.metrics)
    return f"{count} of {run.config['set']}{f', {split}' if split != 'all' else ''}"


def _mean(value: Any) -> str:
    if value is None:
        return NOTHING
    return f"{value['mean']:.3f} ({value['low']:.3f}–{value['high']:.3f})"


def _p(value: float) -> str:
    text = "<0.001" if value < 0.001 else f"{value:.3f}"
    return f"**{text}**" if value < SIGNIFICANT else text


def _head(first: str, *columns: str) -> tuple[str, str]:
    return _row(first, *columns), f"|---|{'---:|' * len(columns)}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"

"""The tables of a README, made from the runs that lie beside it.

They stand between ``<!-- begin generated -->`` and ``<!-- end generated -->``; the rest is written
by hand. A folder of a run is a row, of which only the figures need to be there; the file of a
ladder, or of choices, is a table for each split.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.evaluation.ablate import read
from assistant.evaluation.run import Json, read_figures
from assistant.evaluation.tables import NOTHING, headline

BEGIN, END = "<!-- begin generated -->", "<!-- end generated -->"
RETRIEVAL = ("nDCG@10", "RR@10", "Success@1", "Success@5", "R@10")
STEPS = ("nDCG@10", "Success@1", "Success@5")
SHARED = ("Success@5", "RR@10")
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
    single = [Row(*read_figures(file.parent)) for file in sorted(runs.glob("*/config.json"))]
    parts = [*_runs(single), *_shares(single)] if single else []
    for name in ("ladder", "choices"):
        for file in sorted(runs.glob(f"*/{name}.json")):
            parts += _ladder(read(file))
    return "\n".join(parts) if parts else "There is no run yet."


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one run."""

    config: Json
    metrics: Json

    @property
    def name(self) -> str:
        """What the run is called."""
        return str(self.config["name"])


def _runs(runs: Sequence[Row]) -> Iterator[str]:
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
    columns = ("holds a gold span", "holds a part", "opens with it", "words", "verbatim citations")
    yield from _head("run: its answers", "questions", *columns)
    for run in answered:
        own = run.metrics[headline(run.metrics)]
        found = own["answers"]
        verbatim = f"{found['verbatim']:.3f} of {found['citations']:,}"
        held = [_mean(found.get(name)) for name in ("full", "part", "opens")]
        yield _row(
            f"`{run.name}`", _asked(run, own["searched"]), *held, f"{found['words']:g}", verbatim
        )
    yield from _refusals([run for run in answered if "auroc" in run.metrics["all"]["refusal"]])


def _refusals(runs: Sequence[Row]) -> Iterator[str]:
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


def _shares(runs: Sequence[Row]) -> Iterator[str]:
    """What would be found if another share of a quote made a passage relevant."""
    shared = [run for run in runs if run.metrics.get("per_share")]
    shares = list(shared[0].metrics["per_share"]) if shared else []
    if not shares:
        return
    yield ""
    heads = [f"{measure}, {float(share):.0%}" for measure in SHARED for share in shares]
    yield from _head("run: relevant from this share of a quote on", "questions", *heads)
    for run in shared:
        split = headline(run.metrics)
        own = [run.metrics["per_share"][share][split] for share in shares]
        means = [f"{found[measure]['mean']:.3f}" for measure in SHARED for found in own]
        yield _row(f"`{run.name}`", _asked(run, own[0]["searched"]), *means)


def _ladder(ladder: Json) -> Iterator[str]:
    """The steps of a ladder, each with p against the step before, for each split."""
    for split, table in ladder["splits"].items():
        if split == "all" and len(ladder["splits"]) > 1:
            continue
        yield ""
        kind = {"before": "step", "first": "changed"}[ladder["against"]]
        first = f"{kind}, {_questions(table['searched'], ladder['set'], split)}"
        yield from _head(first, *(head for name in STEPS for head in (name, "p")))
        for rung in table["steps"]:
            cells: list[str] = []
            for measure in STEPS:
                mean, contrast = rung.means[measure], rung.contrasts.get(measure)
                cells.append(f"{mean.mean:.3f} ({mean.low:.3f}–{mean.high:.3f})")
                cells.append(_p(contrast.corrected) if contrast else "")
            yield _row(rung.name, *cells)


def _questions(count: int, name: str, split: str) -> str:
    return f"{count} of {name}{f', {split}' if split != 'all' else ''}"


def _asked(run: Row, count: int) -> str:
    return _questions(count, run.config["set"], headline(run.metrics))


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

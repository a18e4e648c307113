"""A run as one page that needs nothing but a browser: no network, no server, no other file.

The page is made from the files of the run alone, and the same run gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.evaluation import plots, tables
from assistant.evaluation.failures import KINDS, Failure, failures
from assistant.evaluation.metrics import Interval, intervals, per_question
from assistant.evaluation.run import Run, read

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "report.html"
HERE = Path(__file__).parent
DEEPEST = 20  # of the Success@k curve
GROUPS = {
    "category": ("nDCG@10", "Success@1", "Success@5"),
    "chapter": ("nDCG@10", "Success@5"),  # their names are long
}
TILES = ("nDCG@10", "RR@10", "Success@1", "Success@5")


def write(folder: Path) -> Path:
    """Write the report of the run in ``folder`` beside its other files; return its path.

    Raises :class:`AssistantError` where ``folder`` is not a run.
    """
    path, page = folder / NAME, render(read(folder))
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(page)
    return path


def check(folder: Path) -> bool:
    """Whether the report in ``folder`` is what :func:`write` would write; line ends may differ.

    Raises :class:`AssistantError` where ``folder`` is not a run, or has no report.
    """
    path = folder / NAME
    if not path.is_file():
        raise AssistantError(f"{folder} has no {NAME}.", f"assistant eval report {folder}")
    return path.read_text("utf-8") == render(read(folder))


def render(run: Run) -> str:
    """The page. Whatever comes from documents, questions or names is escaped."""
    wrong = failures(run)
    script = (HERE / "report.js").read_text("utf-8")
    page = (
        _environment()
        .get_template("report.html")
        .render(
            run=run,
            config=run.config,
            style=(HERE / "report.css").read_text("utf-8"),
            script=script,
            script_sha256=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            split=tables.headline(run.metrics),
            tiles=_tiles(run.metrics),
            tables=_tables(run.metrics),
            plots=_plots(run),
            unit="passage" if any(asked.gold for asked in run.asked) else "document",
            failures=wrong,
            kinds={
                kind: words for kind, words in KINDS.items() if any(kind in o.kinds for o in wrong)
            },
            failure_table=_failure_table(run, wrong),
            categories=sorted({one.asked.category for one in wrong} - {""}),
            splits=sorted({one.asked.split for one in wrong} - {""}),
        )
    )
    return "\n".join(line.rstrip() for line in page.split("\n"))


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _tiles(metrics: Mapping[str, Any]) -> list[tuple[str, tables.Cell]]:
    """The figures that stand for the run."""
    own = metrics[tables.headline(metrics)]
    found = [(measure, tables.cell(own[measure])) for measure in TILES]
    if "answers" in own and "full" in own["answers"]:
        found.append(("answer holds a gold span", tables.cell(own["answers"]["full"])))
    if "auroc" in own.get("refusal", {}):
        found.append(("refusal AUROC", tables.cell(own["refusal"]["auroc"])))
    return found


def _tables(metrics: Mapping[str, Any]) -> dict[str, tables.Table]:
    """The tables by name; those that the run has no figures for are left out."""
    found = {"retrieval": tables.retrieval(metrics)}
    if "answers" in metrics["all"]:
        found["answers"] = tables.answers(metrics)
    if "auroc" in metrics["all"].get("refusal", {}):
        found["refusal"] = tables.refusal(metrics)
    for kind, measures in GROUPS.items():
        if len(metrics[f"per_{kind}"]) > 1:
            found[kind] = tables.grouped(metrics[f"per_{kind}"], kind, measures)
    return found


def _plots(run: Run) -> dict[str, str]:
    """The plots by name; those that the run has no figures for are left out."""
    metrics = run.metrics
    times, latency = [asked.elapsed_ms for asked in run.asked], metrics["latency_ms"]
    found = {
        "success": plots.success_curve(_curves(run)),
        "latency": plots.latency(times, latency["median"], latency["p95"]),
    }
    own = metrics[tables.headline(metrics)]
    if "reliability" in own.get("refusal", {}):
        refusal = own["refusal"]
        found["reliability"] = plots.reliability(refusal["reliability"], refusal["threshold"])
    for kind in GROUPS:
        if len(metrics[f"per_{kind}"]) > 1:
            found[kind] = _groups(kind, metrics[f"per_{kind}"], metrics["all"])
    return found


def _curves(run: Run) -> dict[str, Sequence[Interval]]:
    """Success@k, k = 1, 2, …, of the test and development questions, or of all."""
    measures = [f"Success@{k}" for k in range(1, DEEPEST + 1)]
    values = per_question(run.ranking, run.qrels, run.metrics["per_question"], measures)
    names = [name for name in tables.splits(run.metrics) if name != "all"][:2] or ["all"]
    curves: dict[str, Sequence[Interval]] = {}
    for name in names:
        own = [values[one.id] for one in run.asked if one.id in values]
        if name != "all":
            own = [values[o.id] for o in run.asked if o.id in values and o.split == name]
        if own:
            found = intervals({m: [value[m] for value in own] for m in measures})
            curves[name] = [found[measure] for measure in measures]
    return curves


def _groups(kind: str, metrics: Mapping[str, Any], overall: Mapping[str, Any]) -> str:
    """The plot of categories or chapters, worst first."""
    held = all("full" in group for group in metrics.values()) and "answers" in overall
    second, label = ("full", tables.HELD) if held else ("Success@5", "Success@5")
    mean = overall["answers"]["full"] if held else overall["Success@5"]
    rows = [
        plots.Group(
            name, group["questions"], (Interval(**group["nDCG@10"]), Interval(**group[second]))
        )
        for name, group in tables.weakest_first(metrics)
    ]
    return plots.groups(kind, rows, ("nDCG@10", label), (overall["nDCG@10"]["mean"], mean["mean"]))


def _failure_table(run: Run, wrong: Sequence[Failure]) -> tables.Table:
    """How many questions went wrong in which way, by split."""
    names = tables.splits(run.metrics)
    counts = Counter(
        (kind, split)
        for one in wrong
        for kind in (*one.kinds, "")
        for split in {one.asked.split, "all"}
    )
    labels: list[tuple[str, str]] = [*KINDS.items(), ("", "questions in all")]
    rows = tuple(
        (words, tuple(tables.Cell(str(counts[kind, name])) for name in names))
        for kind, words in labels
        if counts[kind, "all"] or not kind
    )
    columns = tuple(f"{name} ({run.metrics[name]['questions']})" for name in names)
    return tables.Table("What went wrong, in how many questions", "", columns, rows)

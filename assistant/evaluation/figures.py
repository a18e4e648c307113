"""What is shown of a run: its main figures, its tables, and its plots, for any page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.evaluation import plots, tables
from assistant.evaluation.metrics import Interval, intervals, per_question
from assistant.evaluation.run import Run

DEEPEST = 20  # of the Success@k curve
GROUPS = {
    "category": ("nDCG@10", "Success@1", "Success@5"),
    "chapter": ("nDCG@10", "Success@5"),  # their names are long
}
TILES = ("nDCG@10", "RR@10", "Success@1", "Success@5")


def all_tiles(metrics: Mapping[str, Any], split: str) -> list[tuple[str, tables.Cell]]:
    """The figures of a split that stand for the run, by name."""
    own = metrics[split]
    found = [(measure, tables.cell(own[measure])) for measure in TILES]
    if "answers" in own and "full" in own["answers"]:
        found.append(("answer holds a gold span", tables.cell(own["answers"]["full"])))
    if "auroc" in own.get("refusal", {}):
        found.append(("refusal AUROC", tables.cell(own["refusal"]["auroc"])))
    return found


def all_tables(metrics: Mapping[str, Any]) -> dict[str, tables.Table]:
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


def all_plots(run: Run, split: str) -> dict[str, str]:
    """The plots by name, as SVG; those that the run has no figures for are left out.

    ``success`` and ``reliability`` are of the split, the others of all questions.
    """
    metrics = run.metrics
    times, latency = [asked.elapsed_ms for asked in run.asked], metrics["latency_ms"]
    found = {"latency": plots.latency(times, latency["median"], latency["p95"])}
    if curves := _curves(run, split):
        found["success"] = plots.success_curve(curves)
    own = metrics[split]
    if "reliability" in own.get("refusal", {}):
        refusal = own["refusal"]
        found["reliability"] = plots.reliability(refusal["reliability"], refusal["threshold"])
    for kind in GROUPS:
        if len(metrics[f"per_{kind}"]) > 1:
            found[kind] = _groups(kind, metrics[f"per_{kind}"], metrics["all"])
    return found


def _curves(run: Run, split: str) -> dict[str, Sequence[Interval]]:
    """Success@k, k = 1, 2, …, of the split, and beside test or development of the other one."""
    measures = [f"Success@{k}" for k in range(1, DEEPEST + 1)]
    values = per_question(run.ranking, run.qrels, run.metrics["per_question"], measures)
    others = [name for name in tables.splits(run.metrics) if name not in ("all", split)]
    curves: dict[str, Sequence[Interval]] = {}
    for name in ["all"] if split == "all" else [split, *others[:1]]:
        own = [values[o.id] for o in run.asked if o.id in values and name in ("all", o.split)]
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

"""How evaluation looks to a person in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from assistant.evaluation.ablate import Against, Rung
from assistant.evaluation.checker import Finding
from assistant.evaluation.compare import Changed, Comparison, Contrast
from assistant.evaluation.feedback import Written
from assistant.evaluation.metrics import MEASURES, Interval
from assistant.evaluation.run import Run
from assistant.render import clean, count

LADDER_MEASURES = ("nDCG@10", "Success@1", "Success@5")
CONTRASTED = ("mean and interval", "difference", "p", "won/lost")
SIGNIFICANT = 0.05
WIDTH = 98  # of a line that shows how a passage begins


def run(made: Run) -> Iterator[RenderableType]:
    """The means of a run with their intervals, by split."""
    config = made.config
    yield Text(
        f"{clean(made.name)}: {count(config['documents'], 'document')}, "
        f"{count(config['passages'], 'passage')}, encoder {clean(config['encoder']['name'])}"
    )
    splits = [name for name in made.metrics if not name.startswith(("per_", "latency_"))]
    table = _table("mean and 95 % interval")
    for split in splits:
        searched = made.metrics[split]["searched"]
        table.add_column(f"{clean(split)} ({searched})", justify="right", no_wrap=True)
    for name, path in _rows(made.metrics["all"]):
        table.add_row(name, *(_figure(_at(made.metrics[split], path)) for split in splits))
    yield table
    latency = made.metrics["latency_ms"]
    yield Text(f"a question takes {latency['median']:.0f} ms, 95 % of them {latency['p95']:.0f} ms")


def comparison(result: Comparison, *, quiet: bool) -> Iterator[RenderableType]:
    """A line for each measure and run; then, unless ``quiet``, the questions that changed most."""
    yield Text(f"{count(result.questions, 'question')} ({clean(result.split)})")
    for number, name in enumerate(result.names, 1):
        yield Text(f"run {number}: {clean(name)}")
    table = _table("measure", "run")
    for heading in CONTRASTED:
        table.add_column(heading, justify="right", no_wrap=True)
    for line in result.lines:
        for i, mean in enumerate(line.means):
            against = _contrast(line.contrasts[i - 1]) if i else ("", "", "")
            table.add_row("" if i else line.measure, str(i + 1), _interval(mean), *against)
    yield table
    yield Text("p: paired randomisation test against run 1, corrected after Holm", "dim")
    if result.shares and not quiet:
        yield from _shares(result)
    for changed in () if quiet else result.changed:
        yield from _changed(changed, result.names[0])


def _shares(result: Comparison) -> Iterator[RenderableType]:
    """The means at other shares, a column for each run."""
    yield Text("")
    table = _table("measure", "share")
    for number in range(1, len(result.names) + 1):
        table.add_column(f"run {number}", justify="right", no_wrap=True)
    for line in result.shares:
        table.add_row(line.measure, line.share, *map(_interval, line.means))
    yield table
    yield Text("share: how much of a gold span a passage must hold to be relevant", "dim")


def ladder(table: Sequence[Rung], against: Against) -> Iterator[RenderableType]:
    """A line for each measure and step, with what the step changed."""
    shown = _table("measure", "step")
    for heading in CONTRASTED:
        shown.add_column(heading, justify="right", no_wrap=True)
    for measure in LADDER_MEASURES:
        for i, rung in enumerate(table):
            changed = _contrast(rung.contrasts[measure]) if i else ("", "", "")
            name = "" if i else measure
            shown.add_row(name, rung.name, _interval(rung.means[measure]), *changed)
    yield shown
    other = {"before": "the step before", "first": "the first"}[against]
    yield Text(f"p: paired randomisation test against {other}, corrected after Holm", "dim")


def findings(found: Sequence[Finding], questions: int, *, quiet: bool) -> Iterator[RenderableType]:
    """One line a finding."""
    for finding in found:
        yield Text(f"{finding.kind:<10}{clean(f'{finding.id} {finding.text}'.strip())}")
    if not quiet:
        yield Text(f"{count(questions, 'question')}, {count(len(found), 'finding')}")


def feedback(made: Written, *, quiet: bool) -> Iterator[RenderableType]:
    """What came of the thumbs, and what a person must look at."""
    yield Text(f"{count(made.questions, 'question')} in {clean(str(made.file))}")
    if made.added and not quiet:
        yield Text(
            f"  {len(made.added)} new. Look at each gold quote: one that answers by itself is\n"
            "  graded full, and what only happened to be cited goes."
        )
    if not made.to_settle:
        return
    place = clean(str(made.unsettled_file))
    yield Text(f"{count(made.to_settle, 'question')} to settle in {place}")
    if not quiet:
        yield Text(
            "  Each had a thumb down; its reason, answer and quotes stand in the line. Set\n"
            "  answerable to true and copy the quotes that answer into gold, or set it to false;\n"
            "  then move the line into the set. Until then nothing counts it."
        )


def calibration(
    numbers: Mapping[str, Any], figures: Mapping[str, Mapping[str, Any]]
) -> Iterator[RenderableType]:
    """The fitted numbers, and what refusal is with them in each split."""
    table = _table("feature", "weight")
    for name, weight in numbers["weights"].items():
        table.add_row(name, f"{weight:.4f}")
    table.add_row("bias", f"{numbers['bias']:.4f}")
    table.add_row("threshold", f"{numbers['threshold']:.4f}")
    yield table
    yield Text("")
    shown = _table("")
    for split in figures:
        shown.add_column(clean(split), justify="right", no_wrap=True)
    for name, path in _refusal_rows(next(iter(figures.values()))):
        shown.add_row(name, *(_figure(_at(found, path)) for found in figures.values()))
    yield shown


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table


def _rows(metrics: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a table of one run shows, and where it stands in the metrics of a split."""
    for measure in MEASURES:
        yield measure, (measure,)
    if "answers" not in metrics:
        return
    yield "answer holds a gold span", ("answers", "full")
    yield "answer holds a part of one", ("answers", "part")
    yield "answer opens with a part of one", ("answers", "opens")
    yield "words of an answer (median)", ("answers", "words")
    yield "citations", ("answers", "citations")
    yield "citations verbatim", ("answers", "verbatim")
    for name, path in _refusal_rows(metrics["refusal"]):
        yield name, ("refusal", *path)


def _refusal_rows(refusal: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    if "auroc" not in refusal:
        return
    yield "AUROC of the confidence", ("auroc",)
    yield "answered though unanswerable", ("false_answers", "all")
    for category in refusal["false_answers"]:
        if category != "all":
            yield f"  {clean(category)}", ("false_answers", category)
    yield "refused though answerable", ("false_refusals",)
    yield "Brier score", ("brier",)
    yield "calibration error", ("ece",)
    yield "calibration error, equal mass", ("ece_mass",)


def _at(metrics: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        metrics = metrics.get(step) if isinstance(metrics, dict) else None
    return metrics


def _figure(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, dict):
        return _interval(Interval(**value))
    return str(value) if isinstance(value, int) else f"{value:.4g}"


def _interval(found: Interval) -> str:
    return f"{found.mean:.3f} ({found.low:.3f}–{found.high:.3f})"


def _contrast(found: Contrast) -> tuple[str, str, str]:
    difference, counts = found.difference, found.counts
    return (
        f"{difference.mean:+.3f} ({difference.low:+.3f} to {difference.high:+.3f})",
        _p(found.corrected),
        f"{counts.better}/{counts.worse}",
    )


def _p(value: float) -> str:
    """Three decimals, with a star where the difference is significant."""
    text = "<0.001" if value < 0.001 else f"{value:.3f}"
    return f"{text}{'*' if value < SIGNIFICANT else ' '}"


def _changed(changed: Changed, first: str) -> Iterator[RenderableType]:
    """One question with both rankings, one above the other."""
    before, after = changed.values
    yield Text("")
    yield Text.assemble(
        (f"{clean(changed.id)}  ", "bold cyan"),
        (clean(changed.question), "bold"),
        f"  nDCG@10 {before:.3f} → {after:.3f}",
    )
    for name, ranking in zip((first, changed.run), changed.rankings, strict=True):
        yield Text(f"  {clean(name)}")
        for rank, shown in enumerate(ranking, 1):
            text = " ".join(clean(shown.text).split())
            mark = "✓" if shown.relevant else " "
            line = Text(f"    {rank} {mark} {clean(shown.name)}  {text}")
            line.truncate(WIDTH, overflow="ellipsis")
            yield line

"""The tables of a report: numbers as text, ready for any page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.evaluation.compare import Comparison, Line
from assistant.evaluation.metrics import MEASURES, Interval

Metrics = Mapping[str, Any]

HELD = "gold held"  # short for: the answer holds a gold span
NOTHING = "–"
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and its interval where it has one."""

    value: str
    range: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below ``columns``; ``corner`` heads the names of the rows."""

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    @property
    def has_ranges(self) -> bool:
        """Whether any figure has an interval."""
        return any(cell.range for _, cells in self.rows for cell in cells)


def splits(metrics: Metrics) -> list[str]:
    """The parts that a run has figures of: test first, as tuning never saw it, and all last."""
    names = [name for name in metrics if not name.startswith(("per_", "latency_"))]
    order = {"test": 0, "dev": 1, "all": 3}
    return sorted(names, key=lambda name: (order.get(name, 2), name))


def headline(metrics: Metrics) -> str:
    """The part whose figures stand for the run."""
    return splits(metrics)[0]


def cell(value: Any) -> Cell:
    """A mean with its interval, a share with three decimals, or a count, which may be a median.

    >>> cell({"mean": 0.5, "low": 0.25, "high": 1.0}), cell(1630)
    (Cell(value='0.500', range='0.250–1.000'), Cell(value='1,630', range=''))
    """
    if value is None:
        return Cell(NOTHING)
    if isinstance(value, Mapping):
        return Cell(f"{value['mean']:.3f}", f"{value['low']:.3f}–{value['high']:.3f}")
    if isinstance(value, int):
        return Cell(f"{value:,}")
    return Cell(f"{value:,g}" if value > 1 else f"{value:.3f}")


def retrieval(metrics: Metrics) -> Table:
    """The measures of retrieval, by split."""
    rows = [(measure, (measure,)) for measure in MEASURES]
    return _by_split(metrics, "Retrieval: mean and 95 % interval", rows, "searched")


def answers(metrics: Metrics) -> Table:
    """What the answers hold and how they cite, by split."""
    rows = [
        ("holds a gold span", ("answers", "full")),
        ("holds a part of one", ("answers", "part")),
        ("opens with a part of one", ("answers", "opens")),
        ("words, median", ("answers", "words")),
        ("citations", ("answers", "citations")),
        ("of those verbatim", ("answers", "verbatim")),
    ]
    return _by_split(metrics, "Answers: over the answerable questions", rows, "searched")


def refusal(metrics: Metrics) -> Table:
    """How well the confidence decides which questions to refuse, by split."""
    kinds = [kind for kind in metrics["all"]["refusal"]["false_answers"] if kind != "all"]
    rows = [
        ("AUROC", ("auroc",)),
        ("refused, though answerable", ("false_refusals",)),
        ("answered, though unanswerable", ("false_answers", "all")),
        *((f"· {kind}", ("false_answers", kind)) for kind in kinds),
        ("Brier score", ("brier",)),
        ("calibration error, equal widths", ("ece",)),
        ("calibration error, equal counts", ("ece_mass",)),
    ]
    paths = [(name, ("refusal", *path)) for name, path in rows]
    return _by_split(metrics, "Refusal: over all questions", paths, "questions")


def grouped(groups: Mapping[str, Metrics], kind: str, measures: Sequence[str]) -> Table:
    """The measures of each group of questions, how many it has, and what its answers hold."""
    names = {measure: measure for measure in measures}
    if any("full" in group for group in groups.values()):
        names["full"] = HELD
    rows = tuple(
        (name, (cell(group["questions"]), *(cell(group.get(key)) for key in names)))
        for name, group in weakest_first(groups)
    )
    return Table(f"By {kind}: mean and 95 % interval", kind, ("questions", *names.values()), rows)


def weakest_first(groups: Mapping[str, Metrics]) -> list[tuple[str, Metrics]]:
    """Groups by their nDCG@10, equal ones by name."""
    return sorted(groups.items(), key=lambda group: (group[1]["nDCG@10"]["mean"], group[0]))


def comparison(result: Comparison) -> Table:
    """The last run against the first: both means, the difference, its p, questions won and lost."""
    rows = tuple(
        (line.measure, (*map(_mean, (line.means[0], line.means[-1])), *_contrast(line)))
        for line in result.lines
    )
    names = (result.names[0], result.names[-1])
    caption = f"Mean and 95 % interval over {result.questions} questions ({result.split})"
    return Table(caption, "", (*names, "difference", "p", "better / worse / equal"), rows)


def _mean(found: Interval) -> Cell:
    return cell(asdict(found))


def _contrast(line: Line) -> tuple[Cell, Cell, Cell]:
    found = line.contrasts[-1]
    difference, counts = found.difference, found.counts
    p = "< 0.001" if found.corrected < 0.001 else f"{found.corrected:.3f}"
    return (
        Cell(f"{difference.mean:+.3f}", f"{difference.low:+.3f} to {difference.high:+.3f}"),
        Cell(f"{p}{'*' if found.corrected < SIGNIFICANT else ''}"),
        Cell(f"{counts.better} / {counts.worse} / {counts.equal}"),
    )


def _by_split(
    metrics: Metrics, caption: str, rows: Sequence[tuple[str, tuple[str, ...]]], size: str
) -> Table:
    names = splits(metrics)
    columns = tuple(f"{name} ({metrics[name][size]})" for name in names)
    cells = tuple(
        (label, tuple(cell(_at(metrics[name], path)) for name in names)) for label, path in rows
    )
    return Table(caption, "", columns, cells)


def _at(metrics: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        metrics = metrics.get(step) if isinstance(metrics, Mapping) else None
    return metrics

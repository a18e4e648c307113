"""The results of evaluation runs as HTML: progress, figures and comparisons.

Pure functions. Everything that comes from documents, questions or names is escaped; the plots are
SVG that this program drew, and their texts are escaped where they are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.console import STAGES
from assistant.render import count
from assistant.ui.action import Step
from assistant.ui.inline import Inline

if TYPE_CHECKING:
    from assistant.evaluation.compare import Changed, Comparison, Shown
    from assistant.evaluation.run import Run
    from assistant.evaluation.tables import Cell, Table

NO_RUN = (
    '<p class="empty">There is no run yet. Choose a set of questions and press <b>Run</b>: every '
    "question is asked, and what is found and answered is held against what the set says.</p>"
)
STOPPED = '<p role="status">Stopped.</p>'
NOT_COMPARED = (
    '<p class="empty">Choose another run over the same questions under <b>Compare with</b>.</p>'
)
CAPTIONS = {
    "success": "Success@k: the share of questions with something relevant among the first k",
    "category": "By category, weakest first (all questions)",
    "chapter": "By chapter, weakest first (all questions)",
    "reliability": "Share of answerable questions by confidence",
    "latency": "Questions by time taken (all questions)",
}
HOW = (
    "A mean runs from 0 to 1, and higher is better. The range behind it is the 95 % bootstrap "
    "interval: other questions of the same kind would give a mean in there."
)
HOW_COMPARED = (
    "A difference above 0 means that the run is better than the one it is compared with. An "
    "interval without 0 and a p below 0.05 (*) say that this is hardly chance; p is that of a "
    "paired randomisation test. Better, worse and equal count questions."
)
BEGINNING = 160  # characters of a passage in a comparison


def progress(step: Step | None) -> str:
    """How far a run has come."""
    if step is None:
        return '<p class="running"><label>Starting<progress></progress></label></p>'
    said = f"{STAGES[step.stage]} {step.done} of {step.total}"
    bar = f'<progress value="{step.done}" max="{max(step.total, 1)}"></progress>'
    return f'<p class="running"><label>{said}{bar}</label></p>'


def written(name: str) -> str:
    """That a run is done."""
    return f'<p class="done" role="status">Done: {escape(name)}</p>'


def place(report: Path) -> str:
    """Where the report of a run lies."""
    return (
        f'<p class="place">Open this file in a browser:<br><code>{escape(str(report))}</code></p>'
    )


def figures(
    run: Run,
    split: str,
    tiles: Sequence[tuple[str, Cell]],
    tables: Mapping[str, Table],
    plots: Mapping[str, str],
) -> str:
    """The main figures of a split, and all tables and plots of the run."""
    config = run.config
    of = f" ({split})" if split != "all" else ""
    members = run.metrics[split]["questions"]
    about = " · ".join(
        [
            f"{count(members, 'question')} of {config['set']}{of}",
            f"{count(config['documents'], 'document')}, {count(config['passages'], 'passage')}",
            f"encoder {config['encoder']['name']}",
            str(config["date"])[:16].replace("T", " "),
        ]
    )
    tops = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{_cell(cell)}</dd></div>" for name, cell in tiles
    )
    parts = [
        _part("Retrieval", tables, plots, ("retrieval",), ("success",)),
        _part("Answers and refusal", tables, plots, ("answers", "refusal"), ("reliability",)),
        _part("By category", tables, plots, ("category",), ("category",)),
        _part("By chapter", tables, plots, ("chapter",), ("chapter",)),
        _part("Time", tables, plots, (), ("latency",)),
    ]
    return (
        f'<header><h2>{escape(run.name)}</h2><p class="about">{escape(about)}</p></header>'
        f'<dl class="tiles">{tops}</dl><p class="how">{HOW}</p>{"".join(parts)}'
    )


def comparison(result: Comparison) -> str:
    """The second run against the first, and the questions that changed most."""
    from assistant.evaluation.tables import comparison

    first, second = result.names
    changed = "".join(_changed(one, first) for one in result.changed)
    most = f"<h3>What changed most</h3>{changed}" if changed else ""
    title = f"{escape(second)} compared with {escape(first)}"
    return (
        f'<section class="compared"><h2>{title}</h2><p class="how">{HOW_COMPARED}</p>'
        f"{table(comparison(result))}{most}</section>"
    )


def table(made: Table) -> str:
    """A table, in a box that scrolls by itself where it is too wide."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in made.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{_cell(cell)}</td>" for cell in cells)
        + "</tr>"
        for name, cells in made.rows
    )
    corner = f'<th scope="col">{escape(made.corner)}</th>' if made.corner else "<td></td>"
    return (
        f'<div class="figures" tabindex="0" role="region" aria-label="{escape(made.caption)}">'
        f"<table><caption>{escape(made.caption)}</caption><thead><tr>{corner}{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _part(
    title: str,
    tables: Mapping[str, Table],
    plots: Mapping[str, str],
    shown: Sequence[str],
    drawn: Sequence[str],
) -> str:
    """A section with some of the tables and plots; nothing where the run has none of them."""
    made = "".join(table(tables[name]) for name in shown if name in tables)
    pictures = "".join(
        f"<figure><figcaption>{CAPTIONS[name]}</figcaption>{plots[name]}</figure>"
        for name in drawn
        if name in plots
    )
    if not made and not pictures:
        return ""
    stack = f'<div class="stack">{made}</div>' if made else ""
    return f'<section><h3>{title}</h3><div class="pair">{stack}{pictures}</div></section>'


def _cell(cell: Cell) -> str:
    span = f' <span class="r">{escape(cell.range)}</span>' if cell.range else ""
    return f'<span class="v">{escape(cell.value)}</span>{span}'


def _changed(one: Changed, first: str) -> str:
    before, after = one.values
    rankings = zip((first, one.run), one.rankings, strict=True)
    both = "".join(
        f"<div><h4>{escape(name)}</h4><ol>{''.join(map(_ranked, ranking))}</ol></div>"
        for name, ranking in rankings
    )
    return (
        f'<details class="question"><summary><span class="q">{escape(one.question)}</span>'
        f'<span class="of">nDCG@10 {before:.3f} → {after:.3f}</span></summary>'
        f'<div class="inside both">{both}</div></details>'
    )


def _ranked(shown: Shown) -> str:
    text = " ".join((shown.text or shown.name).split())
    cut = text if len(text) <= BEGINNING else f"{text[:BEGINNING].rstrip()} …"
    return f"<li>{'<b>relevant</b> · ' if shown.relevant else ''}{Inline(cut)(0, len(cut))}</li>"

"""A run as one page that needs nothing but a browser: no network, no server, no other file.

The page is made from the files of the run alone, and the same run gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.evaluation import tables
from assistant.evaluation.failures import KINDS, Failure, failures
from assistant.evaluation.figures import all_plots, all_tables, all_tiles
from assistant.evaluation.run import Run, read

if TYPE_CHECKING:
    from jinja2 import Environment

NAME = "report.html"
HERE = Path(__file__).parent


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
    wrong, split = failures(run), tables.headline(run.metrics)
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
            split=split,
            tiles=all_tiles(run.metrics, split),
            tables=all_tables(run.metrics),
            plots=all_plots(run, split),
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

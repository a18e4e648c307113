"""Evaluation runs for the page: made, read and shown, as plain functions over a folder of runs.

Those that give HTML escape whatever comes from documents, questions or names. All raise
:class:`AssistantError` where a run is gone or cannot be read. What is heavy is loaded by the first
call, and a run that was read is kept in memory until it changes.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.config import Config
from assistant.errors import AssistantError, NotFoundError
from assistant.evaluation.folders import RUNS, kept_runs
from assistant.protocols import Encoder, Progress
from assistant.ui import questions as shown
from assistant.ui import results

if TYPE_CHECKING:
    from assistant.evaluation.failures import Texts
    from assistant.evaluation.run import Asked, Run

FAILED = "failed"
EVERY = "all"

_one_run = threading.Lock()  # Two at once would only make both slower.


class Equipped(Protocol):
    """What a run needs of a library: its settings, and the encoder that is loaded already."""

    @property
    def config(self) -> Config:
        """The settings."""

    @property
    def encoder(self) -> Encoder:
        """The encoder that the settings name."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run: a set, a system, settings as ``NAME=VALUE``, and a name for the run."""

    questions: str
    system: str
    settings: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """A run that was read, with the texts that its questions are explained by."""

    folder: Path
    run: Run
    texts: Texts


def make(library: Equipped, wanted: Wanted, progress: Progress, runs: Path = RUNS) -> str:
    """Run a set, write the run below ``runs``, and return its name there."""
    from assistant.evaluation.bench import Bench

    if not wanted.questions.strip():
        raise AssistantError("No question set was chosen.", "Choose one, or type its path.")
    words = [wanted.system, *wanted.settings.split()]
    with _one_run:
        progress("read", 0, 1)
        bench = Bench(library.config, {library.config.encoder: library.encoder})
        path = Path(wanted.questions.strip()).expanduser()
        name = wanted.name.strip() or None
        _, folder = bench.keep(path, words, name, progress=progress, runs=runs)
    return folder.relative_to(runs).as_posix()


def systems() -> list[str]:
    """The names of the systems that can be run."""
    from assistant.evaluation.systems import NAMED

    return list(NAMED)


def splits(name: str, runs: Path = RUNS) -> list[str]:
    """The parts that a run has figures of, the one that stands for it first."""
    from assistant.evaluation import tables

    return tables.splits(_read(name, runs).run.metrics)


def figures(name: str, split: str, runs: Path = RUNS) -> str:
    """The main figures of a split, the tables and the plots, as HTML."""
    kept = _read(name, runs)
    return _figures(kept.folder, _changed(kept.folder), split)


def comparison(name: str, against: str, split: str, runs: Path = RUNS) -> str:
    """How a run differs from the one it is compared with, as HTML."""
    from assistant.evaluation.compare import compare, same_questions

    # Under the names of their folders, as they were chosen.
    both = [replace(_read(one, runs).run, name=one) for one in (against, name)]
    same_questions(both)
    return results.comparison(compare(both, split))


def kinds(name: str, split: str, runs: Path = RUNS) -> list[tuple[str, str]]:
    """Which questions of a split can be listed, with their number: label and value of each."""
    from assistant.evaluation.failures import KINDS
    from assistant.evaluation.failures import kinds as wrong

    run = _read(name, runs).run
    found = [wrong(one, run) for one in _within(run, split)]
    count = {FAILED: sum(map(bool, found)), EVERY: len(found)}
    count |= {kind: sum(kind in own for own in found) for kind in KINDS}
    labels = dict[str, str](
        [(FAILED, "everything that went wrong"), *KINDS.items(), (EVERY, "all questions")]
    )
    return [
        (f"{label} ({count[key]})", key)
        for key, label in labels.items()
        if count[key] or key in (FAILED, EVERY)
    ]


def questions(name: str, split: str, only: str, runs: Path = RUNS) -> str:
    """The list of the questions of a split as HTML: those that failed, failed so, or all."""
    from assistant.evaluation.failures import KINDS
    from assistant.evaluation.failures import kinds as wrong

    run = _read(name, runs).run
    entries = []
    for asked in _within(run, split):
        found = wrong(asked, run)
        if only == EVERY or only in found or (only == FAILED and found):
            entries.append(shown.entry(asked, [KINDS[kind] for kind in found]))
    return shown.entries(name, entries)


def explained(name: str, question: str, runs: Path = RUNS) -> str:
    """What was found and answered for a question and what should have been, as HTML."""
    from assistant.evaluation.failures import explain

    kept = _read(name, runs)
    asked = next((one for one in kept.run.asked if one.id == question), None)
    if asked is None:
        raise NotFoundError(f"The run {name} has no such question any more.", "Choose it again.")
    unit = "passage" if any(one.gold for one in kept.run.asked) else "document"
    return shown.explained(explain(asked, kept.run, kept.texts), unit)


def report_file(name: str, runs: Path = RUNS) -> Path:
    """The page of a run, which is written where it is missing."""
    from assistant.evaluation import report

    folder = _folder(name, runs)
    path = folder / report.NAME
    return (path if path.is_file() else report.write(folder)).resolve()


def _within(run: Run, split: str) -> list[Asked]:
    return [asked for asked in run.asked if split in (EVERY, asked.split)]


def _folder(name: str, runs: Path) -> Path:
    folder = kept_runs(runs).get(name)
    if folder is None:
        raise NotFoundError(f"There is no run {name} in {runs}.", "Choose another, or make it.")
    return folder


def _read(name: str, runs: Path) -> Kept:
    folder = _folder(name, runs)
    return _kept(folder, _changed(folder))


def _changed(folder: Path) -> int:
    """When a run was written, in nanoseconds: its settings are written last."""
    return (folder / "config.json").stat().st_mtime_ns


@lru_cache(maxsize=4)
def _kept(folder: Path, changed: int) -> Kept:
    from assistant.evaluation.failures import Texts
    from assistant.evaluation.run import read

    run = read(folder)
    return Kept(folder, run, Texts(run))


@lru_cache(maxsize=8)
def _figures(folder: Path, changed: int, split: str) -> str:
    from assistant.evaluation.figures import all_plots, all_tables, all_tiles

    run = _kept(folder, changed).run
    return results.figures(
        run, split, all_tiles(run.metrics, split), all_tables(run.metrics), all_plots(run, split)
    )

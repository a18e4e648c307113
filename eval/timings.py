"""Measure how long things take on this machine: ``python eval/timings.py [--json]``.

Absolute times differ between machines, so each figure stands beside a baseline of the same run:
what the libraries alone need for the same work.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS_ASKED = 100
QUESTIONS = ROOT / "eval" / "questions" / "cheat-sheet.jsonl"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured time in seconds, and that of its baseline."""

    name: str
    seconds: float
    baseline: str
    baseline_seconds: float

    def row(self) -> str:
        """The figure as a line of a Markdown table."""
        ratio = self.seconds / self.baseline_seconds if self.baseline_seconds else float("nan")
        return (
            f"| {self.name} | {_short(self.seconds)} | {self.baseline} |"
            f" {_short(self.baseline_seconds)} | {ratio:.2f} |"
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything and print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        figures = [*processes(Path(folder)), *questions(Path(folder))]
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=2))  # noqa: T201
        return
    machine = f"{platform.processor() or platform.machine()}, Python {platform.python_version()}"
    head = "| what | time | baseline | its time | ratio |\n|---|---|---|---|---|"
    print(f"{machine}, medians\n\n{head}")  # noqa: T201
    print("\n".join(figure.row() for figure in figures))  # noqa: T201


def processes(folder: Path) -> list[Figure]:
    """Whole processes: importing, building a library from nothing, syncing it unchanged."""
    index = ("-m", "assistant", "index", "--quiet", "--library")
    libraries = _median([("-c", "import sentence_transformers")] * 3)
    bare = _median([("-c", "pass")] * 4)
    imported = _median([("-c", "import assistant")] * 4)
    built = _median([(*index, str(folder / str(number))) for number in range(3)])
    unchanged = _median([(*index, str(folder / "0"))] * 4)
    return [
        Figure("`import assistant`", imported, "python", bare),
        Figure(
            "library of the cheat sheet from nothing", built, "importing the model's", libraries
        ),
        Figure("sync with nothing changed", unchanged, "python", bare),
    ]


def questions(folder: Path) -> list[Figure]:
    """One question in a running process, over the development questions."""
    from assistant.config import load_config
    from assistant.library import Library

    lines = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    asked = [line["question"] for line in lines if line["split"] == "dev"][:QUESTIONS_ASKED]
    with Library.open(load_config(library=folder / "0", corpus=ROOT / "corpus")) as library:
        library.warm_up()
        encode = statistics.median(_timed(library.encoder.encode_query, q) for q in asked)
        search = statistics.median(_timed(library.search, q) for q in asked)
        ask = statistics.median(_timed(library.ask, q) for q in asked)
    baseline = "encoding the question"
    return [
        Figure("search, one question", search, baseline, encode),
        Figure("ask, one question", ask, baseline, encode),
    ]


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)


def _timed(action: Callable[..., object], *arguments: str) -> float:
    since = perf_counter()
    action(*arguments)
    return perf_counter() - since


def _median(commands: Sequence[tuple[str, ...]]) -> float:
    """The median time of these runs of Python, without the first, which warms the disk up."""
    return statistics.median([_timed(_python, *command) for command in commands][1:])


def _short(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


if __name__ == "__main__":
    main()

"""Many questions in one process: ``python eval/soak.py --questions 2000``.

Whether memory or open files grow with the number of questions asked. The first hundred questions
fill what is kept on purpose, so growth is told from there on.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import psutil

from assistant import Library
from assistant.config import load_config

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = ROOT / "eval" / "questions" / "cheat-sheet.jsonl"
FIRST = 100


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, and print memory and descriptors every few hundred questions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=2000)
    options = parser.parse_args(arguments)
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = cycle(json.loads(line)["question"] for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(library=Path(folder), corpus=ROOT / "corpus")
        with Library.open(config) as library:
            library.sync()
            ask(library, list(islice(questions, FIRST)), 0)
            start = resources()
            done = 0
            while done < options.questions:
                part = list(islice(questions, min(500, options.questions - done)))
                done += len(part)
                ask(library, part, done)
            end = resources()
    print(  # noqa: T201
        f"{done} questions: memory {(end[0] - start[0]) / 1e6:+.1f} MB, "
        f"open files {end[1] - start[1]:+d}, threads {end[2] - start[2]:+d}"
    )


def ask(library: Library, questions: Sequence[str], done: int) -> None:
    """Ask some questions and print the state after them."""
    since = perf_counter()
    for question in questions:
        library.ask(question)
    took = perf_counter() - since
    memory, files, threads = resources()
    print(  # noqa: T201
        f"{done:>6} asked: {memory / 1e6:.1f} MB, {files} open files, {threads} threads, "
        f"{took / len(questions) * 1000:.0f} ms a question",
        flush=True,
    )


def resources() -> tuple[int, int, int]:
    """Bytes of resident memory, open files and sockets, and threads of this process."""
    gc.collect()
    process = psutil.Process()
    files = getattr(process, "num_handles" if sys.platform == "win32" else "num_fds")
    return process.memory_info().rss, files(), process.num_threads()


if __name__ == "__main__":
    main()

"""Measure how long things take on this machine: ``python eval/timings.py [--json] [--page]``.

Absolute times differ between machines, so each figure stands beside a baseline of the same run:
what the libraries alone need for the same work. With ``--page``, only what concerns the page.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS_ASKED = 100
STARTS = 3
LOOKED_UP = 60  # questions, each typed as far as the end of each of its words
MODES = {"both": "hybrid", "meaning": "dense", "words": "lexical"}
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
    parser.add_argument("--page", action="store_true", help="what concerns the page alone")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        if options.page:
            _python("-m", "assistant", "index", "--quiet", "--library", str(folder / "0"))
            figures = [*starts(folder), *lookups(folder)]
        else:
            figures = [*processes(folder), *questions(folder), *starts(folder), *lookups(folder)]
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
        # Each question is new to the encoder, which keeps the word pieces of the latest ones.
        search = statistics.median(_timed(library.search, q) for q in asked[::2])
        asks = sorted(_timed(library.ask, q) for q in asked[1::2])
    ask, slow = statistics.median(asks), statistics.quantiles(asks, n=20)[-1]
    baseline = "encoding the question"
    return [
        Figure("search, one question, median", search, baseline, encode),
        Figure("ask, one question, median", ask, baseline, encode),
        Figure("ask, one question, 95th percentile", slow, baseline, encode),
    ]


def starts(folder: Path) -> list[Figure]:
    """From ``python app.py`` with a built library: until the page is there, and until the first
    question is answered, the encoder being loaded meanwhile. Medians; the baseline imports Gradio.
    """
    shown, answered = [], []
    for _ in range(STARTS):
        since = perf_counter()
        with _served(folder / "0") as port:
            _until(partial(_get, port, "/"))
            shown.append(perf_counter() - since)
            _until(partial(_get, port, "/healthz"))
            _answered(port, "ask", ["How does grid search choose hyperparameter values?"])
            answered.append(perf_counter() - since)
    libraries = _median([("-c", "import gradio")] * 3)
    baseline = "importing Gradio"
    return [
        Figure("`python app.py` until the page is there", _middle(shown), baseline, libraries),
        Figure("until the first question is answered", _middle(answered), baseline, libraries),
    ]


def lookups(folder: Path) -> list[Figure]:
    """The calls that the Look up tab makes while questions are typed, over HTTP to the real server
    and one after another: median and 95th percentile in each mode. The baseline is a page of the
    server that computes nothing.
    """
    lines = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    asked = [line["question"] for line in lines if line["split"] == "dev"][:LOOKED_UP]
    typed = [question[: word.end()] for question in asked for word in re.finditer(r"\S+", question)]
    figures = []
    with _served(folder / "0") as port:
        _until(partial(_get, port, "/healthz"))
        call = _look_up_of(json.loads(_get(port, "/config")))
        nothing = [_timed(_get, port, "/who") for _ in range(QUESTIONS_ASKED)]
        for name, mode in MODES.items():
            took = [_timed(_looked_up, port, call, words, mode) for words in typed]
            slow = statistics.quantiles(took, n=20)[-1]
            for which, seconds in (("median", _middle(took)), ("95th percentile", slow)):
                said = f"look up as one types, by {name}, {which} of {len(took)}"
                figures.append(Figure(said, seconds, "an empty reply", _middle(nothing)))
    return figures


@contextmanager
def _served(library: Path) -> Iterator[int]:
    """``python app.py`` over a built library on a free port, which is given at once."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {"ASSISTANT_PORT": str(port), "ASSISTANT_LIBRARY": str(library)}
    process = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def _until(reply: Callable[[], object]) -> None:
    """Wait until a request is answered well."""
    for _ in range(6000):
        try:
            reply()
            return
        except OSError:
            sleep(0.02)
    raise TimeoutError("The server does not answer.")


def _get(port: int, path: str) -> bytes:
    return _replied(port, "GET", path, None)


def _answered(port: int, name: str, data: list[Any]) -> bytes:
    return _replied(port, "POST", f"/gradio_api/run/{name}", {"data": data})


def _looked_up(port: int, call: int, words: str, mode: str) -> bytes:
    data = [words, "", "", mode, "relevance"]
    body = {"data": data, "fn_index": call, "session_hash": "timings"}
    return _replied(port, "POST", "/gradio_api/run/predict", body)


def _look_up_of(config: dict[str, Any]) -> int:
    """The number of the call that the page makes when somebody types into the look-up box."""
    (box,) = (one["id"] for one in config["components"] if _named(one, "lookup-box"))
    calls = config["dependencies"]
    return int(next(one["id"] for one in calls if [box, "change"] in map(list, one["targets"])))


def _named(component: dict[str, Any], name: str) -> bool:
    return bool(component["props"].get("elem_id") == name)


def _replied(port: int, method: str, path: str, body: object) -> bytes:
    """The body of a reply. Raises ``ConnectionError`` for one that is not 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json"})
        reply = connection.getresponse()
        said = reply.read()
    finally:
        connection.close()
    if reply.status != http.client.OK:
        raise ConnectionError(f"{path}: {reply.status} {said[:200]!r}")
    return said


def _middle(seconds: Sequence[float]) -> float:
    return statistics.median(seconds)


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, capture_output=True)


def _timed(action: Callable[..., object], *arguments: object) -> float:
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

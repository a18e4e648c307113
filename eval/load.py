"""Many students at once, over HTTP: ``python eval/load.py --students 50 --seconds 600``.

Asks the page that runs at ``--url`` (``assistant serve``) as other programs do. Every student asks
a question, waits for the answer, pauses, and asks the next. Tells how many questions were answered,
how long they took, what failed, and how the server's memory grew.

A server that has just started loads, with its first questions, libraries and tables of words that
it keeps. So the students first ask for ``--warm-up`` seconds; memory is told for the start, the end
of the warm-up and the end, and the other figures leave the warm-up out.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, perf_counter, sleep
from urllib.parse import urlsplit

import httpx
import psutil

QUESTIONS = Path(__file__).resolve().parent / "questions" / "cheat-sheet.jsonl"


@dataclass
class Tally:
    """What the students have seen: seconds of each answer, and errors by their words."""

    seconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the students and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60, help="after the warm-up")
    parser.add_argument("--warm-up", type=float, default=60, help="seconds before that")
    parser.add_argument("--pause", type=float, default=0, help="seconds between two questions")
    parser.add_argument("--url", default="http://127.0.0.1:7860")
    options = parser.parse_args(arguments)
    lines = QUESTIONS.read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    server = listener(urlsplit(options.url).port or 80)
    memory = [resident(server)]
    warm_up = run(options.url, questions, options.students, options.warm_up, options.pause)
    memory.append(resident(server))
    started = perf_counter()
    tally = run(options.url, questions, options.students, options.seconds, options.pause)
    took = perf_counter() - started
    memory.append(resident(server))
    tally.errors.update(warm_up.errors)
    for line in [*report(tally, options.students, took), growth(memory, options.warm_up)]:
        print(line)  # noqa: T201


def resident(server: psutil.Process | None) -> int:
    """Bytes of memory that the server uses; 0 where that is not known."""
    return server.memory_info().rss if server else 0


def run(url: str, questions: Sequence[str], students: int, seconds: float, pause: float) -> Tally:
    """Let the students ask until the time is over, each question of its own order."""
    tally, end = Tally(), monotonic() + seconds
    threads = [
        threading.Thread(target=study, args=(url, questions, number, end, pause, tally))
        for number in range(students)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def study(
    url: str, questions: Sequence[str], number: int, end: float, pause: float, tally: Tally
) -> None:
    """One student: ask, wait for the answer, pause; an answer that is none counts as an error."""
    order = random.Random(number)
    with httpx.Client(base_url=url, timeout=120, trust_env=False) as client:
        while monotonic() < end:
            asked = {"data": [order.choice(questions)]}
            since = perf_counter()
            try:
                answer = client.post("/gradio_api/run/ask", json=asked)
                answer.raise_for_status()
                if not answer.json()["data"][0]["answer"]:
                    tally.errors["an empty answer"] += 1
            except httpx.HTTPStatusError as error:
                tally.errors[f"HTTP {error.response.status_code}"] += 1
            except (httpx.HTTPError, ValueError, LookupError, TypeError) as error:
                tally.errors[type(error).__name__] += 1
            else:
                tally.seconds.append(perf_counter() - since)
            sleep(order.uniform(0, 2 * pause))


def listener(port: int) -> psutil.Process | None:
    """The process on this computer that serves the port, where the system tells."""
    for process in psutil.process_iter():
        try:
            connections = process.net_connections("inet")
        except psutil.Error:
            continue
        if any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections):
            return process
    return None


def report(tally: Tally, students: int, took: float) -> list[str]:
    """What the students have seen, as lines; times in seconds."""
    lines = [
        f"{students} students, {took:.0f} s: {len(tally.seconds)} questions answered, "
        f"{len(tally.seconds) / took:.1f} a second"
    ]
    if len(tally.seconds) > 1:
        percentiles = statistics.quantiles(tally.seconds, n=100, method="inclusive")
        lines.append(
            f"seconds for an answer: median {percentiles[49]:.2f}, "
            f"99th percentile {percentiles[98]:.2f}, longest {max(tally.seconds):.2f}"
        )
    told = ", ".join(f"{count} times {words}" for words, count in tally.errors.most_common())
    lines.append(f"errors: {told or 'none'}")
    return lines


def growth(memory: Sequence[int], warm_up: float) -> str:
    """The server's memory in bytes at the start, after the warm-up and at the end, as a line."""
    start, warm, end = memory
    if not start:
        return "memory of the server: not known, it runs elsewhere or under another account"
    return (
        f"memory of the server: {start / 1e6:.0f} MB at the start, {warm / 1e6:.0f} MB after "
        f"{warm_up:.0f} s of warm-up, {end / 1e6:.0f} MB at the end ({end / warm - 1:+.1%} since)"
    )


if __name__ == "__main__":
    main()

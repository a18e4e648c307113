"""How well follow-ups are found, with and without their conversation; ordinary questions as well.

    python eval/follow_ups.py [--split dev]

Questions with a history are searched for as they stand ("alone"), behind the question before
("joined"), and as the product does ("resolved"). Then every other question of the split is asked in
the middle of conversations about something else, drawn with fixed seeds: it should stay as it is.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from assistant.chat import Turn, resolve
from assistant.config import load_config
from assistant.evaluation.bench import Bench
from assistant.evaluation.questions import Question
from assistant.evaluation.run import Run
from assistant.evaluation.sets import QuestionSet
from assistant.evaluation.systems import SHIPPED

SET = Path(__file__).resolve().parent / "questions" / "cheat-sheet.jsonl"
MEASURES = ("Success@1", "Success@5", "RR@10", "nDCG@10")
SEEDS = 5
REFUSED = "I found nothing in your library that answers this."


def turns(question: Question) -> list[Turn]:
    """The conversation before a question."""
    return [Turn(turn.question, turn.answer) for turn in question.history]


def joined(question: Question) -> Question:
    """The question behind the one before it, as the simplest way to search for it."""
    return replace(question, question=f"{question.history[-1].question} {question.question}")


def put(run: Run, name: str) -> None:
    """Print one line of means, and the share of answers that hold a gold span."""
    values = list(run.per_question.values())
    means = "  ".join(f"{sum(v[m] for v in values) / len(values):9.3f}" for m in MEASURES)
    replies = [one.reply for one in run.asked if one.reply]
    held = [f"{sum(getattr(r, part) for r in replies)}/{len(replies)}" for part in ("full", "part")]
    refused = sum(reply.refused for reply in replies)
    sys.stdout.write(f"{name:<22}{means}  {held[0]:>6}{held[1]:>7}{refused:>9}\n")


def interrupted(questions: Sequence[Question], seed: int) -> list[Question]:
    """The questions that would be searched for differently behind a random other one."""
    chance = random.Random(seed)
    changed = []
    for question in questions:
        other = chance.choice([one for one in questions if one is not question])
        answer = other.gold[0].quote if other.gold else REFUSED
        text = resolve(question.question, [*turns(other), Turn(other.question, answer)])
        if text != question.question:
            changed.append(replace(question, question=text))
    return changed


def rr(run: Run) -> float:
    """The sum of RR@10 over the questions of a run."""
    return sum(values["RR@10"] for values in run.per_question.values())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--split", default="dev", help="dev (default) or test")
    split = parser.parse_args().split
    bench = Bench(load_config())
    everything = bench.open(SET)
    members = [one for one in everything.questions if one.split == split]

    def run(questions: Sequence[Question], *, follow_ups: bool = False) -> Run:
        own: QuestionSet = replace(everything, questions=tuple(questions))
        return bench.run(own, replace(SHIPPED, follow_ups=follow_ups))

    later = [one for one in members if one.history and one.answerable]
    sys.stdout.write(f"{len(later)} follow-ups ({split})\n")
    sys.stdout.write(
        " " * 22 + "  ".join(f"{m:>9}" for m in MEASURES) + "    full   part  refused\n"
    )
    put(run(later), "alone")
    put(run([joined(one) for one in later]), "joined")
    put(run(later, follow_ups=True), "resolved")
    alone = [one for one in members if not one.history]
    plain = {one.id: one for one in alone}
    changed = [one for seed in range(SEEDS) for one in interrupted(alone, seed)]
    lost = 0.0
    for one in (one for one in changed if one.answerable):
        lost += rr(run([plain[one.id]])) - rr(run([one]))
    asked = SEEDS * len(alone)
    answerable = SEEDS * sum(one.answerable for one in alone)
    sys.stdout.write(
        f"{asked} ordinary questions behind another ({SEEDS} seeds): {len(changed)} changed"
        f" ({len(changed) / asked:.1%}), mean RR@10 lost {lost / answerable:.4f}\n"
    )
    for one in changed:
        sys.stdout.write(f"  {plain[one.id].question}\n    -> {one.question}\n")


if __name__ == "__main__":
    main()

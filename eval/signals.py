"""What each signal of the confidence is worth: ``python eval/signals.py``, most of an hour.

The development questions of the sets are asked once; those over other libraries are taken from
``elsewhere.json``, and those about something else altogether are fitted to as well. Then the
confidence is fitted with all of its signals and without each of them, and the AUROC is taken where
it was not fitted: on each tenth of the questions that was left out, and on another library: the
sheet's questions by what was fitted to the others alone, and those of each other library by what
was fitted to all but them.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from assistant.confidence import PLAIN
from assistant.config import load_config
from assistant.evaluation import calibrate
from assistant.evaluation.bench import Bench
from assistant.evaluation.run import Asked

QUESTIONS = Path(__file__).resolve().parent / "questions"
SETS = ("cheat-sheet", "own-words")
ELSEWHERE, OFF_TOPIC = "elsewhere", "off-topic"


def without(asked: Sequence[Asked], signal: str) -> list[Asked]:
    """The questions as if they had not that signal."""
    changed = []
    for one in asked:
        if one.reply is None:
            continue
        reply = one.reply
        if signal == "kind":
            reply = replace(reply, kind=(0.0,) * len(reply.kind))
        elif signal:
            reply = replace(reply, features={**reply.features, signal: 0.0})
        changed.append(replace(one, reply=reply))
    return changed


def judged(fitted_to: Sequence[Asked], asked: Sequence[Asked]) -> list[float]:
    """The confidence of each question."""
    calibration = calibrate.fit(fitted_to, "own")
    return [calibrate.probability(calibration, one.reply) for one in asked if one.reply]


def auroc(asked: Sequence[Asked], confidences: Sequence[float]) -> float:
    """How often an answerable question has the higher confidence."""
    return float(roc_auc_score([one.answerable for one in asked], confidences))


def held_out(asked: Sequence[Asked]) -> dict[str, float]:
    """The confidence of each question, by its id, from what was fitted to the other tenths."""
    found: dict[str, float] = {}
    folds = StratifiedKFold(10, shuffle=True, random_state=1)
    truth = [one.answerable for one in asked]
    for kept, left in folds.split(truth, truth):
        tenth = [asked[i] for i in left]
        values = judged([asked[i] for i in kept], tenth)
        found.update(zip((one.id for one in tenth), values, strict=True))
    return found


def by_library(asked: Sequence[Asked], others: Sequence[Asked]) -> float:
    """The mean AUROC of each library, fitted to all other questions."""
    found = []
    for library in sorted({library_of(one) for one in asked}):
        left = [one for one in asked if library_of(one) == library]
        kept = [one for one in asked if library_of(one) != library]
        found.append(auroc(left, judged([*kept, *others], left)))
    return sum(found) / len(found)


def library_of(one: Asked) -> str:
    """The library that a question from elsewhere was asked of."""
    return one.id.partition("/")[0].removesuffix(f", {OFF_TOPIC}")


def main() -> None:
    """Ask the sets and print a table."""
    bench = Bench(load_config())
    sets = {}
    for name in (*SETS, OFF_TOPIC):
        run = bench.run(bench.open(QUESTIONS / f"{name}.jsonl"))
        sets[name] = calibrate.development([run])
    off_topic = sets.pop(OFF_TOPIC)
    sets[ELSEWHERE] = calibrate.elsewhere(
        QUESTIONS.parent / f"{ELSEWHERE}.json", bench.encoder(bench.config.encoder)
    )
    names = "".join(f"{name:>13}" for name in sets)
    sys.stdout.write(f"AUROC, dev{'left out by tenths':>45}{'another library':>39}\n")
    sys.stdout.write(f"{'without':<16}{names}{names}\n")
    for signal in ("", "kind", *PLAIN):
        own = {name: without(asked, signal) for name, asked in sets.items()}
        beside = without(off_topic, signal)
        every = held_out([*beside, *(one for asked in own.values() for one in asked)])
        inside = [auroc(asked, [every[one.id] for one in asked]) for asked in own.values()]
        sheet = [one for name in SETS for one in own[name]]
        across = [auroc(own[name], judged(own[ELSEWHERE], own[name])) for name in SETS]
        across.append(by_library(own[ELSEWHERE], [*sheet, *beside]))
        cells = "".join(f"{value:>13.3f}" for value in (*inside, *across))
        sys.stdout.write(f"{signal or 'nothing':<16}{cells}\n")


if __name__ == "__main__":
    main()

"""What each signal of the confidence is worth: ``python eval/signals.py``, some five minutes.

The development questions of both sets are asked once. Then the confidence is fitted with all of its
signals and without each of them, and the AUROC is taken where it was not fitted: on each tenth of
the questions that was left out ("held out"), and on the questions of the other set ("other set").
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


def main() -> None:
    """Ask both sets and print a table."""
    bench = Bench(load_config())
    sets = {}
    for name in SETS:
        run = bench.run(bench.open(QUESTIONS / f"{name}.jsonl"))
        sets[name] = calibrate.development([run])
    sys.stdout.write(f"AUROC, dev{'held out':>26}{'':11}{'other set':>12}\n")
    sys.stdout.write(f"{'without':<16}{SETS[0]:>13}{SETS[1]:>13}{SETS[0]:>13}{SETS[1]:>13}\n")
    for signal in ("", "kind", *PLAIN):
        own = {name: without(asked, signal) for name, asked in sets.items()}
        every = held_out([one for asked in own.values() for one in asked])
        inside = [auroc(own[name], [every[one.id] for one in own[name]]) for name in SETS]
        across = [
            auroc(own[name], judged(own[other], own[name]))
            for name, other in zip(SETS, reversed(SETS), strict=True)
        ]
        cells = "".join(f"{value:13.3f}" for value in (*inside, *across))
        sys.stdout.write(f"{signal or '(none)':<16}{cells}\n")


if __name__ == "__main__":
    main()

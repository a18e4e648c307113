"""Questions as people type them: with a typing slip in each, or in a frame of chat around it.

    python eval/typed.py slips [--split dev]
    python eval/typed.py frames [--split dev]

slips: in every question a word of five letters or more gets one slip of the four kinds of Damerau
(CACM 1964): a letter left out, doubled, replaced, or two exchanged; the first letter stays.
frames: every question that needs no history gets one of the frames of its split in questions/, such
as ``Hi! {question}`` or ``can u tell me {clause}``. Both are searched for and answered with and
without mending.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from assistant.config import load_config
from assistant.evaluation.bench import Bench
from assistant.evaluation.compare import compare
from assistant.evaluation.run import Run
from assistant.evaluation.systems import SHIPPED

QUESTIONS = Path(__file__).resolve().parent / "questions"
SEED = 2024
MEASURES = ("nDCG@10", "RR@10", "Success@1", "Success@5", "full")
_LONG = re.compile(r"[^\W\d_]{5,}")
Change = Callable[[str, random.Random], str]


def slipped(question: str, chance: random.Random) -> str:
    """The question with one slip in one of its long words; the same where it has none."""
    words = list(_LONG.finditer(question))
    if not words:
        return question
    word = chance.choice(words)
    text, at = word.group(), chance.randrange(1, len(word.group()) - 1)
    typed = chance.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + text[at] + text[at:],
            text[:at] + chance.choice(string.ascii_lowercase) + text[at + 1 :],
            text[:at] + text[at + 1] + text[at] + text[at + 2 :],
        ]
    )
    return question[: word.start()] + typed + question[word.end() :]


def framed(split: str) -> Change:
    """What puts a question into one of the frames of a split."""
    frames = (QUESTIONS / f"frames-{split}.txt").read_text("utf-8").splitlines()

    def put(question: str, chance: random.Random) -> str:
        name = question[1:2].isupper() or question[1:2].isdigit()
        clause = question if name else question[0].lower() + question[1:]
        frame = chance.choice(frames)
        return frame.format(question=question, clause=clause.rstrip("?"))

    return put


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("kind", choices=("slips", "frames"))
    parser.add_argument("--split", default="dev", help="dev (default) or test")
    options = parser.parse_args()
    split, frames = options.split, options.kind == "frames"
    change = framed(split) if frames else slipped
    bench = Bench(load_config())
    everything = bench.open(QUESTIONS / "cheat-sheet.jsonl")
    asked = [one for one in everything.questions if one.split == split]
    asked = [one for one in asked if not (frames and one.history)]
    chance = random.Random(SEED)
    plain = replace(everything, questions=tuple(asked))
    typed = replace(
        plain, questions=tuple(replace(q, question=change(q.question, chance)) for q in asked)
    )
    before = replace(SHIPPED, bare=False) if frames else replace(SHIPPED, slips=False)
    as_written = bench.run(plain, SHIPPED, "plain")
    left, mended = bench.run(typed, before, "as typed"), bench.run(typed, SHIPPED, "mended")
    sys.stdout.write(f"{len(asked)} questions ({split}), {options.kind} in each\n")
    sys.stdout.write(f"{'':<22}{'plain':>9}{'as typed':>9}{'mended':>9}{'p':>9}   won/lost\n")
    plain_means = compare([as_written, mended]).lines
    for line, undisturbed in zip(compare([left, mended]).lines, plain_means, strict=True):
        if line.measure in MEASURES:
            (contrast,) = line.contrasts
            means = [undisturbed.means[0].mean, *(mean.mean for mean in line.means)]
            won = f"{contrast.counts.better}/{contrast.counts.worse}"
            figures = "".join(f"{mean:>9.3f}" for mean in means)
            sys.stdout.write(f"{line.measure:<22}{figures}{contrast.p:>9.4f}   {won}\n")
    for answerable, name in ((True, "answerable refused"), (False, "unanswerable answered")):
        shares = [share(run, answerable) for run in (as_written, left, mended)]
        sys.stdout.write(f"{name:<22}" + "".join(f"{one:>9.3f}" for one in shares) + "\n")


def share(run: Run, answerable: bool) -> float:
    """The share of answerable questions that were refused, or of the others that were answered."""
    found = [
        one.reply.refused == answerable
        for one in run.asked
        if one.reply is not None and one.answerable == answerable
    ]
    return sum(found) / len(found)


if __name__ == "__main__":
    main()

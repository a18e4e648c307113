"""What mending typing slips is worth: the questions of a set with a slip typed into each.

    python eval/slips.py [--split dev]

In every question a word of five letters or more gets one slip of the four kinds of Damerau (CACM
1964): a letter left out, doubled, replaced, or two exchanged; the first letter stays. They are
searched for and answered with and without mending.
"""

from __future__ import annotations

import argparse
import random
import re
import string
import sys
from dataclasses import replace
from pathlib import Path

from assistant.config import load_config
from assistant.evaluation.bench import Bench
from assistant.evaluation.compare import compare
from assistant.evaluation.systems import SHIPPED

SET = Path(__file__).resolve().parent / "questions" / "cheat-sheet.jsonl"
SEED = 2024
MEASURES = ("nDCG@10", "RR@10", "Success@1", "Success@5", "full")
_LONG = re.compile(r"[^\W\d_]{5,}")


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--split", default="dev", help="dev (default) or test")
    split = parser.parse_args().split
    bench = Bench(load_config())
    everything = bench.open(SET)
    chance = random.Random(SEED)
    typed = replace(
        everything,
        questions=tuple(
            replace(one, question=slipped(one.question, chance))
            for one in everything.questions
            if one.split == split
        ),
    )
    left, mended = (
        bench.run(typed, replace(SHIPPED, slips=slips), name)
        for name, slips in (("as typed", False), ("mended", True))
    )
    sys.stdout.write(f"{len(typed.questions)} questions ({split}), a slip in each\n")
    sys.stdout.write(f"{'':<12}{'as typed':>9}{'mended':>9}{'p':>9}   won/lost\n")
    for line in compare([left, mended]).lines:
        if line.measure in MEASURES:
            (contrast,) = line.contrasts
            before, after = (mean.mean for mean in line.means)
            won = f"{contrast.counts.better}/{contrast.counts.worse}"
            sys.stdout.write(
                f"{line.measure:<12}{before:>9.3f}{after:>9.3f}{contrast.p:>9.4f}   {won}\n"
            )


if __name__ == "__main__":
    main()

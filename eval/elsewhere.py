"""What some runs tell of the confidence: ``python eval/elsewhere.py RUN...``, into elsewhere.json.

A run asks a set of questions of a library. Neither the library nor the gold spans are kept here,
only each question, whether it is answerable, and the plain features of its confidence; that is what
``assistant eval calibrate --elsewhere`` needs to fit the confidence to more than one library.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assistant.confidence import PLAIN
from assistant.evaluation.run import read

HERE = Path(__file__).resolve().parent / "elsewhere.json"


def main(folders: list[str]) -> None:
    """Write what the runs in these folders tell, a question a line."""
    runs = [read(Path(folder)) for folder in folders]
    lines = [
        json.dumps(
            {
                "answerable": one.answerable,
                "category": one.category,
                "features": {name: round(one.reply.features[name], 4) for name in PLAIN},
                "library": run.name,
                "question": one.searched,
            },
            ensure_ascii=False,
        )
        for run in runs
        for one in run.asked
        if one.reply is not None
    ]
    (encoder,) = {run.config["encoder"]["sha256"] for run in runs}
    body = ",\n".join(lines)
    HERE.write_text(f'{{"encoder": "{encoder}", "questions": [\n{body}\n]}}\n', "utf-8")
    sys.stdout.write(f"{len(lines)} questions of {len(runs)} libraries in {HERE}\n")


if __name__ == "__main__":
    main(sys.argv[1:])

"""Add what runs tell of the confidence to elsewhere.json: ``python eval/elsewhere.py RUN...``.

A run asks a set of questions of a library. Neither the library nor the gold spans are kept here,
only each question, whether it is answerable, and the plain features of its confidence; that is what
``assistant eval calibrate --elsewhere`` needs to fit the confidence to more than one library. What
the file has of other libraries stays; a run is of the library that it is named after.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from assistant.confidence import PLAIN
from assistant.evaluation.run import read

HERE = Path(__file__).resolve().parent / "elsewhere.json"


def main(folders: list[str]) -> None:
    """Add what the runs in these folders tell, a question a line."""
    runs = [read(Path(folder)) for folder in folders]
    names = {run.name for run in runs}
    stored = json.loads(HERE.read_text("utf-8"))
    (encoder,) = {run.config["encoder"]["sha256"] for run in runs} | {stored["encoder"]}
    others = [row for row in stored["questions"] if row["library"] not in names]
    lines = [json.dumps(row, ensure_ascii=False) for row in others]
    lines += [
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
    body = ",\n".join(lines)
    HERE.write_text(f'{{"encoder": "{encoder}", "questions": [\n{body}\n]}}\n', "utf-8")
    sys.stdout.write(
        f"{len(lines)} questions in {HERE}, {len(lines) - len(others)} of these runs\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])

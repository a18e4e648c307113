"""The ladder from the program of every tutorial to the product, one change at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

from assistant.chunk import Chunking
from assistant.errors import AssistantError
from assistant.evaluation.compare import Contrast, contrast, corrected
from assistant.evaluation.metrics import MEASURES, Interval, interval
from assistant.evaluation.run import Json, Run
from assistant.evaluation.systems import NAMED, SHIPPED, Settings

SIZES = Chunking()


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of the ladder: its means, and its contrast with the step before, by measure.

    The contrasts of one measure are corrected over all steps; the first step has none.
    """

    name: str
    means: dict[str, Interval]
    contrasts: dict[str, Contrast]


def ladder() -> dict[str, Settings]:
    """The settings of each step, by what it changes; the last are the shipped ones."""
    sections = replace(NAMED["naive"], splitter="sections", target=SIZES.target, small=SIZES.small)
    with_heading = replace(sections, heading="path")
    with_units = replace(with_heading, units=True)
    with_words = replace(with_units, mode="hybrid", fusion="rrf")
    convex = replace(with_words, fusion="convex")
    distinct = replace(convex, collapse=True)
    return {
        "naive": NAMED["naive"],
        "passages by section": sections,
        "headings embedded": with_heading,
        "similarity of parts": with_units,
        "keywords by rank": with_words,
        "keywords by score": convex,
        "no repetitions": distinct,
        "slips mended": replace(distinct, slips=True),
        "follow-ups resolved": SHIPPED,
    }


def rungs(runs: Sequence[Run], split: str = "all") -> list[Rung]:
    """The table of a ladder's runs, over the questions of a split."""
    ids = [
        one.id
        for one in runs[0].asked
        if split in ("all", one.split) and one.id in runs[0].per_question
    ]
    values = {
        measure: [[run.per_question[name][measure] for name in ids] for run in runs]
        for measure in MEASURES
    }
    contrasts = {
        measure: corrected([contrast(a, b) for a, b in pairwise(columns)])
        for measure, columns in values.items()
    }
    return [
        Rung(
            run.name,
            {measure: interval(columns[i]) for measure, columns in values.items()},
            {measure: found[i - 1] for measure, found in contrasts.items()} if i else {},
        )
        for i, run in enumerate(runs)
    ]


def write(runs: Sequence[Run], path: Path) -> None:
    """Write the tables of a ladder's runs for each split that has questions, as JSON."""
    splits = [split for split in ("dev", "test", "all") if runs[0].metrics.get(split)]
    content = {
        "set": runs[0].config["set"],
        "commit": runs[0].config["commit"],
        "splits": {
            split: {
                "searched": runs[0].metrics[split]["searched"],
                "steps": [asdict(rung) for rung in rungs(runs, split)],
            }
            for split in splits
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


def read(path: Path) -> Json:
    """What :func:`write` wrote. Raises :class:`AssistantError` where it cannot be used."""
    try:
        content: Json = json.loads(path.read_text("utf-8"))
        for table in content["splits"].values():
            table["steps"] = [_rung(step) for step in table["steps"]]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise AssistantError(
            f"{path} is no ladder: {error}.", "assistant eval ablate SET"
        ) from None
    return content


def _rung(step: Json) -> Rung:
    means = {measure: Interval(**mean) for measure, mean in step["means"].items()}
    contrasts = {measure: Contrast(**found) for measure, found in step["contrasts"].items()}
    return Rung(step["name"], means, contrasts)

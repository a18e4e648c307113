"""What each part of the search is worth: tables of runs that differ in one setting.

A ladder climbs from the program of every tutorial to the product, a change on top of the last. The
choices change one setting of the product each, and say what another choice would have given.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from assistant.chunk import Chunking
from assistant.errors import AssistantError
from assistant.evaluation.compare import Contrast, contrast, corrected
from assistant.evaluation.metrics import MEASURES, Interval, interval
from assistant.evaluation.run import Json, Run
from assistant.evaluation.significance import Counts
from assistant.evaluation.systems import NAMED, SHIPPED, Settings

SIZES = Chunking()
Against = Literal["before", "first"]


@dataclass(frozen=True, slots=True)
class Rung:
    """A row of a table: its means, and by measure its contrast with another row.

    The contrasts of one measure are corrected over all rows; the first row has none.
    """

    name: str
    means: dict[str, Interval]
    contrasts: dict[str, Contrast]


def ladder() -> dict[str, Settings]:
    """The settings of each step, by what it changes; the last are the shipped ones."""
    sections = replace(NAMED["naive"], splitter="sections", target=SIZES.target, small=SIZES.small)
    with_heading = replace(sections, heading="path")
    with_units = replace(with_heading, units=True)
    with_words = replace(with_units, mode="hybrid", fusion="rrf", context=0)
    convex = replace(with_words, fusion="convex")
    in_context = replace(convex, context=SHIPPED.context)
    distinct = replace(in_context, collapse=True)
    return {
        "naive": NAMED["naive"],
        "passages by section": sections,
        "headings embedded": with_heading,
        "similarity of parts": with_units,
        "keywords by rank": with_words,
        "keywords by score": convex,
        "words in context": in_context,
        "no repetitions": distinct,
        "question bare": replace(distinct, bare=True),
        "slips mended": replace(distinct, bare=True, slips=True),
        "follow-ups resolved": SHIPPED,
    }


def choices() -> dict[str, Settings]:
    """The shipped settings, then by its name each choice that was made otherwise; no answers."""
    shipped = replace(SHIPPED, answers="none")
    return {
        "shipped": shipped,
        "passages of 128 word pieces": replace(shipped, target=128),
        "passages of 192 word pieces": replace(shipped, target=192),
        "short sections not joined": replace(shipped, small=0),
        "sections joined below 30": replace(shipped, small=30),
        "sections joined below 120": replace(shipped, small=120),
        "last two headings embedded": replace(shipped, heading="last-two"),
        "no headings embedded": replace(shipped, heading="none"),
        "passages compared as a whole": replace(shipped, units=False),
        "meaning alone": replace(shipped, mode="dense"),
        "keywords alone": replace(shipped, mode="lexical"),
        "fused by rank": replace(shipped, fusion="rrf"),
        **{f"share of meaning {w}": replace(shipped, weight=w) for w in (0.4, 0.5, 0.7, 0.8)},
        **{f"share of words in context {c}": replace(shipped, context=c) for c in (0.0, 0.5, 0.8)},
        **{f"{depth} candidates": replace(shipped, depth=depth) for depth in (20, 50, 200)},
        "words not stemmed": replace(shipped, stemming=False),
        "acronyms spelled out": replace(shipped, acronyms=True),
        "question with its frame": replace(shipped, bare=False),
        "slips not mended": replace(shipped, slips=False),
        "follow-ups not resolved": replace(shipped, follow_ups=False),
        "repetitions kept": replace(shipped, collapse=False),
    }


def rungs(runs: Sequence[Run], split: str = "all", against: Against = "before") -> list[Rung]:
    """The table of runs, over the questions of a split, each ``against`` another of them."""
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
        measure: corrected(
            [
                contrast(columns[0 if against == "first" else i], column)
                for i, column in enumerate(columns[1:])
            ]
        )
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


def write(runs: Sequence[Run], path: Path, against: Against = "before") -> None:
    """Write the tables of :func:`rungs` for each split that has questions, as JSON."""
    splits = [split for split in ("dev", "test", "all") if runs[0].metrics.get(split)]
    content = {
        "set": runs[0].config["set"],
        "commit": runs[0].config["commit"],
        "against": against,
        "splits": {
            split: {
                "searched": runs[0].metrics[split]["searched"],
                "steps": [asdict(rung) for rung in rungs(runs, split, against)],
            }
            for split in splits
        },
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


def read(path: Path) -> Json:
    """What :func:`write` wrote. Raises :class:`AssistantError` where it cannot be used."""
    try:
        content: Json = {"against": "before"} | json.loads(path.read_text("utf-8"))
        for table in content["splits"].values():
            table["steps"] = [_rung(step) for step in table["steps"]]
    except (ValueError, KeyError, TypeError, OSError) as error:
        raise AssistantError(
            f"{path} is no ladder: {error}.", "assistant eval ablate SET"
        ) from None
    return content


def _rung(step: Json) -> Rung:
    means = {measure: Interval(**mean) for measure, mean in step["means"].items()}
    contrasts = {measure: _contrast(found) for measure, found in step["contrasts"].items()}
    return Rung(step["name"], means, contrasts)


def _contrast(found: Json) -> Contrast:
    difference, counts = Interval(**found["difference"]), Counts(**found["counts"])
    return Contrast(difference, found["p"], found["corrected"], counts)

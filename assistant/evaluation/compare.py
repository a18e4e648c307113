"""Several runs over the same questions: means, differences, their significance, what changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.errors import AssistantError
from assistant.evaluation.metrics import MEASURES, Interval, interval, per_question
from assistant.evaluation.run import Asked, Run, read, read_ranking
from assistant.evaluation.significance import Counts, counts, holm, randomisation_test

ANSWERS = ("full", "part", "opens")  # measures that need answers in every run
JUDGED_BY = "nDCG@10"  # decides which questions changed most
SHARE_MEASURES = ("nDCG@10", "Success@5")
CHANGED = 10
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a run differs from the one it is compared with, in one measure.

    ``p`` is that of the paired randomisation test, ``corrected`` the same after Holm's correction
    over all runs that are compared in this measure.
    """

    difference: Interval
    p: float
    corrected: float
    counts: Counts


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: the mean of each run, and the contrast of each but the first with the first."""

    measure: str
    means: tuple[Interval, ...]
    contrasts: tuple[Contrast, ...]


@dataclass(frozen=True, slots=True)
class AtShare:
    """The means of a measure if a passage is relevant from this share of a gold span on."""

    measure: str
    share: str
    means: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage or document in a ranking; ``text`` is empty where the run does not hold it."""

    name: str
    relevant: bool
    text: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that a run answers better or worse than the first, with both rankings."""

    run: str
    id: str
    question: str
    values: tuple[float, float]
    rankings: tuple[tuple[Shown, ...], tuple[Shown, ...]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs, by name, over one split, or ``all`` questions: a line for each measure.

    ``shares`` shows whether the order of the runs hangs on the share of a gold span that makes a
    passage relevant; it is empty where a run does not say.
    """

    names: tuple[str, ...]
    split: str
    questions: int
    lines: tuple[Line, ...]
    shares: tuple[AtShare, ...]
    changed: tuple[Changed, ...]


def load(paths: Sequence[Path]) -> list[Run]:
    """The runs in these folders; a file is a TREC run of another program, judged as the first is.

    Its names must be those of the first run's passages or documents. Raises
    :class:`AssistantError` where the runs are not over the same questions.
    """
    first = read(paths[0])
    runs = [first]
    for path in paths[1:]:
        runs.append(_foreign(path, first) if path.is_file() else read(path))
    same_questions(runs)
    return runs


def same_questions(runs: Sequence[Run]) -> None:
    """Raise :class:`AssistantError` where the runs are not over the same questions."""
    first = runs[0]
    for run in runs[1:]:
        if run.config["set_sha256"] != first.config["set_sha256"]:
            raise AssistantError(
                f"{first.name} and {run.name} were not made on the same questions: "
                f"{first.config['set']} and {run.config['set']} differ.",
                "Run both on one set: assistant eval run SET",
            )


def compare(runs: Sequence[Run], split: str = "all") -> Comparison:
    """Compare every run with the first, over the questions of a split.

    Raises :class:`AssistantError` where the split has no questions.
    """
    first = runs[0]
    asked = {one.id: one for one in first.asked if split in ("all", one.split)}
    ids = [name for name in first.per_question if name in asked]
    if not ids:
        known = sorted({one.split for one in first.asked if one.split})
        raise AssistantError(
            f"{first.name} has no questions in the split {split}.", f"Splits: all {' '.join(known)}"
        )
    tables = [_values(run, all(_answers(run) for run in runs)) for run in runs]
    measures = [measure for measure in (*MEASURES, *ANSWERS) if measure in tables[0][ids[0]]]
    columns = {m: [[table[name][m] for name in ids] for table in tables] for m in measures}
    changed = [
        found
        for run, table in zip(runs[1:], tables[1:], strict=True)
        for found in _changed(first, run, tables[0], table, [asked[name] for name in ids])
    ]
    lines = tuple(_line(measure, values) for measure, values in columns.items())
    names = tuple(run.name for run in runs)
    return Comparison(names, split, len(ids), lines, _shares(runs, split), tuple(changed))


def contrast(before: Sequence[float], after: Sequence[float]) -> Contrast:
    """The contrast of two lists of values for the same questions, not corrected."""
    differences = [b - a for a, b in zip(before, after, strict=True)]
    p = randomisation_test(differences)
    return Contrast(interval(differences), p, p, counts(differences))


def corrected(contrasts: Sequence[Contrast]) -> tuple[Contrast, ...]:
    """The contrasts with Holm's correction over all of them."""
    values = holm([one.p for one in contrasts])
    return tuple(
        Contrast(one.difference, one.p, value, one.counts)
        for one, value in zip(contrasts, values, strict=True)
    )


def _line(measure: str, values: Sequence[Sequence[float]]) -> Line:
    means = tuple(interval(own) for own in values)
    return Line(measure, means, corrected([contrast(values[0], own) for own in values[1:]]))


def _shares(runs: Sequence[Run], split: str) -> tuple[AtShare, ...]:
    tables = [run.metrics.get("per_share", {}) for run in runs]
    return tuple(
        AtShare(
            measure,
            share,
            tuple(Interval(**table[share][split][measure]) for table in tables),
        )
        for measure in SHARE_MEASURES
        for share in tables[0]
        if all(share in table for table in tables)
    )


def _answers(run: Run) -> bool:
    return any(one.reply is not None for one in run.asked)


def _values(run: Run, answers: bool) -> dict[str, dict[str, float]]:
    """The value of each measure by question, those of the answers among them if asked for."""
    values = run.per_question
    for one in run.asked if answers else ():
        if one.id in values and one.reply is not None:
            values[one.id] |= {name: float(getattr(one.reply, name)) for name in ANSWERS}
    return values


def _changed(
    first: Run,
    run: Run,
    before: dict[str, dict[str, float]],
    after: dict[str, dict[str, float]],
    asked: Sequence[Asked],
) -> list[Changed]:
    """The questions that changed most, best gains and losses first."""
    pairs = {one.id: (before[one.id][JUDGED_BY], after[one.id][JUDGED_BY]) for one in asked}
    moved = [one for one in asked if pairs[one.id][0] != pairs[one.id][1]]
    moved.sort(key=lambda one: -abs(pairs[one.id][1] - pairs[one.id][0]))
    return [
        Changed(
            run.name,
            one.id,
            one.question,
            pairs[one.id],
            (_ranking(first, one.id), _ranking(run, one.id)),
        )
        for one in moved[:CHANGED]
    ]


def _ranking(run: Run, question: str) -> tuple[Shown, ...]:
    """The best of a run's ranking, with the texts of those that it kept."""
    relevant = run.qrels.get(question, {})
    hits = next((one.hits for one in run.asked if one.id == question), ())
    texts = [hit.text for hit in hits[:SHOWN]]
    names = [name for name, _ in run.ranking.get(question, ())][:SHOWN]
    texts += [""] * (len(names) - len(texts))
    return tuple(
        Shown(name, name in relevant, text) for name, text in zip(names, texts, strict=True)
    )


def _foreign(path: Path, like: Run) -> Run:
    """A TREC run of another program, as a run over the questions and judgments of ``like``."""
    try:
        ranking = read_ranking(path)
    except (ValueError, OSError) as error:
        raise AssistantError(
            f"{path} is not a TREC run: {error}.", "Its lines: QUESTION Q0 PASSAGE RANK SCORE NAME"
        ) from None
    values = per_question(ranking, like.qrels, like.per_question)
    config = {**like.config, "name": path.stem}
    return Run(path.stem, config, {"per_question": values}, ranking, like.qrels, ())

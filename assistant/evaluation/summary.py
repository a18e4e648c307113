"""The figures of a run: means with intervals, over all questions and by split and category."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from statistics import median

import numpy as np

from assistant.evaluation.chapters import all_chapters, chapter_at
from assistant.evaluation.metrics import MEASURES, intervals
from assistant.evaluation.refusal import Decision, refusal
from assistant.evaluation.run import Asked, Json
from assistant.evaluation.spans import wanted
from assistant.outline import SEPARATOR
from assistant.types import Document

Values = Mapping[str, Mapping[str, float]]


def summarise(
    asked: Sequence[Asked],
    values: Values,
    shares: Mapping[str, Values],
    documents: Mapping[str, Document],
    threshold: float,
) -> Json:
    """``metrics.json``: ``values`` are those of each measure, by question id.

    ``all``, and each split, has the number of questions, the interval of each measure, and where
    there are answers ``answers`` and ``refusal``; a category and a chapter have the measures.
    ``per_share`` has the measures of each split for each of ``shares``, which are what ``values``
    would be if another share of a gold span made a passage relevant.
    """
    splits = {"all": list(asked)}
    for one in asked:
        if one.split:
            splits.setdefault(one.split, []).append(one)
    chapters = all_chapters(documents)

    def chapter(one: Asked) -> str:
        place = wanted(one.gold)[0]
        title = chapter_at(chapters[place.document], place.start)
        return title if len(documents) == 1 else f"{place.document}{SEPARATOR}{title}"

    with_gold = [one for one in asked if one.gold and one.id in values]
    return {
        **{
            name: _part(members, values) | _answered(members, threshold)
            for name, members in splits.items()
        },
        "per_category": _grouped([one for one in asked if one.category], values, _category),
        "per_chapter": _grouped(with_gold, values, chapter),
        "per_share": {
            share: {name: _part(members, own) for name, members in splits.items()}
            for share, own in shares.items()
        },
        "per_question": {name: dict(measures) for name, measures in values.items()},
        "latency_ms": _latency([one.elapsed_ms for one in asked]),
    }


def _latency(times: Sequence[float]) -> Json:
    median, most = np.quantile(times, [0.5, 0.95])
    return {"median": round(float(median), 2), "p95": round(float(most), 2)}


def _category(one: Asked) -> str:
    return one.category


def _part(members: Sequence[Asked], values: Values) -> Json:
    """The measures over those of the questions that retrieval is measured on."""
    own = [values[one.id] for one in members if one.id in values]
    columns = {measure: [value[measure] for value in own] for measure in MEASURES}
    found = {name: asdict(mean) for name, mean in intervals(columns).items()}
    return {"questions": len(members), "searched": len(own), **found}


def _grouped(asked: Sequence[Asked], values: Values, of: Callable[[Asked], str]) -> Json:
    groups: dict[str, list[Asked]] = {}
    for one in asked:
        if one.id in values:
            groups.setdefault(of(one), []).append(one)
    return {name: _part(members, values) | _held(members) for name, members in groups.items()}


def _held(members: Sequence[Asked]) -> Json:
    """The share of answerable questions whose answer holds a gold span, fully, partly, or first."""
    replies = [one.reply for one in members if one.reply is not None and one.answerable]
    columns = {
        "full": [float(reply.full) for reply in replies],
        "part": [float(reply.part) for reply in replies],
        "opens": [float(reply.opens) for reply in replies],
    }
    return {name: asdict(mean) for name, mean in intervals(columns).items()} if replies else {}


def _answered(members: Sequence[Asked], threshold: float) -> Json:
    """``answers`` and ``refusal``, where the run has answers."""
    replies = [(one, one.reply) for one in members if one.reply is not None]
    if not replies:
        return {}
    citations = [quoted for _, reply in replies for quoted in reply.citations]
    given = [reply.words for _, reply in replies if not reply.refused]
    decisions = [
        Decision(one.category, one.answerable, reply.refused, reply.confidence)
        for one, reply in replies
    ]
    return {
        "answers": {
            **_held(members),
            "words": median(given) if given else 0,
            "citations": len(citations),
            "verbatim": sum(quoted.verbatim for quoted in citations) / max(1, len(citations)),
        },
        "refusal": refusal(decisions, threshold),
    }

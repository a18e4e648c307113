"""A run as a folder of plain files, for reports, for comparisons, and for trec_eval.

run.trec       question Q0 passage rank score name     the best 100, as trec_eval reads them
qrels.trec     question 0 passage 1                    what is relevant
answers.jsonl  one object a question: what was asked, answered, cited, found
passages.jsonl one object for each passage that was found among the first: its place and text
metrics.json   means with intervals, and the value of each measure for each question
config.json    what was run, on what, where and when

For a set in BEIR layout documents stand in place of passages, and nothing is answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from assistant.errors import AssistantError
from assistant.evaluation.answers import Quoted
from assistant.evaluation.metrics import Ranking
from assistant.evaluation.relevance import Qrels
from assistant.evaluation.spans import Place

Json = dict[str, Any]
HINT = "assistant eval run SET makes a run."
FIGURES = ("config.json", "metrics.json")
FILES = (*FIGURES, "run.trec", "qrels.trec", "answers.jsonl", "passages.jsonl")
OF_HIT = ("passage_id", "score", "relevant")  # what a question says of a passage that it found


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that was found, and whether it is relevant."""

    passage_id: str
    document: str
    heading: tuple[str, ...]
    page_start: int | None
    page_end: int | None
    start: int
    end: int
    score: float
    relevant: bool
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered, from which signals, and how it compares with the gold spans.

    ``kind`` is the vector that one of the signals comes from; it is not written.
    """

    answer: str
    refused: bool
    confidence: float
    features: dict[str, float]
    citations: tuple[Quoted, ...]
    full: bool
    part: bool
    opens: bool
    words: int
    kind: tuple[float, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a run; ``elapsed_ms`` is without the embedding of the question."""

    id: str
    question: str
    searched: str
    category: str
    split: str
    answerable: bool
    gold: tuple[Place, ...]
    elapsed_ms: float
    hits: tuple[Found, ...]
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run in memory. ``ranking`` is best first; ``metrics`` and ``config`` are as written."""

    name: str
    config: Json
    metrics: Json
    ranking: Ranking
    qrels: Qrels
    asked: tuple[Asked, ...]

    @property
    def per_question(self) -> dict[str, dict[str, float]]:
        """The value of each measure, by question id and the measure's name."""
        return {name: dict(values) for name, values in self.metrics["per_question"].items()}


def write(run: Run, folder: Path) -> None:
    """Write the run into ``folder``, which is made; files of an earlier run are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    tag = "_".join(run.name.split())
    _lines(
        folder / "run.trec",
        (
            f"{question} Q0 {name} {rank} {np.float32(score)!s} {tag}"
            for question, found in run.ranking.items()
            for rank, (name, score) in enumerate(found, 1)
        ),
    )
    _lines(
        folder / "qrels.trec",
        (
            f"{question} 0 {name} {grade}"
            for question, relevant in run.qrels.items()
            for name, grade in relevant.items()
        ),
    )
    _lines(
        folder / "answers.jsonl",
        (json.dumps(_row(asked), ensure_ascii=False) for asked in run.asked),
    )
    shown = {hit.passage_id: _passage(hit) for asked in run.asked for hit in asked.hits}
    _lines(
        folder / "passages.jsonl",
        (json.dumps(passage, ensure_ascii=False) for passage in shown.values()),
    )
    for name, content in (("metrics.json", run.metrics), ("config.json", run.config)):
        _lines(folder / name, [json.dumps(content, ensure_ascii=False, indent=1)])


def read(folder: Path) -> Run:
    """Read a run. Raises :class:`AssistantError` naming the file that cannot be used."""
    config, metrics = read_figures(folder, FILES)
    with _as_written(folder):
        passages = {row["passage_id"]: row for row in _read_lines(folder / "passages.jsonl")}
        asked = tuple(_asked(row, passages) for row in _read_lines(folder / "answers.jsonl"))
        ranking = read_ranking(folder / "run.trec")
        qrels = _read_qrels(folder / "qrels.trec")
        return Run(config["name"], config, metrics, ranking, qrels, asked)


def read_figures(folder: Path, needed: Sequence[str] = FIGURES) -> tuple[Json, Json]:
    """What ``config.json`` and ``metrics.json`` of a run say; its other files need not be there.

    Raises :class:`AssistantError` naming the file that cannot be used.
    """
    missing = [name for name in needed if not (folder / name).is_file()]
    if missing:
        raise AssistantError(f"{folder} is not a run: it has no {', '.join(missing)}.", HINT)
    with _as_written(folder):
        config, metrics = (json.loads((folder / name).read_text("utf-8")) for name in FIGURES)
        return config, metrics


@contextmanager
def _as_written(folder: Path) -> Iterator[None]:
    try:
        yield
    except (ValueError, KeyError, TypeError) as error:
        raise AssistantError(
            f"{folder} is not a run as this version writes it: {error}.", HINT
        ) from None


def _read_lines(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def read_ranking(path: Path) -> dict[str, list[tuple[str, float]]]:
    """A TREC run, best first by score, as trec_eval orders it: equal scores by name, backwards."""
    import ir_measures

    found: dict[str, list[tuple[str, float]]] = {}
    for line in ir_measures.read_trec_run(str(path)):
        found.setdefault(line.query_id, []).append((line.doc_id, float(np.float32(line.score))))
    for ranking in found.values():
        ranking.sort(key=lambda pair: pair[0], reverse=True)
        ranking.sort(key=lambda pair: -pair[1])
    return found


def _read_qrels(path: Path) -> Qrels:
    import ir_measures

    found: Qrels = {}
    for line in ir_measures.read_trec_qrels(str(path)):
        found.setdefault(line.query_id, {})[line.doc_id] = int(line.relevance)
    return found


def _row(asked: Asked) -> Json:
    """One line of ``answers.jsonl``: the reply's fields stand beside the question's."""
    row = asdict(asked)
    reply = row.pop("reply")
    if reply is not None:
        del reply["kind"]
    gold = row.pop("gold")
    hits = [{name: hit[name] for name in OF_HIT} for hit in row.pop("hits")]
    return {**row, **(reply or {}), "gold": gold, "hits": hits}


def _passage(hit: Found) -> Json:
    """What ``passages.jsonl`` says of a passage, whichever question found it."""
    return {name: value for name, value in asdict(hit).items() if name not in OF_HIT[1:]}


def _asked(row: Mapping[str, Any], passages: Mapping[str, Json]) -> Asked:
    reply = None
    if "answer" in row:
        own = _only(Reply, row)
        reply = Reply(**{**own, "citations": tuple(Quoted(**c) for c in own["citations"])})
    found = [{**passages[hit["passage_id"]], **hit} for hit in row["hits"]]
    hits = tuple(Found(**{**hit, "heading": tuple(hit["heading"])}) for hit in found)
    gold = tuple(Place(**place) for place in row["gold"])
    kept = _only(Asked, row)
    return Asked(**{**kept, "hits": hits, "gold": gold, "reply": reply})


def _only(kind: type[Asked] | type[Reply], row: Mapping[str, Any]) -> Json:
    return {one.name: row[one.name] for one in fields(kind) if one.name in row}


def _lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)

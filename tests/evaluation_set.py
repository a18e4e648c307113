"""A small question set over two documents, and runs of it, for the tests of evaluation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from commands import BREAD, CLOUDS, fill
from word_encoder import WordEncoder

from assistant.config import load_config
from assistant.evaluation.cache import EmbeddingCache
from assistant.evaluation.execute import execute
from assistant.evaluation.run import Run
from assistant.evaluation.sets import QuestionSet, open_set
from assistant.evaluation.systems import SHIPPED, Settings

BAROMETER = "A barometer measures air pressure."
YEAST = "wild yeast and lactic acid bacteria ferment the flour"


def gold(document: str, quote: str, grade: str = "full") -> dict[str, str]:
    return {"document": document, "quote": quote, "grade": grade}


def line(
    name: str,
    question: str,
    *found: dict[str, str],
    category: str = "definition",
    split: str = "dev",
    **more: Any,
) -> dict[str, Any]:
    """One line of a questions file; answerable if it has gold."""
    return {
        "id": name,
        "question": question,
        "category": category,
        "split": split,
        "answerable": bool(found),
        "history": [],
        "gold": list(found),
        **more,
    }


LINES = (
    line("pressure", "What measures air pressure?", gold("clouds.md", BAROMETER)),
    line("wind", "What measures the speed of the wind?", gold("clouds.md", CLOUDS[-53:-1])),
    line("rise", "Why does sourdough bread rise?", gold("bread.txt", YEAST), split="test"),
    line(
        "clouds",
        "What do cirrus clouds consist of?",
        gold("clouds.md", "Cirrus clouds consist of ice crystals."),
        gold("clouds.md", "Cumulus clouds look like cotton", "part"),
        split="test",
    ),
    line("rain", "How much rain do cumulus clouds bring?", category="near-miss"),
    line("mona", "Who painted the Mona Lisa?", category="off-topic"),
    line("salt", "How much salt does the dough of bread need?", category="near-miss", split="test"),
)


def write_lines(path: Path, lines: tuple[dict[str, Any], ...] = LINES) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in lines), encoding="utf-8")
    return path


def small_set(folder: Path) -> QuestionSet:
    """The set of ``LINES`` over the two documents of ``commands``."""
    corpus = folder / "corpus"
    if not corpus.is_dir():
        fill(corpus)
    config = load_config(corpus=corpus, library=folder / "index")
    return open_set(write_lines(folder / "small.jsonl"), config)


def run_set(
    questions: QuestionSet, folder: Path, settings: Settings = SHIPPED, name: str = "small"
) -> Run:
    """A run with word vectors, which can be worked out by hand."""
    encoder = WordEncoder()
    settings = replace(settings, encoder=encoder.name)
    cache = EmbeddingCache(folder / "cache", encoder)
    return execute(questions, settings, name=name, encoder=encoder, cache=cache)


__all__ = ["BREAD", "CLOUDS", "LINES", "gold", "line", "run_set", "small_set", "write_lines"]

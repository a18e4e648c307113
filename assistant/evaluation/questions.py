"""Question sets: one JSON object a line, with the passages of the documents that answer it.

    {"id": "q1", "question": "What is AUC?", "category": "definition", "split": "dev",
     "answerable": true, "history": [],
     "gold": [{"document": "notes.txt", "quote": "the area under the ROC curve", "grade": "full"}]}

A quote is copied from the document; only its white space may differ. ``grade`` is ``full`` where
the quote answers by itself, ``part`` where it answers in part.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

from assistant.errors import AssistantError

Grade = Literal["full", "part"]
HINT = (
    'A line: {"id": "q1", "question": "What is AUC?", "category": "definition", "split": "dev", '
    '"answerable": true, "gold": [{"document": "notes.txt", "quote": "the area under …"}]}'
)


@dataclass(frozen=True, slots=True)
class Gold:
    """A quote that answers the question, from the document with that path."""

    document: str
    quote: str
    grade: Grade = "full"


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question of the conversation, and what was answered."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set; ``gold`` is empty where the documents do not answer it."""

    id: str
    question: str
    category: str
    split: str
    answerable: bool
    history: tuple[Turn, ...] = ()
    gold: tuple[Gold, ...] = ()


def read_questions(path: Path) -> tuple[Question, ...]:
    """The questions of a file, in order; empty lines are skipped.

    Raises :class:`AssistantError` that names every line and field that cannot be used.
    """
    questions: list[Question] = []
    faults: list[str] = []
    lines: dict[str, int] = {}
    for number, line in _lines(path):
        try:
            question = _question(json.loads(line))
            if question.id in lines:
                raise ValueError(f"id {question.id} is that of line {lines[question.id]} too")
        except (ValueError, RecursionError) as error:
            what = "not JSON" if isinstance(error, json.JSONDecodeError) else str(error)
            faults.append(f"line {number}: {what}")
        else:
            lines[question.id] = number
            questions.append(question)
    if faults:
        raise AssistantError(f"{path} cannot be used: {'; '.join(faults[:20])}.", HINT)
    if not questions:
        raise AssistantError(f"{path} holds no questions.", HINT)
    return tuple(questions)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AssistantError(f"{path} cannot be read: {error}.", HINT) from None
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield number, line


def _question(fields: Any) -> Question:
    if not isinstance(fields, dict):
        raise ValueError("not an object")
    identity = _text(fields, "id")
    if identity.split() != [identity]:
        raise ValueError("field id has white space")  # which TREC files could not hold
    return Question(
        identity,
        _text(fields, "question"),
        _text(fields, "category"),
        _text(fields, "split"),
        _typed(fields, "answerable", bool, "true or false"),
        tuple(
            Turn(_text(turn, "question", f"history[{i}]."), _text(turn, "answer", f"history[{i}]."))
            for i, turn in enumerate(_typed(fields, "history", list, "a list", default=[]))
        ),
        tuple(
            _gold(gold, f"gold[{i}].")
            for i, gold in enumerate(_typed(fields, "gold", list, "a list", default=[]))
        ),
    )


def _gold(fields: Any, within: str) -> Gold:
    document, quote = _text(fields, "document", within), _text(fields, "quote", within)
    grade = fields.get("grade", "full")
    if grade not in ("full", "part"):
        raise ValueError(f"field {within}grade is neither full nor part")
    return Gold(document, quote, cast(Grade, grade))


def _text(fields: Any, name: str, within: str = "") -> str:
    if not isinstance(fields, dict):
        raise ValueError(f"field {within.rstrip('.')} is not an object")
    value = _typed(fields, name, str, "text", within)
    if not value.strip():
        raise ValueError(f"field {within}{name} is empty")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError(f"field {within}{name} holds half a character")  # no file could hold it
    return cast(str, value)


def _typed(
    fields: dict[str, Any], name: str, kind: type, words: str, within: str = "", default: Any = None
) -> Any:
    value = fields.get(name, default)
    if value is None:
        raise ValueError(f"field {within}{name} is missing")
    if not isinstance(value, kind):
        raise ValueError(f"field {within}{name} is not {words}")
    return value

"""Thumbs of kept conversations as questions: what is certain as a set, the rest to be settled.

    thumb up, answered      answerable; the quotes that were cited are gold
    thumb up, refused       not answerable, a near miss: the refusal was right
    thumb down              to be settled: only a person knows what would have been right

What is to be settled goes into a file of its own that is no question set: its ``answerable`` is
null, which no command takes for an answer. A line is settled by setting ``answerable``, adding the
gold quotes, and moving it into the set.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.chat import Turn
from assistant.errors import AssistantError
from assistant.transcript import Cited, Conversation, KeptTurn

Json = dict[str, Any]
SPLIT = "dev"


@dataclass(frozen=True, slots=True)
class Collected:
    """Questions as lines of a set, and those that a person has to settle first."""

    ready: tuple[Json, ...]
    unsettled: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The two files, the ids that are new in each, and how many questions they now hold."""

    file: Path
    unsettled_file: Path
    added: tuple[str, ...]
    unsettled: tuple[str, ...]
    questions: int
    to_settle: int


def collect(conversations: Iterable[Conversation]) -> Collected:
    """The rated turns as questions, each question once; of equal ones the first counts."""
    ready: dict[tuple[str, ...], Json] = {}
    unsettled: dict[tuple[str, ...], Json] = {}
    for conversation in conversations:
        for turn in conversation.turns:
            if turn.thumb is None:
                continue
            line = _line(conversation, turn)
            texts = (text for one in line["history"] for text in one.values())
            key = tuple(" ".join(text.casefold().split()) for text in (*texts, turn.question))
            (ready if turn.thumb == "up" else unsettled).setdefault(key, line)
    return Collected(tuple(ready.values()), tuple(unsettled.values()))


def write(collected: Collected, file: Path) -> Written:
    """Add the questions that are new to ``file`` and, beside it, to the file of open ones.

    Lines that stand there stay as they are, so that what a person has settled or corrected is kept;
    a question that is in the set is not open any more. Raises :class:`AssistantError` where a file
    cannot be read or written.
    """
    unsettled_file = file.with_name(f"{file.stem}.open.jsonl")
    known, open_before = _ids(file), _ids(unsettled_file)
    added = [line for line in collected.ready if line["id"] not in known]
    settled = {*known, *(line["id"] for line in added), *open_before}
    unsettled = [line for line in collected.unsettled if line["id"] not in settled]
    _append(file, added)
    _append(unsettled_file, unsettled)
    return Written(
        file,
        unsettled_file,
        tuple(line["id"] for line in added),
        tuple(line["id"] for line in unsettled),
        len(known) + len(added),
        len(set(open_before) - set(known)) + len(unsettled),
    )


def _line(conversation: Conversation, turn: KeptTurn) -> Json:
    """The turn as a line of a question set, in the order in which a person reads it."""
    follow_up = turn.searched != turn.question
    line: Json = {
        "id": f"feedback-{conversation.id}-{turn.number}",
        "question": turn.question,
        "category": "follow-up" if follow_up else "feedback",
        "split": SPLIT,
        "answerable": not turn.refused,
        "history": _history(conversation.history[: turn.number - 1]) if follow_up else [],
        "gold": [] if turn.refused else _gold(turn.citations),
    }
    if turn.thumb == "up":
        return {**line, "category": "near-miss"} if turn.refused else line
    seen = {"reason": turn.reason, "answer": turn.answer, "cited": _gold(turn.citations)}
    return {**line, "answerable": None, "gold": [], **seen}


def _history(turns: Sequence[Turn]) -> list[Json]:
    return [{"question": turn.question, "answer": turn.answer} for turn in turns]


def _gold(citations: Sequence[Cited]) -> list[Json]:
    """What was cited; of several quotes nobody knows yet whether one answers by itself."""
    grade = "full" if len(citations) == 1 else "part"
    quotes = dict.fromkeys((cited.document, cited.quote) for cited in citations)
    return [{"document": document, "quote": quote, "grade": grade} for document, quote in quotes]


def _ids(file: Path) -> list[str]:
    """The ids of the lines of a file, which need not be complete questions."""
    try:
        lines = file.read_text("utf-8-sig").split("\n") if file.exists() else []
        return [json.loads(line)["id"] for line in lines if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AssistantError(
            f"{file} cannot be added to: {error}.", "Mend it, or choose another file with --out."
        ) from None


def _append(file: Path, lines: Sequence[Json]) -> None:
    if not lines:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_text("utf-8") if file.exists() else ""
        gap = "\n" if before and not before.endswith("\n") else ""
        with file.open("a", encoding="utf-8", newline="\n") as out:
            out.write(gap + "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines))
    except OSError as error:
        raise AssistantError(
            f"{file} cannot be written ({error.strerror}).", "Choose another file with --out."
        ) from None

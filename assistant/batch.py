"""Many questions in one run: lines of JSON in, one object a line out, in the same order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator

from assistant import contract
from assistant.contract import Json
from assistant.errors import AssistantError

SHAPE = 'Each line is one object: {"id": "q1", "question": "What is …?"}'


def run(lines: Iterable[bytes], reply: Callable[[str], Json]) -> Iterator[Json]:
    """Yield ``{"id", …}`` for each line of UTF-8 JSON; ``reply`` gives the fields to a question.

    A line that cannot be read, or whose question fails, becomes ``{"id", "error"}``, the id being
    null where there is none, and the others go on. Empty lines are skipped.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        identity: str | int | None = None
        try:
            entry = _parse(line, number)
            identity = _identity(entry, number)
            yield {"id": identity, **reply(_question(entry, number))}
        except AssistantError as error:
            yield {"id": identity, **contract.error(error)}


def _parse(line: bytes, number: int) -> Json:
    try:
        # A byte order mark may start the first line of a file written on Windows.
        entry = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise AssistantError(f"Line {number} is not JSON in UTF-8.", SHAPE) from None
    if not isinstance(entry, dict):
        raise AssistantError(f"Line {number} is not an object.", SHAPE)
    return entry


def _identity(entry: Json, number: int) -> str | int:
    identity = entry.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int):
        raise AssistantError(f"Line {number} has no id that is text or a whole number.", SHAPE)
    return identity


def _question(entry: Json, number: int) -> str:
    question = entry.get("question")
    if not isinstance(question, str) or not question.strip():
        raise AssistantError(f"Line {number} has no question.", SHAPE)
    return question

"""What other programs may ask: the arguments of their calls, checked before anything is done.

The page's framework answers arguments that are missing or too many with a fault of its own, and
writes a traceback; here the program is told what to mend, in the form of ``--json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, get_args

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant import contract
from assistant.errors import AssistantError
from assistant.types import Mode
from assistant.ui.asking import MOST_CHARACTERS
from assistant.ui.body import read_ahead

MOST_PASSAGES = 100

_CALL = re.compile("/gradio_api/(run|call|call/v2)/(ask|search|show)/?")


def asked(question: object) -> str:
    """The question of a call, as text that can be sent back.

    Raises :class:`AssistantError` where it is none, or too long.
    """
    if not isinstance(question, str) or not question.strip():
        raise AssistantError("The question is empty.", "Give `question` as words.")
    if len(question) > MOST_CHARACTERS:
        raise AssistantError(
            f"The question has {len(question)} characters; {MOST_CHARACTERS} are read.",
            "Ask one thing at a time, in fewer words.",
        )
    return question.encode("utf-8", "replace").decode("utf-8")  # JSON can hold half a character


def number(k: object) -> int:
    """How many passages a call wants. Raises :class:`AssistantError`."""
    if not isinstance(k, int) or not 1 <= k <= MOST_PASSAGES:
        raise AssistantError(
            f"{_short(k)} is not a number of passages.", f"Give `k` from 1 to {MOST_PASSAGES}."
        )
    return k


def known_mode(mode: object) -> Mode:
    """The mode of a call. Raises :class:`AssistantError`."""
    modes: tuple[Mode, ...] = get_args(Mode)
    for known in modes:
        if mode == known:
            return known
    names = ", ".join(modes)
    raise AssistantError(f"There is no mode {_short(mode)}.", f"Give `mode` as one of: {names}.")


def identifier(name: object) -> str:
    """The id of a passage. Raises :class:`AssistantError`."""
    if not isinstance(name, str) or not name.strip():
        raise AssistantError(
            "No passage is named.", "Give `passage_id` as `ask` and `search` name it."
        )
    return name


# What each call takes, in order, each argument with its check.
ARGUMENTS: dict[str, dict[str, Callable[[object], object]]] = {
    "ask": {"question": asked},
    "search": {"question": asked, "k": number, "mode": known_mode},
    "show": {"passage_id": identifier},
}
REQUIRED = ("question", "passage_id")


def check(call: str, body: bytes, *, named: bool) -> None:
    """Raises :class:`AssistantError` where a body does not hold the arguments of a call.

    They stand by their names, or all of them in order in ``data``.
    """
    takes = ARGUMENTS[call]
    names = ", ".join(takes)
    form = f"a JSON object with {names}" if named else f'{{"data": [{names}]}}'
    hint = f"Send {form}."
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError):
        raise AssistantError("The body is not JSON.", hint) from None
    given: Any = content if named else isinstance(content, dict) and content.get("data")
    if not named and isinstance(given, list) and len(given) == len(takes):
        given = dict(zip(takes, given, strict=True))
    if not isinstance(given, dict):
        raise AssistantError(f"These are not the arguments of {call}.", hint)
    if unknown := given.keys() - takes.keys():
        raise AssistantError(f"{call} has no argument {_short(min(unknown))}.", hint)
    for name, checked in takes.items():
        if name in given or name in REQUIRED:
            checked(given.get(name))


class Arguments:
    """Middleware that refuses calls whose arguments cannot be used."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or say what its arguments lack."""
        call = _CALL.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if call is None or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        try:
            body, again = await read_ahead(scope, receive)
            check(call[2], body, named=call[1] == "call/v2")
        except ClientDisconnect:
            return
        except AssistantError as error:
            await JSONResponse(contract.error(error), 400)(scope, receive, send)
            return
        await self.app(scope, again, send)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:60]}…"

"""What the reader and its parser process say to each other: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from assistant.errors import LoadError
from assistant.types import Extracted, Page, TocEntry


def line(message: dict[str, Any]) -> bytes:
    """One message as an ASCII line with its line end."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def success(extracted: Extracted) -> dict[str, Any]:
    """The reply that carries a document."""
    return {"extracted": asdict(extracted)}


def failure(error: LoadError) -> dict[str, Any]:
    """The reply that carries the reason why there is none."""
    return {"error": {"message": error.message, "hint": error.hint}}


def content(reply: dict[str, Any]) -> dict[str, Any]:
    """The reply itself; raises its :class:`LoadError` where it carries one."""
    if "error" in reply:
        raise LoadError(reply["error"]["message"], reply["error"]["hint"])
    return reply


def result(reply: dict[str, Any]) -> Extracted:
    """The document of a reply; raises its :class:`LoadError` where it carries one."""
    fields = content(reply)["extracted"]
    return Extracted(
        text=fields["text"],
        title=fields["title"],
        pages=tuple(Page(**page) for page in fields["pages"]),
        toc=tuple(TocEntry(**entry) for entry in fields["toc"]),
        warnings=tuple(fields["warnings"]),
    )

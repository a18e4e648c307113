"""What the reader and its parser process say to each other: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from assistant.errors import LoadError
from assistant.types import Block, Extracted, Page, Section, TocEntry

Outline = tuple[Section, ...]


def line(message: dict[str, Any]) -> bytes:
    """One message as an ASCII line with its line end."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def success(extracted: Extracted, outline: Outline | None = None) -> dict[str, Any]:
    """The reply that carries a document, and its outline where that is wanted."""
    reply: dict[str, Any] = {"extracted": asdict(extracted)}
    if outline is not None:
        reply["outline"] = [_fields(section) for section in outline]
    return reply


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


def outline(reply: dict[str, Any]) -> Outline:
    """The outline of a reply that carries one."""
    return tuple(_section(*fields) for fields in content(reply)["outline"])


def _fields(section: Section) -> list[Any]:
    blocks = [[b.kind, b.start, b.end, b.level, b.header] for b in section.blocks]
    pages = section.page_start, section.page_end
    return [section.heading, section.chapter, blocks, *pages, section.references]


def _section(
    heading: list[str],
    chapter: int,
    blocks: list[list[Any]],
    first: int | None,
    last: int | None,
    references: list[str],
) -> Section:
    found = tuple(
        Block(kind, start, end, level, tuple(header) if header else None)
        for kind, start, end, level, header in blocks
    )
    return Section(tuple(heading), chapter, found, first, last, tuple(references))

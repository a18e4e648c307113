"""Short ways to write down what the outline of a text should be."""

from __future__ import annotations

from assistant.outline import CONTENT, parse
from assistant.types import Block, Document, Extracted, Section


def headings(text: str) -> list[str]:
    """The heading path of each section, its parts between ``/``."""
    return ["/".join(section.heading) for section in parse(Extracted(text))]


def blocks(text: str) -> list[tuple[str, str]]:
    """Kind and words of every block of the text, in order."""
    return [(b.kind, text[b.start : b.end]) for s in parse(Extracted(text)) for b in s.blocks]


def contents_of(text: str, section: Section) -> list[str]:
    """The words of a section's content."""
    return [text[b.start : b.end] for b in section.blocks if b.kind in CONTENT]


def tables(text: str) -> list[list[Block]]:
    """The tables of a text as runs of rows, the header first where there is one."""
    found: list[list[Block]] = []
    last = -2
    for section in parse(Extracted(text)):
        for block in section.blocks:
            if block.kind == "row":
                if text[last : block.start].strip(" ") != "\n":
                    found.append([])
                found[-1].append(block)
                last = block.end
    return found


def document(text: str) -> Document:
    """The text as a document with its outline."""
    return Document("d", "a.txt", "A", "", text, (), parse(Extracted(text)))

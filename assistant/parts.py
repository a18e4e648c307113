"""The parts of a question that asks for several things."""

from __future__ import annotations

import re

from assistant.chat import Turn, resolve

# Behind a question mark, and before a second question word that "and" adds.
_BORDER = re.compile(
    r"(?<=\?)\s+(?=\w.*\?)"
    r"|,?\s+and\s+(?=(?:what|how|why|when|where|which|who|whose)\b)",
    re.IGNORECASE | re.DOTALL,
)
_ASKS = re.compile(
    r"\b(?:what|how|why|when|where|which|who|whose|is|are|does|do|can|explain|describe)\b",
    re.IGNORECASE,
)


def parts(question: str) -> list[tuple[str, str]]:
    """The questions in a question, in order: as it was asked, and as it stands alone.

    A question that asks for one thing is its only part.

    >>> parts("What is Glue, and what does it cost?")
    [('What is Glue', 'What is Glue'), ('what does it cost?', 'what does Glue cost?')]
    >>> parts("We have logs and files. Which store fits?")[0][0]
    'We have logs and files. Which store fits?'
    """
    pieces = _BORDER.split(question)
    if not all(map(_ASKS.search, pieces)):
        return [(question, question)]
    found: list[tuple[str, str]] = []
    for piece in pieces:
        found.append((piece, resolve(piece, [Turn(before, "") for _, before in found])))
    return found

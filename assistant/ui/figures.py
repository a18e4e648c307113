"""The figures of an answer to a question that asks for one: the eye should find them first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.confidence import ASKS_FIGURE, FIGURE

# A number with its sign, its parts and what it is counted in: $1,000.50, 10-20 %, 15 minutes, 4x.
_WHOLE = re.compile(
    r"[$€£]?\d[\d.,:/–-]*(?<=\d)\+?(?:\s?%|[A-Za-z]{1,3}\b)?"
    r"(?:[ -](?:(?:hundred|thousand|million|billion|trillion|percent|seconds?|minutes?|hours?|days?"
    r"|weeks?|months?|years?|[KMGTP]i?B)\b))*",
    re.IGNORECASE,
)


def figures(question: str, text: str) -> Iterator[tuple[int, int]]:
    """The spans of the figures in ``text``; none where the question asks for no figure.

    >>> text = "It takes 10 to 15 minutes (see S3)."
    >>> [text[start:end] for start, end in figures("How long does it take?", text)]
    ['10', '15 minutes']
    >>> list(figures("What is it?", text))
    []
    """
    if not ASKS_FIGURE.search(question):
        return
    end = 0
    for found in FIGURE.finditer(text):
        if found.start() < end or found.group().casefold() == "one":  # "one" is mostly no figure
            continue
        signed = found.start() - (text[found.start() - 1 : found.start()] in ("$", "€", "£"))
        whole = _WHOLE.match(text, signed) or found
        end = whole.end()
        yield whole.start(), end

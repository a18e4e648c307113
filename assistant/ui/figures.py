"""The figures of an answer to a question that asks for one: the eye should find them first."""

from __future__ import annotations

import re
from collections.abc import Iterator

# Questions that a figure answers, and what a figure looks like. The kind of answer that a question
# expects is an old signal of question answering (Li and Roth, "Learning Question Classifiers",
# 2002); of its kinds this is the one that can be seen in a text without a model.
_ASKS = re.compile(
    r"\bhow (?:many|much|long|large|big|often|fast|old|far|high|low|soon)\b"
    r"|\b(?:percent\w*|price|fee|year|date|(?:what|which) number)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"(?<![\w-])\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million"
    r"|billion|trillion|single|double|half|twice|unlimited|seconds?|minutes?|hours?|days?)\b",
    re.IGNORECASE,
)
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
    if not _ASKS.search(question):
        return
    end = 0
    for found in _FIGURE.finditer(text):
        if found.start() < end or found.group().casefold() == "one":  # "one" is mostly no figure
            continue
        signed = found.start() - (text[found.start() - 1 : found.start()] in ("$", "€", "£"))
        whole = _WHOLE.match(text, signed) or found
        end = whole.end()
        yield whole.start(), end

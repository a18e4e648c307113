"""Sentence boundaries by punctuation, for any script that has sentence-final marks."""

from __future__ import annotations

import re

# A mark that ends a sentence, closing quotes and brackets, then white space; or one of the marks of
# scripts that write without spaces.
_END = re.compile(r"[.!?…]+[\"'”’)\]*]*(?=\s)|[。！？｡]+[”’」』）]*|[؟۔।]+(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|fig|eq|no|vol|pp?|approx|incl|dr|mr|mrs|ms|prof|st|inc|ltd|z\.B"
    r"|d\.h|bzw|usw|u\.a)|\b[A-Z]|^\s*\(?\d{1,3})\.$",
    re.IGNORECASE,
)
_OPENS = re.compile(r"[\s\"'“‘(\[*]*[^\sa-z]")


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences in ``text[start:end]``, in order, without white space around them.

    A full stop after an abbreviation, an initial, or a list number ends nothing, nor does one
    before a lower-case word. Together the spans hold every character but white space.

    >>> text = "It works, e.g. here. It does!"
    >>> [text[start:end] for start, end in sentences(text, 0, len(text))]
    ['It works, e.g. here.', 'It does!']
    """
    spans = []
    begin = start
    for mark in _END.finditer(text, start, end):
        if mark.group()[0] == "." and (
            _ABBREVIATION.search(text[max(begin, mark.start() - 12) : mark.start() + 1])
            or not _OPENS.match(text, mark.end(), end)
        ):
            continue
        spans.append((begin, mark.end()))
        begin = mark.end()
    spans.append((begin, end))
    return [span for a, b in spans if (span := _trim(text, a, b))]


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    inner = text[start:end]
    left = start + len(inner) - len(inner.lstrip())
    right = start + len(inner.rstrip())
    return (left, right) if left < right else None

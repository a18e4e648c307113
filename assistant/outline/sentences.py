"""Sentence boundaries by punctuation, for any script that has sentence-final marks."""

from __future__ import annotations

import re
from itertools import pairwise

from assistant.outline.lines import FENCE
from assistant.outline.markup import LABELLED

# A mark that ends a sentence, closing quotes and brackets, then white space; or one of the marks of
# scripts that write without spaces; or the end of a line. The dots of what was left out may stand
# apart (``. . .``), and the source of a sentence behind it (``[Smith, p. 3]``) belongs to it.
_END = re.compile(
    r"(?<![.!?…])[.!?…]+(?: \.)*(?:\\?[\"'”’)\]*])*"
    r"(?: \[[^\[\]\n]{0,200}\d[^\[\]\n]{0,20}\])?(?=\s)"
    r"|[。！？｡]+[”’」』）]*|[؟۔।]+(?=\s|$)|\n"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|fig|eq|no|vol|pp?|approx|incl|op|cit|ibid|eds?|dr|mr|mrs|ms"
    r"|prof|st|inc|ltd|z\.B|d\.h|bzw|usw|u\.a|ca|abb|nr)|\b[A-Z]|^\s*\(?\d{1,3})\\?\.$",
    re.IGNORECASE,
)
# A line that is nothing but a term, which the line below explains.
_TERM = re.compile(r"\s*(?:`[^`\n]+`|\*\*[^*\n]+\*\*)\s*\\?")
# No lower-case word, which may be quoted, but for a letter that counts: ``(b)``.
_OPENS = re.compile(r"[\s\"'“‘(\[*]*[^\sa-z\"'“‘(\[]|\s*\([a-z]\)\s")


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    r"""Spans of the sentences in ``text[start:end]``, in order, without white space around them.

    A full stop after an abbreviation, an initial, or a list number ends nothing, nor does one
    before a lower-case word, unless all is in lower case. Lines of verse, code, or a glossary are
    sentences of their own; a line that only names what the next explains belongs to that. Together
    the spans hold every character but white space.

    >>> text = "It works, e.g. here. It does!"
    >>> [text[start:end] for start, end in sentences(text, 0, len(text))]
    ['It works, e.g. here.', 'It does!']
    >>> text = "`failed`  \nIt could not be set up."
    >>> sentences(text, 0, len(text)) == [(0, len(text))]
    True
    """
    inside = text[start:end]
    lower, lined = inside == inside.lower(), has_own_lines(inside)
    spans = []
    begin = start
    for mark in _END.finditer(text, start, end):
        sign = mark.group()[0]
        if sign == "\n":
            if not lined or _TERM.fullmatch(text, begin, mark.start()):
                continue
        elif sign == "." and not (lower and text[mark.start() - 1 : mark.start()].isspace()):
            before = text[max(begin, mark.start() - 12) : mark.start() + 1]
            if _ABBREVIATION.search(before) or not (lower or _OPENS.match(text, mark.end(), end)):
                continue
        spans.append((begin, mark.end()))
        begin = mark.end()
    spans.append((begin, end))
    return [span for a, b in spans if (span := _trim(text, a, b))]


def has_own_lines(text: str) -> bool:
    r"""Whether the line ends of a text were meant, and are not where a page happened to be full.

    They were in code, where every line begins with a label, and where at most breaks the first word
    of the next line would have fitted on the line above and does not go on in lower case.

    >>> has_own_lines("Tyger Tyger,\nBurning bright,\nIn the forests of the night.")
    True
    >>> has_own_lines("Full lines end where no\nother word would fit on\nthem.")
    False
    """
    if FENCE.match(text):
        return True
    lines = [line for raw in text.split("\n") if (line := raw.strip(" \t>").strip())]
    if len(lines) > 1 and all(LABELLED.match(line) for line in lines):
        return True
    width = max(map(len, lines), default=0)
    meant = sum(
        len(line) + 1 + len(below.split(None, 1)[0]) <= width and not below[0].islower()
        for line, below in pairwise(lines)
    )
    return 2 * meant >= len(lines) > 1


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    inner = text[start:end]
    left = start + len(inner) - len(inner.lstrip())
    right = start + len(inner.rstrip())
    return (left, right) if left < right else None

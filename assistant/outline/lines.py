"""Lines of text and what each one looks like by itself: the vocabulary of the outline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.outline.markup import BULLET, LINK, NUMBERED, TAG

FENCE = re.compile(r"```|~~~")
ADDRESS = re.compile(r"<?https?://\S+?>?\.?")
REFERENCE_LABEL = re.compile(
    r"\W*(?:references?|sources?|further reading|see also|links?|bibliography)\W*", re.IGNORECASE
)
QUOTED_LABEL = re.compile(r">\s*\*\*[^*]+\*\*")
TABLE_RULE = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?")
SECTION_NUMBER = re.compile(r"(?:\d{1,3}\.)*\d{1,3}\.?\s+(?=\S)")
# Longer lines are text or table rows and nothing else.
LONGEST_LINE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``text`` is it without outer white space, which ``start`` and ``end`` bound.

    A line with tabs behind its first word keeps the outer ones too: they are empty table cells.
    ``indent`` counts the white-space characters before the text (a tab as four).
    """

    start: int
    end: int
    text: str
    indent: int


def split_lines(text: str) -> Iterator[Line]:
    """Yield every line of ``text``, blank ones with an empty ``text``.

    >>> [(line.start, line.end, line.text, line.indent) for line in split_lines("a\\n - b \\n")]
    [(0, 1, 'a', 0), (3, 6, '- b', 1), (8, 8, '', 0)]
    """
    position = 0
    for raw in text.split("\n"):
        stripped = raw.strip()
        if stripped and "\t" in raw.lstrip():
            stripped = raw.strip(" \r\f\v")
        lead = raw.index(stripped) if stripped else 0
        start = position + lead
        yield Line(start, start + len(stripped), stripped, len(raw[:lead].expandtabs(4)))
        position += len(raw) + 1


def is_noise(text: str) -> bool:
    """Whether a line says nothing: lone symbols, or what a screenshot's buttons leave behind.

    >>> [is_noise(line) for line in ("|", "[Train](#)", "<a name='x'></a>", "F1")]
    [True, True, True, False]
    """
    if not any(character.isalnum() for character in TAG.sub("", text)):
        return True
    if len(text) > LONGEST_LINE:
        return False
    if QUOTED_LABEL.fullmatch(text):
        return True
    links = LINK.findall(text)
    return bool(links) and not LINK.sub("", text).strip() and all(t in ("", "#") for _, t in links)


def address_of(text: str) -> str | None:
    """The web address that a line consists of, or ``None``.

    >>> address_of("<https://example.com/a>")
    'https://example.com/a'
    """
    if len(text) > LONGEST_LINE:
        return None
    link = LINK.fullmatch(text)
    target = link.group(2) if link else text
    return target.strip("<>.").rstrip(">") if ADDRESS.fullmatch(target) else None


def is_item(text: str) -> bool:
    """Whether a line begins a bullet or a numbered point."""
    return bool(BULLET.match(text) or NUMBERED.match(text))


def is_row(text: str) -> bool:
    """Whether a line can be a table row: cells between tabs, or between pipes at both ends.

    >>> [is_row(line) for line in ("a\\tb", "| a | b |", "1.\\tA numbered point")]
    [True, True, False]
    """
    if "\t" in text:
        return text.count("\t") > 1 or not is_item(text)
    return len(text) > 2 and text[0] == text[-1] == "|"


def squeeze(text: str) -> str:
    """Only the letters and digits, case folded, without a leading section number: for matching.

    >>> squeeze("1.2 Pre-trained Models") == squeeze("pretrained models")
    True
    """
    return "".join(c for c in SECTION_NUMBER.sub("", text, count=1) if c.isalnum()).casefold()

"""Lines of text and what each one looks like by itself: the vocabulary of the outline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
NUMBERED = re.compile(r"\(?\d{1,3}(?:\.\d{1,3})*[.)]\s+(?=\S)")
SECTION_NUMBER = re.compile(r"(?:\d{1,3}\.)*\d{1,3}\.?\s+(?=\S)")
BULLET = re.compile(r"(?:[-*+•‣⁃◦▪●○■–—]|[a-z]\))\s+(?=\S)")
ARROW = re.compile(r"[→➔➙➜➝➞➡⇒►▶»]\s*(?=\S)")
FENCE = re.compile(r"(?:```|~~~)")
ADDRESS = re.compile(r"<?https?://\S+?>?\.?")
LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")
REFERENCE_LABEL = re.compile(
    r"\W*(?:references?|sources?|further reading|see also|links?|bibliography)\W*", re.IGNORECASE
)
QUOTED_LABEL = re.compile(r">\s*\*\*[^*]+\*\*")
MARKUP = re.compile(
    r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|`+|<https?://[^>\s]*>|</?[a-zA-Z][^<>]{0,200}>"
    r"|(?m:^\s*(?:[-*+•‣⁃◦▪●○■–—]|\#{1,6}|>)\s)|(?m:^\s*[→➔➙➜➝➞➡⇒►▶»])"
    r"|!?\[(?=[^\]]*\]\()|(?<=\w)\]\([^)\s]*\)"
)
TABLE_RULE = re.compile(r"\|?(?:\s*:?-{2,}:?\s*\|)+\s*(?::?-{2,}:?)?\s*")


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

    >>> [is_noise(line) for line in ("|", "[Train](#)", "> **Security Settings**", "F1")]
    [True, True, True, False]
    """
    if not any(character.isalnum() for character in text):
        return True
    if QUOTED_LABEL.fullmatch(text):
        return True
    links = LINK.findall(text)
    return bool(links) and not LINK.sub("", text).strip() and all(t in ("", "#") for _, t in links)


def address_of(text: str) -> str | None:
    """The web address that a line consists of, or ``None``.

    >>> address_of("<https://example.com/a>")
    'https://example.com/a'
    """
    link = LINK.fullmatch(text)
    target = link.group(2) if link else text
    return target.strip("<>.").rstrip(">") if ADDRESS.fullmatch(target) else None


def is_row(text: str) -> bool:
    """Whether a line can be a table row: cells between tabs, or between pipes at both ends."""
    return "\t" in text or (len(text) > 2 and text[0] == text[-1] == "|")


def cells(row: str) -> list[str]:
    """The cells of a table row, outer white space and HTML mark-up removed.

    >>> cells("| a | b |"), cells("\\t<i>x</i>")
    (['a', 'b'], ['', 'x'])
    """
    parts = row.strip().strip("|").split("|") if row.strip().startswith("|") else row.split("\t")
    return [" ".join(re.sub(r"</?[a-zA-Z][^>]*>", " ", part).split()) for part in parts]


def title_of(text: str) -> str:
    """A heading's words: without its marks, number, emphasis and closing colon.

    >>> title_of("4. Hyperband:"), title_of("➡ **What?**"), title_of("## 2.1 Loss")
    ('Hyperband', 'What?', '2.1 Loss')
    """
    bare = MARKDOWN_HEADING.sub("", text, count=1) if MARKDOWN_HEADING.match(text) else text
    for mark in (ARROW, NUMBERED, BULLET):
        found = mark.match(bare)
        if found and not (mark is NUMBERED and "." in found.group().rstrip(". )")):
            bare = bare[found.end() :]
    bare = LINK.sub(r"\1", bare).replace("**", "").replace("`", "").rstrip("#")
    return " ".join(re.sub(r"\s*:-?\s*$", "", bare.strip(" *_")).split())


def squeeze(text: str) -> str:
    """Only the letters and digits, case folded, without a leading section number: for matching.

    >>> squeeze("1.2 Pre-trained Models") == squeeze("pretrained models")
    True
    """
    return "".join(c for c in SECTION_NUMBER.sub("", text, count=1) if c.isalnum()).casefold()


def blank_markup(text: str) -> str:
    """The text with its mark-up turned into spaces; every other character stays at its offset.

    Blanked are emphasis, back quotes, bullets, heading marks, HTML tags, and the targets of links.
    What remains is what the encoder and the keyword index read.

    >>> blank_markup("- **AUC:** see [here](#)")
    '    AUC:   see  here    '
    """
    return MARKUP.sub(lambda found: " " * len(found.group()), text)

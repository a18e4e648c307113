"""Mark-up inside a line: what is left of it for reading, for titles and for table cells."""

from __future__ import annotations

import re

MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
NUMBERED = re.compile(r"\(?\d{1,3}(?:\.\d{1,3})*[.)]\s+(?=\S)")
BULLET = re.compile(r"(?:[-*+•‣⁃◦▪●○■–—]|\(?[A-Za-z]\)|\([ivx]{2,5}\)|o(?=\s\s|\t))\s+(?=\S)")
ARROW = re.compile(r"[→➔➙➜➝➞➡⇒►▶»]\s*(?=\S)")
LABELLED = re.compile(r"\**(?!\*)([^\s:：]+(?: [^\s:：]+){0,3})[:：]\**\s*\S")
LINK = re.compile(r"!?\[((?:[^\[\]\\]|\\.){0,300})\]\(([^()\s]{0,1000})\)")
TAG = re.compile(r"<!--[^<>]{0,500}-->|</?[a-zA-Z][^<>]{0,200}>")
# A line of one sign: a rule, or what underlines a heading.
RULE = re.compile(r"([=\-~^*_#+])\1{2,}")
_ESCAPE = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_PIPE = re.compile(r"(?<!\\)\|")
# Every quantifier is bounded or stops at the sign that could start the next match: a text made of
# nothing but brackets is still read in linear time.
MARKUP = re.compile(
    r"(?m:^[^\S\n]*(?:[=\-~^*_#+])(?:={2,}|-{2,}|~{2,}|\^{2,}|\*{2,}|_{2,}|\#{2,}|\+{2,})[^\S\n]*$)"
    r"|\*{1,3}(?=\S)|(?<=\S)\*{1,3}|`+|<https?://[^<>\s]{0,1000}>"
    rf"|{TAG.pattern}|{_ESCAPE.pattern}"
    r"|(?m:^[^\S\n]*(?:[-*+•‣⁃◦▪●○■–—]|\#{1,6}|>)\s)|(?m:^[^\S\n]*[→➔➙➜➝➞➡⇒►▶»])"
    r"|!?\[(?=(?:[^\[\]\\]|\\.|\[[^\[\]]{0,100}\]){0,300}\]\()"
    r"|\]\((?=\)|[^()\[\]\s]{0,1000}[./#:%])[^()\s]{0,1000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?\)"
    r"|(?m:^)\||(?<=\s)(?:\||:?-{3,}:?)(?=\s)|\|(?m:$)"
)


def blank_markup(text: str) -> str:
    """The text with its mark-up turned into spaces; every other character stays at its offset.

    Blanked are emphasis, back quotes, bullets, heading marks, rules, HTML tags, the targets of
    links, the bars of a table and backslashes before punctuation. What remains is what the encoder
    and the keyword index read.

    >>> blank_markup("- **AUC:** see [here](#)")
    '    AUC:   see  here    '
    """
    return MARKUP.sub(lambda found: " " * len(found.group()), text)


def link_density(text: str) -> float:
    """The share, 0…1, of a text's visible characters that are the text of a link.

    It tells what points elsewhere from what says something (Kohlschütter et al., "Boilerplate
    Detection using Shallow Text Features", WSDM 2010).

    >>> link_density("- [Limits](#limits)"), link_density("See [a](#) or [bb](#)")
    (1.0, 0.375)
    """
    if "](" not in text:
        return 0.0
    visible = len(re.sub(r"\s+", "", blank_markup(text)))
    named = "".join(words for words, _ in LINK.findall(text))
    linked = len(re.sub(r"\s+", "", blank_markup(named)))
    return min(linked / visible, 1.0) if visible else 0.0


def title_of(text: str) -> str:
    r"""A heading's words: without its marks, number, emphasis, HTML tags and closing colon.

    >>> title_of("4. Hyperband:"), title_of("➡ **What?**"), title_of("## 2.1 Loss\\-free ##")
    ('Hyperband', 'What?', '2.1 Loss-free')
    """
    bare = TAG.sub("", text.split("\n", 1)[0])
    if MARKDOWN_HEADING.match(bare):
        bare = re.sub(r"\s#+\s*$", "", MARKDOWN_HEADING.sub("", bare, count=1))
    for mark in (ARROW, NUMBERED, BULLET):
        found = mark.match(bare)
        if found and not (mark is NUMBERED and "." in found.group().rstrip(". )")):
            bare = bare[found.end() :]
    bare = _ESCAPE.sub("", LINK.sub(r"\1", bare)).replace("**", "").replace("`", "")
    return " ".join(re.sub(r"\s*:-?\s*$", "", bare.strip(" *_")).split())


def cells(row: str) -> list[str]:
    """The cells of a table row, outer white space and HTML mark-up removed.

    Cells stand between tabs, or between bars where the row has no tab.

    >>> cells("| a | b |"), cells("\\t<i>x</i>"), cells("a | b")
    (['a', 'b'], ['', 'x'], ['a', 'b'])
    """
    bare = row.strip()
    if bare.startswith("|") or ("\t" not in row and "|" in row):
        parts = _PIPE.split(bare.removeprefix("|").removesuffix("|"))
    else:
        parts = row.split("\t")
    return [" ".join(TAG.sub(" ", part).split()) for part in parts]

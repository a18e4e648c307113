"""Acronyms and their long forms, as the documents define them: "random cut forest (RCF)".

After Schwartz and Hearst, "A Simple Algorithm for Identifying Abbreviation Definitions in
Biomedical Text" (PSB 2003). The product does not add long forms to a question; this measures what
it would be worth.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from assistant.outline import blank_markup
from assistant.types import Passage

FEWEST_CAPITALS = 2
_IN_BRACKETS = re.compile(r"\(([A-Z][\w&/-]{1,9}?)s?\)")


def definitions(passages: Iterable[Passage]) -> dict[str, str]:
    """The long form of each acronym that a passage defines; the first definition counts."""
    found: dict[str, str] = {}
    for passage in passages:
        for match in _IN_BRACKETS.finditer(passage.text):
            short = match.group(1)
            line = blank_markup(passage.text[: match.start()].rpartition("\n")[2])
            long = long_form(short, line)
            if long and sum(map(str.isupper, short)) >= FEWEST_CAPITALS:
                found.setdefault(short, long)
    return found


def long_form(short: str, before: str) -> str:
    """The words at the end of ``before`` that have the letters of ``short`` in their order.

    The first letter begins a word. Empty where there are no such words among the last few.

    >>> long_form("RCF", "anomalies are found by random cut forest")
    'random cut forest'
    """
    letters = [letter for letter in short.casefold() if letter.isalnum()]
    near = " ".join(before.split()[-min(len(letters) + 5, 2 * len(letters)) :])
    folded = near.casefold()
    at = len(folded)
    for place in range(len(letters) - 1, -1, -1):
        at = folded.rfind(letters[place], 0, at)
        while at > 0 and place == 0 and folded[at - 1].isalnum():
            at = folded.rfind(letters[place], 0, at)
        if at < 0:
            return ""
    return near[near.rfind(" ", 0, at + 1) + 1 :]


def spelled_out(question: str, defined: Mapping[str, str]) -> str:
    """The question, followed by the long forms of its acronyms that it does not spell out itself.

    >>> spelled_out("What does RCF find?", {"RCF": "random cut forest"})
    'What does RCF find? random cut forest'
    """
    words = {word.removesuffix("s") for word in re.findall(r"[\w&/-]+", question)}
    missing = [
        long
        for short, long in defined.items()
        if short in words and long.casefold() not in question.casefold()
    ]
    return " ".join([question, *missing])

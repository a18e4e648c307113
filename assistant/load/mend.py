"""Repairs of what a PDF broke: words at line ends, and letters drawn several times for bold."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import groupby

_WIDE = "\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
# Runs of letters of one kind: Chinese, Japanese and Korean, or all others.
_RUNS = re.compile(f"[{_WIDE}]+|(?:(?![{_WIDE}])[^\\W\\d_])+")
_IS_WIDE = re.compile(f"[{_WIDE}]")

_COMPOUND = re.compile(r"\w+(?:[-\u2010\u2011]\w+)+")
_WORD_END = re.compile(r"[^\W\d_]+[-\u2010]$")
_LAST_WORD = re.compile(r"\w+(?:[-\u2010\u2011]\w+)*[-\u2010\u2011]$")
_FIRST_WORD = re.compile(r"\w+")
# A line that ends inside a word, a number or an address, and the first word of the next.
_BROKEN = re.compile(r"(\S+[-\u2010\u2013/@_=&])\n(?!- )(\w\S*) ?")
# "Vor- und Nachteile": the hyphen stands for a part of the word that comes later.
_SUSPENDED = frozenset(
    {"and", "or", "to", "und", "oder", "bis", "bzw", "sowie", "et", "ou", "y", "e", "en"}
)


def mend_line_ends(text: str, compounds: frozenset[str] = frozenset()) -> str:
    """Put words that are broken at a line end together, on the line on which they begin.

    A hyphen between lower-case letters goes (``inter-`` / ``national`` becomes
    ``international``), but stays where ``compounds`` has the hyphenated word, where a capital or a
    digit follows, where the first part is one letter (``t-`` / ``test``) or has a hyphen already.
    A dash between figures and a break inside an address are closed up.
    """
    previous = ""
    while previous != text:
        previous = text
        text = _BROKEN.sub(lambda match: _join(match[0], match[1], match[2], compounds), text)
    return text


def compounds_of(texts: Sequence[str]) -> frozenset[str]:
    """All hyphenated words, in lower case, that stand whole on a line of the texts."""
    return frozenset(
        match[0].casefold().replace("\u2010", "-").replace("\u2011", "-")
        for text in texts
        for match in _COMPOUND.finditer(text)
    )


def _join(whole: str, left: str, right: str, compounds: frozenset[str]) -> str:
    end = left[-1]
    blank_after = whole.endswith(" ")
    joined = left + right
    if end in "-\u2010":
        word, rest = _LAST_WORD.search(left), _FIRST_WORD.match(right)
        if word is None or rest is None or rest[0].casefold() in _SUSPENDED:
            return whole
        compound = (word[0] + rest[0]).casefold().replace("\u2010", "-")
        first = word[0][:-1]
        broken_word = (
            _WORD_END.search(word[0]) is not None
            and first.isalpha()
            and len(first) > 1
            and rest[0][0].islower()
            and "://" not in left
        )
        if broken_word and compound not in compounds:
            joined = left[:-1] + right
    elif end == "\u2013":
        if not left[-2].isalnum():
            return whole
    elif "://" not in left and not (end in "@/" and ("@" in left or left.endswith("://"))):
        return whole
    return joined + ("\n" if blank_after else "")


def mend_bold(texts: Sequence[str]) -> list[str]:
    """Undo fake bold, in which every letter of a run is drawn two or more times.

    A run is mended where each letter clearly stands the same number of times: at least two
    different letters three times each, or four letters twice each. A single wide letter that
    stands three times is mended where three such runs show that this is how the document does it.

        >>> mend_bold(["标标标题题题", "www and Mississippi"])
        ['标题', 'www and Mississippi']
    """
    clear = [n for text in texts for run in _RUNS.findall(text) if (n := _times(run)) > 1]
    habit = max(set(clear), key=clear.count) if len(clear) >= 3 else 0

    def mend(match: re.Match[str]) -> str:
        run = match[0]
        times = _times(run)
        if times == 1 and habit >= 3 and len(run) == habit and len(set(run)) == 1:
            times = habit if _IS_WIDE.match(run) else 1
        return run[::times]

    return [_RUNS.sub(mend, text) for text in texts]


def _times(run: str) -> int:
    """How many times each letter of a run clearly stands in a row, or 1."""
    groups = [len(list(group)) for _, group in groupby(run)]
    times = math.gcd(*groups)
    letters = len(run) // times
    clear = (times >= 3 and len(groups) >= 2) or (times == 2 and letters >= 4)
    return times if clear else 1

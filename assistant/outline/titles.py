"""Whether one plain line reads like a heading, judged by its words, capitals and marks."""

from __future__ import annotations

import re
import unicodedata

MAX_WORDS = 12
MAX_CHARACTERS = 100
_WORD = re.compile(r"[^\W\d_]{2,}")
_NUMBER = re.compile(r"^\d[\d.]*\s")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_UNFINISHED = re.compile(r"[.!;,。！；，、؛،۔।\-–]$|:-|https?:|\t")
_INNER_MARK = re.compile(r"[.!?]\s|[:：]\s*\S")


def is_title(line: str) -> bool:
    """Whether one line reads like a heading.

    >>> [is_title(t) for t in ("Key Features:", "Neural networks consist of:", "It ends.")]
    [True, False, False]
    >>> [is_title(t) for t in ("Bayes' rule", "P(A|B) = P(B|A) P(A)", "2.1 定义")]
    [True, False, True]
    """
    bare = line.replace("**", "").strip(" *_")
    if not reads_as_words(bare) or not _opens(bare[0]) or _UNFINISHED.search(bare):
        return False
    words = bare.rstrip(":：").split()
    # Sentences that lead into a list end in a colon too, and definitions have one behind the term;
    # but only titles capitalise their words.
    long = [word for word in words if len(word) > 3]
    capitals = sum(not word[0].islower() for word in long) / max(len(long), 1)
    if bare.lower() == bare.upper():
        capitals = 0  # a script without capitals, which says nothing either way
    if _INNER_MARK.search(bare.rstrip(":：")):
        return capitals >= 0.8
    return capitals >= 0.5 or bare[-1] not in ":：" or _count_words(bare) <= 3


def reads_as_words(line: str) -> bool:
    """Whether a line has the length of a heading and is made of words, not of a formula or figures.

    >>> [reads_as_words(t) for t in ("Part 2", "x1 → 0", "λ2x", "−1 0 1", "AI")]
    [True, False, False, False, True]
    """
    if len(line) > MAX_CHARACTERS:
        return False
    if not 0 < _count_words(line) <= MAX_WORDS:
        return False
    if any(unicodedata.category(c) == "Sm" and c not in "+|~" for c in line):
        return False
    words, unspaced = _WORD.findall(line), len(_UNSPACED.findall(line))
    if not unspaced and not any(len(word) > 2 or word.isupper() for word in words):
        return False
    line = _NUMBER.sub("", line.replace("*", ""))
    letters = max(sum(map(len, words)), unspaced)
    return 2 * letters > sum(not character.isspace() for character in line)


def _count_words(line: str) -> float:
    """How many words a line has; in scripts without spaces, two characters count as one."""
    return len(line.split()) + len(_UNSPACED.findall(line)) / 2


def _opens(first: str) -> bool:
    if first.isascii():
        return first.isupper() or first.isdigit()
    return not first.islower()

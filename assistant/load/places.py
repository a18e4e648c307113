"""Where a quote stands among the letters of a page, as another program reads that page.

What is quoted has been mended: lines are joined, hyphens and bullets are not what the file has.
Letters and digits are the same in both, so only they are compared.
"""

from __future__ import annotations

import unicodedata

Span = tuple[int, int]

# A line with fewer letters may stand anywhere, so by itself it is no proof of a place.
FEWEST = 8


def fold(text: str) -> str:
    """The letters and digits of a text, without their case, accents and ligatures.

    >>> fold("The ﬁrst co-\\noperation: 2²")
    'thefirstcooperation22'
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(str.isalnum, folded))


def places(letters: str, quote: str, before: str = "") -> list[Span]:
    """The spans of ``letters``, which are folded, that a quote covers; none where it is not there.

    ``before`` is the text of the page in front of the quote. A quote that does not stand there in
    one piece, as in a table that was read in another order, is looked for line by line.

    >>> places("oneandtwoandone", "One", "one and two and")
    [(12, 15)]
    >>> places("firstlinehere12secondlinehere", "First line here\\nSecond line here")
    [(0, 13), (15, 29)]
    """
    whole = fold(quote)
    if not whole:
        return []
    nth = fold(before).count(whole)
    at = _nth(letters, whole, nth)
    if at >= 0:
        return [(at, at + len(whole))]
    found: list[Span] = []
    for line in filter(None, map(fold, quote.splitlines())):
        last = found[-1][1] if found else 0
        start = letters.find(line, last)
        if start < 0:
            start = letters.find(line)
        near = bool(found) and 0 <= start - last < FEWEST
        if start >= 0 and (len(line) >= FEWEST or near):
            found.append((start, start + len(line)))
    return found


def _nth(letters: str, wanted: str, nth: int) -> int:
    """Where ``wanted`` stands after ``nth`` others, or the last of fewer; -1 for none."""
    at = letters.find(wanted)
    for _ in range(nth):
        following = letters.find(wanted, at + 1)
        if at < 0 or following < 0:
            break
        at = following
    return at

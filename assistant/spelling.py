"""The known words nearest to one that is not known; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

SHORTEST = 4  # shorter words are too near to too many others
LONG = 8  # from here on two slips are forgiven
SUGGESTIONS = 3


class Speller:
    """Looks for typing slips among known words.

    ``starting_with`` gives the known words that start with a letter, and how many passages have
    each; it is called once for each letter.
    """

    def __init__(self, starting_with: Callable[[str], Iterable[tuple[str, int]]]) -> None:
        self._starting_with = starting_with
        self._groups: dict[str, dict[int, list[tuple[str, int, int]]]] = {}

    def nearest(self, word: str) -> tuple[str, ...]:
        """At most three known words that ``word`` may be a slip of, the likeliest first.

        Only those at the smallest :func:`distance` are returned, at most 1, or 2 for a word of 8
        letters or more; frequent words come first. The first letter is taken as right, unless it
        changed places with the second. A word with digits is a name and has no neighbours.

        >>> Speller(lambda letter: [("sagemaker", 40), ("sage", 42)]).nearest("sagmaker")
        ('sagemaker',)
        """
        if len(word) < SHORTEST or not word.isalpha():
            return ()
        limit = 2 if len(word) >= LONG else 1
        letters = _letters(word)
        found: list[tuple[int, int, str]] = []
        for first in {word[0], word[1]}:
            groups = self._of(first)
            for length in range(max(SHORTEST, len(word) - limit), len(word) + limit + 1):
                for known, frequency, its_letters in groups.get(length, ()):
                    if (letters ^ its_letters).bit_count() > 2 * limit:
                        continue
                    if first != word[0] and known[1] != word[0]:
                        continue
                    steps = distance(word, known, limit)
                    if 0 < steps <= limit:
                        found.append((steps, -frequency, known))
        found.sort()
        return tuple(known for steps, _, known in found if steps == found[0][0])[:SUGGESTIONS]

    def _of(self, first: str) -> dict[int, list[tuple[str, int, int]]]:
        """Known words with that first letter by length, with their frequency and set of letters."""
        if first not in self._groups:
            groups: dict[int, list[tuple[str, int, int]]] = {}
            for word, frequency in self._starting_with(first):
                groups.setdefault(len(word), []).append((word, frequency, _letters(word)))
            self._groups[first] = groups
        return self._groups[first]


def distance(left: str, right: str, limit: int) -> int:
    """Letters to insert, drop, replace or exchange with a neighbour to make one word the other.

    The restricted Damerau-Levenshtein distance ("optimal string alignment"), or ``limit + 1`` where
    it is more than ``limit``.

    >>> distance("sagmeaker", "sagemaker", 2)
    1
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, 1):
        before, last, row = row, before, [i]
        for j, other in enumerate(right, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                steps = min(steps, last[j - 2] + 1)
            row.append(steps)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)


def _letters(word: str) -> int:
    """The set of letters as bits, which rules most words out by one operation."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 64)
    return bits

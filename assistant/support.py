"""Whether a quotation says what a sentence says, judged by words; pure, no model.

A sentence is supported where the quotations hold most of the weight of its words, most neighbours
near each other, each of its figures and names, and a denial where it denies something. Words alone
do not tell who does what: a passage's words put together otherwise may pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.lexical import stem
from assistant.outline import blank_markup
from assistant.tokens import STOP_WORDS, Word, split

# The share of a sentence's weight that must stand in the quotations, how many of them it may rest
# on, and the share that a second one must add; the share of its neighbouring words that must stand
# near each other, and how many words apart that is. Measured on the sentences of the tests.
SHARE = 0.6
MOST_UNITS = 2
ADDS = 0.2
JOINED = 0.5
NEAR = 4
HEAVIEST = 3.0  # the weight of a word that few passages hold, or none

_FIGURE = re.compile(r"(?<!\w)\d[\d,]*(?:\.\d+)?")
_TOKEN = re.compile(r"[^\s/()\"“”,;:]+")
_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBER_WORDS = {word: str(number) for number, word in enumerate(_NUMBERS, 2)}
_SCALES = frozenset(["hundred", "thousand", "million", "billion", "trillion"])
_DENIALS = frozenset(
    ["not", "no", "never", "cannot", "without", "neither", "nor", "none", "nothing", "unable"]
)
_DENIED = re.compile(r"n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Support:
    """How far quotations support a sentence.

    ``units`` are the positions of the quotations it rests on, in order; ``share`` in 0…1 is how
    much of its weight of words they hold, ``joined`` how many of its neighbouring words stand near
    each other there; ``missing`` are the figures, names and denials that they do not hold.
    """

    units: tuple[int, ...]
    share: float
    joined: float
    missing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the sentence is supported."""
        return self.share >= SHARE and self.joined >= JOINED and not self.missing


@dataclass(frozen=True, slots=True)
class _Said:
    """What a quotation holds, with what it stands under: figures, and whether it denies.

    ``stems`` are those of its words and their parts; ``places`` is where each stands among the
    words that tell something.
    """

    stems: frozenset[str]
    places: dict[str, list[int]]
    figures: frozenset[str]
    denies: bool


def support(
    sentence: str, units: Sequence[tuple[str, str]], idf: Callable[[str], float]
) -> Support:
    """Which quotations a sentence rests on, and how far they support it.

    ``units`` are pairs of what a quotation stands under, such as its heading path, and its text.
    ``idf`` is the weight of a stem. The quotation that holds most of the sentence is taken, then
    what adds to it.
    """
    words = _words(sentence)
    weights = {word: min(idf(stem(word.forms[0])), HEAVIEST) for word in words}
    total = sum(weights.values())
    said = [_said(f"{above} {text}") for above, text in units]
    chosen: list[int] = []
    held = 0.0
    for _ in range(min(MOST_UNITS, len(said))):
        shares = [_share(weights, [said[i] for i in (*chosen, j)], total) for j in range(len(said))]
        best = max(range(len(said)), key=lambda j: (shares[j], -j))
        if shares[best] < held + ADDS:
            break
        chosen.append(best)
        held = shares[best]
    rests_on = [said[i] for i in chosen]
    missing = tuple(_missing(sentence, rests_on))
    return Support(tuple(sorted(chosen)), held, _joined(words, rests_on), missing)


def _share(weights: dict[Word, float], said: Sequence[_Said], total: float) -> float:
    stems = frozenset[str]().union(*(each.stems for each in said))
    held = sum(weight for word, weight in weights.items() if _holds(stems, word))
    return held / total if total else 0.0


def _joined(words: Sequence[Word], said: Sequence[_Said]) -> float:
    """The share of neighbouring words that stand near each other in one of the quotations."""
    pairs = list(pairwise(words))
    near = sum(any(_near(a, b, each) for each in said) for a, b in pairs)
    return near / len(pairs) if pairs else 0.0


def _near(a: Word, b: Word, said: _Said) -> bool:
    first, second = ({stem(form) for form in word.forms} for word in (a, b))
    return any(
        abs(i - j) <= NEAR
        for x in first
        for y in second
        for i in said.places.get(x, ())
        for j in said.places.get(y, ())
    )


def _holds(stems: frozenset[str], word: Word) -> bool:
    parts = [stem(part) for part in word.parts]
    return stem(word.whole) in stems or (bool(parts) and stems.issuperset(parts))


def _words(text: str) -> list[Word]:
    return [word for word in split(blank_markup(text)) if word.forms[0] not in STOP_WORDS]


def _missing(sentence: str, said: Sequence[_Said]) -> list[str]:
    """Figures and names of the sentence that the quotations do not hold, and its denial."""
    stems = frozenset[str]().union(*(each.stems for each in said))
    figures = frozenset[str]().union(*(each.figures for each in said))
    missing = sorted(_figures(sentence) - figures)
    missing += [name for name in _names(sentence) if not all(_holds(stems, w) for w in split(name))]
    if _denies(sentence) and not any(each.denies for each in said):
        missing.append("not")
    return missing


def _names(sentence: str) -> list[str]:
    """Capitalised words, but for the first word of a sentence, unless a capital stands inside."""
    tokens = [token.strip(".!?'’*_`-") for token in _TOKEN.findall(blank_markup(sentence))]
    tokens = [token for token in tokens if token]
    return [
        token
        for i, token in enumerate(tokens)
        if any(map(str.isupper, token[1:])) or (i and token[0].isupper())
    ]


def _figures(text: str) -> frozenset[str]:
    words = re.findall(r"\w+", text.casefold())
    return frozenset(
        [figure.replace(",", "").rstrip(".") for figure in _FIGURE.findall(text)]
        + [_NUMBER_WORDS[word] for word in words if word in _NUMBER_WORDS]
        + [word for word in words if word in _SCALES]
    )


def _denies(text: str) -> bool:
    words = set(re.findall(r"\w+", text.casefold()))
    return bool(words & _DENIALS) or bool(_DENIED.search(text))


@lru_cache(maxsize=2**10)
def _said(text: str) -> _Said:
    places: dict[str, list[int]] = {}
    for i, word in enumerate(_words(text)):
        for form in word.forms:
            places.setdefault(stem(form), []).append(i)
    stems = [stem(form) for word in split(blank_markup(text)) for form in word.forms]
    return _Said(frozenset(stems), places, _figures(text), _denies(text))

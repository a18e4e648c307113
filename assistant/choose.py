"""Which evidence makes the answer: the best first, lists whole, nothing said twice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice, pairwise, takewhile

from assistant.extract import Evidence
from assistant.lexical import terms
from assistant.outline import blank_markup

# Measured on the development questions, as are the weights in ``extract``. An answer has few words
# where one thing answers; up to the most where much is within the margin of the best one's score.
FEW_WORDS, MAX_WORDS = 80, 160
MARGIN = 0.2
MAX_UNITS = 10
# Units below this share of the best one's score are left out.
RATIO = 0.7
FEWEST_WORDS = 3
# A list is given whole up to so many words, and where its heading holds this share of the question.
LIST_WORDS = 120
LIST_SHARE = 0.5
# A sentence that begins so leans on the one before it; of those, so many come with it.
LEANING = 2
_LEANS = re.compile(r"\W*(?:this|these|it|they|such)\b", re.IGNORECASE)


def choose(
    evidence: Sequence[Evidence], few_words: int = FEW_WORDS, max_words: int = MAX_WORDS
) -> list[Evidence]:
    """The evidence that makes the answer, best first, within the words; ``evidence`` is all of it.

    Beyond ``few_words`` goes only what is nearly as good as the best. Nothing is chosen twice: a
    unit whose words all stand in a chosen one is left out. Where a list answers as a whole, all of
    it is chosen, in its order, though it has more words or units; and a sentence comes with those
    that lean on it.
    """
    chosen: list[Evidence] = []
    said: list[set[str]] = []
    best = words = 0.0
    for candidate in evidence:
        if candidate in chosen or _words(candidate) < FEWEST_WORDS:
            continue
        if candidate.score < RATIO * best or len(chosen) >= MAX_UNITS:
            break
        limit = max_words if candidate.score >= best - MARGIN else few_words
        found = _together(candidate, evidence, first=not chosen)
        added = [one for one in found if one not in chosen]
        count = sum(map(_words, added))
        if chosen and words + count > limit:
            added, count = [candidate], _words(candidate)
            if words + count > limit:
                continue
        new = set(terms(candidate.text))
        if len(added) == 1 and any(new <= known for known in said):
            continue
        best = best or candidate.score
        chosen += added
        said += [set(terms(one.text)) for one in added]
        words += count
    return chosen


def _together(found: Evidence, evidence: Sequence[Evidence], *, first: bool) -> list[Evidence]:
    """What is quoted as one with ``found``, in order; ``found`` alone where nothing is.

    A sentence that ends in a colon stands for the bullets below it. The ``first`` bullet chosen
    stands for its list where the question is about the heading over them, and so asks for all.
    """
    units = sorted(
        (one for one in evidence if one.hit.passage is found.hit.passage),
        key=lambda one: one.unit.start,
    )
    at = units.index(found)

    def beside(one: Evidence) -> bool:
        return one.unit.kind == "item" and one.unit.heading == found.unit.heading

    if found.unit.kind == "sentence" and blank_markup(found.text).rstrip().endswith(":"):
        below = takewhile(lambda one: one.unit.kind == "item", units[at + 1 :])
        whole = [found, *below]
    elif found.unit.kind == "item" and first and found.above >= LIST_SHARE:
        above = list(takewhile(beside, reversed(units[:at])))
        whole = [*reversed(above), found, *takewhile(beside, units[at + 1 :])]
    else:
        leaning = takewhile(lambda pair: _leans(*pair), pairwise(units[at:]))
        return [found, *(after for _, after in islice(leaning, LEANING))]
    return whole if sum(map(_words, whole)) <= LIST_WORDS else [found]


def _leans(before: Evidence, after: Evidence) -> bool:
    """Whether a sentence goes on about what the one before it names."""
    sentences = before.unit.kind == after.unit.kind == "sentence"
    below = before.unit.heading == after.unit.heading
    return sentences and below and bool(_LEANS.match(blank_markup(after.text)))


def _words(found: Evidence) -> int:
    return len(blank_markup(found.text).split())

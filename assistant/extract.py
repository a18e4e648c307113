"""The sentences, bullets and table rows of the found passages, weighed against the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice
from typing import TYPE_CHECKING

from assistant.lexical import stem, terms
from assistant.outline import blank_markup, link_density, title_of
from assistant.tokens import STOP_WORDS
from assistant.types import Hit, Passage, Unit

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Beside a unit's similarity: weights of how well it meets the question's words in context, and of
# its passage's score. Measured on the development questions.
CONTEXT_WEIGHT = 1.0
# What a unit gains that begins with the thing that a question wants defined, and once more where
# the verb of a definition follows.
DEFINES_WEIGHT = 0.2
PASSAGE_WEIGHT = 1.2
# What a unit loses that is all link: it names where something is told, and does not tell it.
LINK_WEIGHT = 0.3
ALL_LINK = 0.8  # of its characters
HEADING_SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Evidence:
    """A unit as a candidate for the answer.

    ``similarity`` is its cosine with the question, and ``met`` how well it meets the question's
    words, both -1…1; ``score`` combines the two with its passage's score, higher is better.
    ``above`` is the share, 0…1 by weight, of the question's terms in its own heading. The quotation
    begins at ``start``, with the headings and labels that stand right above the unit.
    """

    unit: Unit
    hit: Hit
    similarity: float
    met: float
    score: float
    above: float = 0.0
    lead: int = 0

    @property
    def start(self) -> int:
        """Where the quotation begins in the document."""
        return self.unit.start - self.lead

    @property
    def text(self) -> str:
        """The unit's own text."""
        return self._slice(self.unit.start)

    @property
    def quote(self) -> str:
        """The unit's text with the headings right above it."""
        return self._slice(self.start)

    def _slice(self, start: int) -> str:
        passage = self.hit.passage
        return passage.text[start - passage.start : self.unit.end - passage.start]


_WHAT_IS = re.compile(
    r"(?:what(?:['\u2019]s| is| are)|who is|define|explain)\s+(?:an?\s+|the\s+)?(.+?)[?.!\s]*",
    re.IGNORECASE,
)
_SKIPPED = frozenset({"a", "an", "the", stem("definition")})
_LABEL = re.compile(r"\W*[^\W\d_][\w /&-]{0,30}:\s+")
_BRACKETS = re.compile(r"\([^)]*\)")
_VERBS = frozenset(map(stem, ("is", "are", "means", "refers", "describes", "happens", "occurs")))


def defined(question: str) -> list[str]:
    """The terms of what a question wants defined, in order; none where it asks for more than that.

    >>> defined("What is a data lake?"), defined("What is a data lake used for?")
    (['data', 'lake'], [])
    """
    match = _WHAT_IS.fullmatch(question.strip())
    found = terms(match.group(1)) if match else []
    return [] if STOP_WORDS.intersection(found) else found


def defines(text: str, thing: Sequence[str]) -> int:
    """2 where a unit defines a thing, which its terms tell, 1 where it only begins with it, else 0.

    A label before it is left out, and what stands in brackets behind it.

    >>> defines("**Issue:** Overfitting (high variance) happens when …", [stem("overfitting")])
    2
    >>> defines("Overfitting: low error on training data", [stem("overfitting")])
    1
    """
    plain = _BRACKETS.sub("", blank_markup(text))
    label = _LABEL.match(plain)
    return max(_begins(each, thing) for each in (plain, plain[label.end() :] if label else ""))


def _begins(plain: str, thing: Sequence[str]) -> int:
    words = [*islice(dropwhile(_SKIPPED.__contains__, terms(plain)), len(thing) + 2)]
    if not thing or words[: len(thing)] != list(thing):
        return 0
    return 2 if _VERBS.intersection(words[len(thing) :]) else 1


def weigh(question: str, idf: Callable[[str], float]) -> dict[str, float]:
    """The terms of a question and each one's share of their weight; the shares sum to 1."""
    weights = {term: idf(term) for term in terms(question, stop_words=False)}
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()} if total else {}


def collect(
    weights: dict[str, float],
    hits: Sequence[Hit],
    similarities: Sequence[NDArray[np.float32]],
    met: Sequence[NDArray[np.float32]],
    thing: Sequence[str] = (),
) -> list[Evidence]:
    """All units of the hits as evidence, best first.

    ``weights`` come from :func:`weigh`, ``thing`` from :func:`defined`. Of each unit of hit i,
    ``similarities[i]`` is the cosine with the question, and ``met[i]`` how well it meets the
    question's words: float32 (m,).
    """
    found = []
    for hit, cosines, matches in zip(hits, similarities, met, strict=True):
        passage = hit.passage
        end = passage.start
        for unit, cosine, match in zip(passage.units, cosines, matches, strict=True):
            score = float(cosine) + CONTEXT_WEIGHT * float(match) + PASSAGE_WEIGHT * hit.score
            text = passage.text[unit.start - passage.start : unit.end - passage.start]
            score += DEFINES_WEIGHT * defines(text, thing)
            score -= LINK_WEIGHT * (link_density(text) > ALL_LINK)
            own = set(terms(" ".join((*passage.heading[-1:], *unit.heading))))
            above = sum(weight for term, weight in weights.items() if term in own)
            lead = unit.start - _lead(passage, unit, end)
            found.append(Evidence(unit, hit, float(cosine), float(match), score, above, lead))
            end = unit.end
    return sorted(found, key=order)


def order(found: Evidence) -> tuple[float, int, int]:
    """The key that puts the best evidence first, and equal scores in the order of the text."""
    return -found.score, found.hit.rank, found.unit.start


def _lead(passage: Passage, unit: Unit, end: int) -> int:
    """Where the headings and labels begin that stand between ``end``, of the last unit, and this.

    Only what names the unit is taken, which its heading path tells; a table shows its own header.
    """
    if unit.kind == "row":
        return unit.start
    names = {*passage.heading, *unit.heading}
    start = at = unit.start
    between = passage.text[end - passage.start : start - passage.start]
    for line in reversed(between.splitlines(keepends=True)):
        at -= len(line)
        if title_of(line) in names:
            start = at + len(line) - len(line.lstrip())
        elif any(map(str.isalnum, line)):
            break
    return start


def coverage(weights: dict[str, float], passage: Passage, unit: Unit) -> float:
    """The share, 0…1, of the question's weight that a unit holds; its headings count in part."""
    text = passage.text[unit.start - passage.start : unit.end - passage.start]
    inside = set(terms(blank_markup(text)))
    above = set(terms(" ".join((*passage.heading[-2:], *unit.heading, passage.header))))
    return sum(
        weight * (1.0 if term in inside else HEADING_SHARE if term in above else 0.0)
        for term, weight in weights.items()
    )

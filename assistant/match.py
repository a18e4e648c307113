"""How well each word of a question is met in what may answer it, by meaning and in context.

The vectors of word pieces are compared as in ColBERT (Khattab and Zaharia, SIGIR 2020) and
BERTScore (Zhang et al., ICLR 2020): every piece with the most similar one of the other text, and
words weighted by how rare they are in the library.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from assistant.lexical import stem
from assistant.protocols import Pieces
from assistant.tokens import SILENT, Word, split

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, slots=True)
class Match:
    """How well the best of some texts meets a question; each figure is of the text best in it.

    ``weakest`` is the similarity, -1…1, of the word that is met worst; ``matched`` the mean over
    all words by their weight.
    """

    weakest: float
    matched: float


# Where nothing is asked for, or nothing is found.
NOTHING = Match(0.0, 0.0)


def match(
    question: str, asked: Pieces, found: Sequence[Pieces], idf: Callable[[str], float]
) -> Match:
    """Match the word pieces ``asked`` of a question with those ``found`` in each text.

    ``idf`` is the weight of a stem; what no passage has must weigh most.

    >>> one = np.ones(2, np.float32)
    >>> ice = Pieces(one, np.eye(2, dtype=np.float32), np.array([(0, 3), (4, 9)], np.int32))
    >>> cold = Pieces(one, np.array([[1, 0]], np.float32), np.array([(0, 3)], np.int32))
    >>> match("Ice cubes", ice, [cold], lambda stem: 1)
    Match(weakest=0.0, matched=0.5)
    """
    weights, similar = _compared(question, asked, found, idf)
    if not similar.size:
        return NOTHING
    met = similar @ weights / weights.sum()
    return Match(weakest=float(similar.min(axis=1).max()), matched=float(met.max()))


def matched(
    question: str, asked: Pieces, found: Sequence[Pieces], idf: Callable[[str], float]
) -> NDArray[np.float32]:
    """How well each text meets a question's words: float32 (texts,), -1…1, as :class:`Match`; all
    0 where nothing is asked for.
    """
    weights, similar = _compared(question, asked, found, idf)
    if not similar.size:
        return np.zeros(len(found), np.float32)
    return np.asarray(similar @ weights / weights.sum(), np.float32)


def _compared(
    question: str, asked: Pieces, found: Sequence[Pieces], idf: Callable[[str], float]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The weight of each telling word, float32 (words,), and how similar the nearest pieces of each
    text are to it: float32 (texts, words).
    """
    words = list(_words(question, asked.spans, idf))
    nearest = _nearest(asked, found)
    similar = [nearest[pieces].mean(axis=0) for _, pieces in words]
    weights = np.array([weight for weight, _ in words], np.float32)
    return weights, np.array(similar, np.float32).reshape(len(words), len(found)).T


def _nearest(asked: Pieces, found: Sequence[Pieces]) -> NDArray[np.float32]:
    """How similar the nearest piece of each text is to each one asked for: float32 (p, texts)."""
    nearest = np.zeros((len(asked.vectors), len(found)), np.float32)
    full = [i for i, text in enumerate(found) if len(text.vectors)]
    if full:
        vectors = [found[i].vectors for i in full]
        starts = np.cumsum([0, *map(len, vectors[:-1])])
        similar = asked.vectors @ np.concatenate(vectors).T
        nearest[:, full] = np.maximum.reduceat(similar, starts, axis=1)
    return nearest


def _words(
    question: str,
    spans: NDArray[np.int32],
    idf: Callable[[str], float],
) -> list[tuple[float, NDArray[np.intp]]]:
    """The telling words of a question: the weight, 0…1, of each, and its word pieces."""
    rarest = idf("")
    found = []
    read = int(spans[:, 1].max(initial=0))  # what is longer than the encoder reads
    for chunk in _CHUNK.finditer(question, 0, read):
        words = [word for word in split(chunk.group()) if word.whole not in SILENT]
        inside = (spans[:, 0] < chunk.end()) & (chunk.start() < spans[:, 1])
        pieces = np.flatnonzero(inside)
        if words and len(pieces):
            weight = max(_weight(word, idf, rarest) for word in words) / rarest
            found.append((min(weight, 1.0), pieces))
    return found


def _weight(word: Word, idf: Callable[[str], float], rarest: float) -> float:
    """The weight of a word, or of its rarest part where no passage has the whole."""
    weights = [idf(stem(form)) for form in word.forms]
    return max((weight for weight in weights if weight < rarest), default=rarest)

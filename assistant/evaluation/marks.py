"""Which words of a text are those of another, for showing why a passage was found or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.evaluation.spans import Span
from assistant.lexical import terms
from assistant.tokens import STOP_WORDS

Mark = Literal["", "gold", "asked", "both"]

_TOKEN = re.compile(r"(?P<word>[^\W_]{2,}(?:[-'’.][^\W_]+)*)|\w|[^\w]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, all of it marked in one way."""

    text: str
    mark: Mark


class Marker:
    """Marks words by their stems, as keyword search compares them; function words never.

    >>> [(p.text, p.mark) for p in Marker("tuned models", "grid search").pieces("Tuning by grids")]
    [('Tuning', 'gold'), (' by ', ''), ('grids', 'asked')]
    """

    def __init__(self, gold: str, question: str) -> None:
        self._gold = _stems(gold)
        self._asked = _stems(question)
        self._known: dict[str, Mark] = {}

    def pieces(self, text: str, within: Sequence[Span] = ()) -> tuple[Piece, ...]:
        """The text, cut where the marking changes; the pieces joined are the text.

        The spans ``within`` are gold itself, so all of them is marked and not their words alone.
        """
        joined: list[Piece] = []
        for piece in self._raw(text, within):
            before = joined[-2:]
            # Two marked words with a blank between them are one stretch.
            if len(before) == 2 and before[1].text.isspace() and before[0].mark == piece.mark:
                joined[-2:] = [Piece(before[0].text + before[1].text + piece.text, piece.mark)]
            elif before and before[-1].mark == piece.mark:
                joined[-1] = Piece(before[-1].text + piece.text, piece.mark)
            else:
                joined.append(piece)
        return tuple(joined)

    def _raw(self, text: str, within: Sequence[Span]) -> Iterator[Piece]:
        for found in _TOKEN.finditer(text):
            word = found["word"]
            mark = self._mark(word) if word else ""
            middle = (found.start() + found.end()) / 2
            if any(start <= middle < end for start, end in within):
                mark = "both" if mark in ("asked", "both") else "gold"
            yield Piece(found.group(), mark)

    def _mark(self, word: str) -> Mark:
        if word not in self._known:
            stems = _stems(word) if word.casefold() not in STOP_WORDS else frozenset()
            gold, asked = bool(stems & self._gold), bool(stems & self._asked)
            self._known[word] = "both" if gold and asked else _one(gold, asked)
        return self._known[word]


def _one(gold: bool, asked: bool) -> Mark:
    return "gold" if gold else "asked" if asked else ""


def _stems(text: str) -> frozenset[str]:
    return frozenset(terms(text, stop_words=False)) if text.strip() else frozenset()

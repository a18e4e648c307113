"""Which words of a text are those of another, for showing why a passage was found or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.lexical import terms
from assistant.tokens import STOP_WORDS

Mark = Literal["", "gold", "asked", "both"]

_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*")


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

    def pieces(self, text: str) -> tuple[Piece, ...]:
        """The text, cut where the marking changes; the pieces joined are the text."""
        joined: list[Piece] = []
        for piece in self._raw(text):
            before = joined[-2:]
            # Two marked words with a blank between them are one stretch.
            if len(before) == 2 and before[1].text.isspace() and before[0].mark == piece.mark:
                joined[-2:] = [Piece(before[0].text + before[1].text + piece.text, piece.mark)]
            elif before and before[-1].mark == piece.mark:
                joined[-1] = Piece(before[-1].text + piece.text, piece.mark)
            else:
                joined.append(piece)
        return tuple(joined)

    def _raw(self, text: str) -> Iterator[Piece]:
        reached = 0
        for found in _WORD.finditer(text):
            mark = self._mark(found.group())
            if mark:
                if reached < found.start():
                    yield Piece(text[reached : found.start()], "")
                yield Piece(found.group(), mark)
                reached = found.end()
        if reached < len(text):
            yield Piece(text[reached:], "")

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

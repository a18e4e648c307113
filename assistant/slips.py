"""Typing slips in a question, mended with the words of the library."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.lexical import LexicalIndex, stem
from assistant.tokens import STOP_WORDS, split

_LETTERS = re.compile(r"[^\W\d_]+")


def mend(
    question: str, words: LexicalIndex, count_tokens: Callable[[Sequence[str]], list[int]]
) -> str:
    """The question with each slip replaced by the word of the library that is nearest to it.

    A slip is a word that no passage has, that the encoder does not know as a word either but
    spells out in several pieces (``count_tokens``), and that a word of the library is near to, as
    :meth:`LexicalIndex.nearest` says. All else stays as it was typed.
    """

    def mended(found: re.Match[str]) -> str:
        typed = found.group()
        (word, *others) = split(typed) or (None,)
        if word is None or others or word.parts or word.whole in STOP_WORDS:
            return typed
        if words.known(stem(word.whole)) or count_tokens([word.whole])[0] < 2:
            return typed
        nearest = next(iter(words.nearest(word.whole)), typed)
        return nearest.capitalize() if typed[0].isupper() else nearest

    return _LETTERS.sub(mended, question)

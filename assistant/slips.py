"""Words of a question that no passage has: slips are mended, others can be named."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant.lexical import LONGEST_QUESTION, LexicalIndex, stem
from assistant.tokens import SILENT, STOP_WORDS, split

MOST_ABSENT = 6
_LETTERS = re.compile(r"[^\W\d_]+")
_TYPED = re.compile(r"[\w'\u2019-]+")


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
        nearest = next(iter(words.nearest(word.whole)), "")
        if not nearest:
            return typed
        return nearest.capitalize() if typed[0].isupper() else nearest

    return _LETTERS.sub(mended, question)


def absent(question: str, words: LexicalIndex) -> list[str]:
    """The telling words of a question that no passage has in any form, in order, each once.

    Words of a frame such as "explain the difference", which no answer has either, are left out.
    """
    typed = dict.fromkeys(_TYPED.findall(question[:LONGEST_QUESTION]))
    return [word for word in typed if _is_absent(word, words)][:MOST_ABSENT]


def knows(question: str, words: LexicalIndex) -> bool:
    """Whether some passage has one of the telling words of a question, in any form."""
    return any(words.known(form) for form in _forms(question[:LONGEST_QUESTION]))


def _is_absent(typed: str, words: LexicalIndex) -> bool:
    forms = _forms(typed)
    return bool(forms) and not any(map(words.known, forms))


def _forms(text: str) -> list[str]:
    """The stems of all forms of the telling words."""
    telling = [word for word in split(text) if word.whole not in SILENT]
    return [stem(form) for word in telling for form in word.forms]

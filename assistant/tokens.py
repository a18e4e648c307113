"""Text → the words that keyword search compares: pure, and the same for passages and questions.

>>> [word.forms for word in split("Tune MaxNumberOfTrainingJobs of k-NN")]
[('tune',), ('maxnumberoftrainingjobs', 'max', 'number', 'of', 'training', 'jobs'), ('of',), \
('knn', 'k', 'nn')]
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 64  # longer runs are data, such as base64, not words

_FUNCTION_WORDS = """
    a about above after again against all also am an and any are aren as at be because been before
    being below between both but by can cannot could couldn d did didn do does doesn doing don down
    during each eg etc few for from further give had has hasn have haven having he her here hers him
    his how i ie if in into is isn it its itself just ll me more most my no nor not of off on once
    only or other our ours out over own please re s same shall she should so some such t tell than
    that the their theirs them then there these they this those through to too under until up upon
    us ve very was wasn we were what when where which while who whom whose why will with would you
    your yours
"""
# Words of a question that say nothing about its subject.
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
_FRAME = """
    abbreviated abbreviation acronym compare compared define defined definition describe differ
    difference differences example examples explain mean meaning means meant purpose short stand
    stands
"""
# Those, and words that say what kind of answer is wanted, not what it is about; no answer has them.
SILENT = STOP_WORDS.union(_FRAME.split())

# Scripts written without spaces: Thai, Lao, Burmese, Khmer, kana, Chinese characters, Hangul.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf"
_UNSPACED += "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
# Vowel signs and the like belong to their word, which \w denies: Hebrew, Arabic, Indic, Tibetan.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff\u0f00-\u0fff"
_LETTER = f"(?:[^\\W{_UNSPACED}]|[{_MARKS}])"
_JOINER = "[-\u2010\u2011_.:/&@+'\u2019]"
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\w)|\d+(?:\.\d+)+(?!\w)"
_WORD = re.compile(f"{_NUMBER}|[{_UNSPACED}]+|{_LETTER}+(?:{_JOINER}{_LETTER}+)*(?:\\+\\+|#)?")

_FIRST_UNSPACED = re.compile(f"[{_UNSPACED}]")
_POINTS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]")
_JOINTS = re.compile(f"{_JOINER}|_")
_HUMPS = re.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")  # of camelCase
_ACRONYMS = re.compile(r"[A-Z][A-Z0-9]+s")  # LLMs, EC2s
# The same in lower case, which the English stemmer leaves alone: llms, gpus.
_VOWELLESS = re.compile(r"[b-df-hj-np-tv-z]{2,}u?s")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written: ``whole`` in lower case without accents and joints, and its ``parts``.

    ``parts`` is empty for a simple word; ``whole`` is empty where it would be overlong.
    """

    whole: str
    parts: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The whole, then the parts."""
        return (self.whole, *self.parts) if self.whole else self.parts


def split(text: str) -> list[Word]:
    """The words of ``text`` in order; scripts without spaces give overlapping pairs of characters.

    Compatibility forms, accents and upper case are folded (Unicode NFKD without marks, casefold).
    No word reaches across white space, so ``split(a + " " + b) == split(a) + split(b)``.
    """
    words: list[Word] = []
    for chunk in text.split():
        words += _words(chunk) if len(chunk) <= LONGEST else _words.__wrapped__(chunk)
    return words


@lru_cache(maxsize=2**16)
def _words(chunk: str) -> tuple[Word, ...]:
    words: list[Word] = []
    for run in _WORD.findall(chunk if chunk.isascii() else _fold(chunk)):
        if _FIRST_UNSPACED.match(run):
            words += [Word(run[i : i + 2]) for i in range(max(1, len(run) - 1))]
        else:
            words.append(_word(run))
    return tuple(words)


def _fold(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _POINTS.sub("", decomposed))


def _word(run: str) -> Word:
    if run[0].isdigit() and ("," in run or run.replace(".", "").isdigit()):
        return _limited(run.replace(",", ""))
    if run[-1] in "+#":  # C++, C#
        return _limited(run.casefold())
    if run[-2:] in ("'s", "\u2019s"):
        run = run[:-2]
    if _ACRONYMS.fullmatch(run):
        return _limited(run[:-1].casefold())
    pieces = [piece for piece in _JOINTS.split(run) if piece]
    parts: list[str] = []
    for piece in pieces:
        humps = _HUMPS.split(piece)
        parts += [piece, *humps] if len(humps) > 1 else [piece]
    whole = "".join(pieces)
    return _limited(_singular(whole.casefold()), [_singular(part.casefold()) for part in parts])


def _limited(whole: str, parts: Sequence[str] = ()) -> Word:
    short = [part for part in parts if len(part) <= LONGEST and part != whole]
    return Word(whole if len(whole) <= LONGEST else "", tuple(short))


def _singular(part: str) -> str:
    return part[:-1] if _VOWELLESS.fullmatch(part) else part

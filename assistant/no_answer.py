"""How chat models say that they found no answer; pure, English only."""

from __future__ import annotations

import re

_SOURCE = r"(?:quotation|passage|context|document|text|source|material|excerpt|information)s?"
_GIVEN = r"(?:(?:provided|given|above|available|numbered|supplied|here) )*"
_LACKS = r"(?:answer|contain|provide|mention|include|specify|state|say|give|address|cover|explain)"
_PATTERN = re.compile(
    r"not answered\W*$"
    # I do not know; I am sorry, but I can not answer this.
    r"|(?:[^.]{0,60},? (?:but )?)?i (?:do|did|can|could) not (?:know|have|find|answer|determine)\b"
    r"|(?:[^.]{0,60},? (?:but )?)?i (?:am|was) (?:unable|not able) to (?:find|answer|determine)\b"
    # The passages do not contain this; none of the passages answers it.
    rf"|(?:[^.]{{0,40}} )?(?:the|these|this|my|your) {_GIVEN}{_SOURCE} {_GIVEN}"
    rf"(?:do|does|did) not (?:\w+ )?{_LACKS}\b"
    rf"|(?:none of the|no) {_GIVEN}{_SOURCE} {_GIVEN}(?:\w+ )?{_LACKS}s?\b"
    # There is no information about it; it is not mentioned in the passages.
    r"|(?:[^.]{0,40} )?there is no (?:\w+ )?(?:information|answer|mention)\b"
    rf"|[^.]{{0,80}} is not (?:\w+ )?(?:answered|mentioned|provided|specified|stated|given)"
    rf" (?:in|by|anywhere in) (?:\w+ ){{0,2}}{_SOURCE}\b"
)


def says_no_answer(sentence: str) -> bool:
    """Whether a model says with this sentence that it found no answer.

    >>> says_no_answer("I’m sorry, but the passages don’t mention its price.")
    True
    >>> says_no_answer("Unsupervised learning does not need labels.")
    False
    """
    plain = sentence.casefold().replace("’", "'").strip(" *_\"'“”")
    plain = plain.replace("cannot", "can not").replace("can't", "can not").replace("n't", " not")
    return _PATTERN.match(plain.replace("i'm", "i am")) is not None

"""The question itself, without the words around it: greetings, thanks, wishes of how to be told.

Nothing in a library answers these words, so they would count as missing from whatever is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from assistant.protocols import Encoder

if TYPE_CHECKING:
    from assistant.types import Vectors

# What people say around a question, a sentence of each kind.
EXAMPLES = (
    "Hello, good morning!",
    "Hey there, me again.",
    "Dear tutor, excuse me.",
    "I hope you have a great day.",
    "Okay, got it.",
    "Now the next question.",
    "Another one",
    "This is my last question, I promise.",
    "I have a quick question.",
    "Thank you very much for your help.",
    "Thanks, that helped a lot!",
    "Cheers mate, you saved me.",
    "I appreciate it.",
    "Thanks",
    "Thanks in advance.",
    "Kind regards",
    "Can you help me, please? It is urgent.",
    "Help me out here, friend.",
    "Anyone?",
    "Would you mind telling me, if it is not too much trouble?",
    "Please explain it in simple words, not too technical.",
    "Keep it simple.",
    "No explanation needed.",
    "No rush, whenever you have time.",
    "Give me a short answer in one sentence.",
    "A few sentences are enough.",
    "Answer in bullet points.",
    "I have an exam tomorrow.",
    "I am still studying so late.",
    "I need this for my homework.",
    "I am a beginner and I am confused.",
    "I am lost, I have no idea.",
    "I read it twice and still do not get it.",
    "Sorry, this is a stupid question.",
    "Sorry for my bad English.",
    "I forgot, wait.",
    "I used to know this, but I don't remember.",
    "I always mix this up.",
    "I looked everywhere and I am still not sure.",
    "My mind has gone blank.",
    "My brain is fried, I need coffee.",
    "Be gentle with me.",
    "I am an exchange student.",
    "I am making flashcards.",
    "I missed that lesson, I was ill.",
    "I was not listening in class.",
    "The teacher asked us and nobody knew.",
    "My friends and I disagree about this.",
    "It should be somewhere in my notes.",
    "According to the lecture slides",
    "Going by the course material",
)
# A sentence or clause at either end is left out that is so similar, as a cosine, to an example, and
# by so much more than to any passage. It may be less so where it speaks of who asks or is asked.
# Measured on the development questions in frames.
SIMILAR, MARGIN = 0.45, 0.2
SIMILAR_SPEAKER, MARGIN_SPEAKER = 0.35, 0.12
LONGEST = 1000  # characters; a longer text is no question with a few words around it

_BORDER = re.compile(r"(?<=[.!?,:;])\s+|\s+[-\u2013\u2014]\s+|\n+")
_ASKS = re.compile(
    r"\b(?:what|how|why|when|where|which|who|whose|is there|are there)\b", re.IGNORECASE
)
_SPEAKER = re.compile(r"\b(?:i|im|me|my|you|u|your)\b", re.IGNORECASE)
_LETTER = re.compile(r"[^\W_]")

# Inside a clause, in English: how one asks to be told, before the question and behind it.
_PLEASE = r"(?:please|pls|plz|kindly)\b"
_YOU = r"(?:you|u|anyone|anybody|someone|somebody)"
_ORDER = r"(?:explain|describe|define|summari[sz]e|outline|list|name|give|show|compare)\b"
_OPENING = r"(?:hi|hello|hey|yo|ok|okay|so|but|well|wait|right|um+|hm+|basically)\b(?=[,:\s])"
_REQUEST = rf"""
    (?:(?:can|could|would|will)\ {_YOU}\ (?:{_PLEASE}\ )?)?
    (?:(?:tell|remind)\ (?:me|us)|let\ (?:me|us)\ know)\b
  | (?:can|could|would|will)\ {_YOU}\ (?:{_PLEASE}\ )?(?={_ORDER})
  | do(?:es)?\ {_YOU}\ (?:happen\ to\ )?know\b
  | i(?:'d|\ would)\ (?:like|love)\ to\ (?:know|understand|learn|ask)\b
  | i\ (?:want|need|wanted)\ to\ (?:know|understand|ask)\b
  | i(?:'m|\ am|\ was)\ (?:just\ )?(?:wondering|asking|curious)\b
  | i\ (?:just\ )?wonder(?:ed)?\b
"""
_SAYS = r"""
    what\ (?:do|does)\ (?:the|my|this|these|our|your)\ (?:\w+\ )?
    (?:notes?|cheat\ ?sheet|sheet|documents?|files?|pdfs?|slides?|book|library|materials?)
    \ (?:say|tell\ (?:me|us)|have|mention|contain)\ (?=about\ |on\ )
"""
_PLAIN = r"""
    in\ (?:very\ )?(?:simple|simpler|plain|short|easy|basic|layman's|everyday|your\ own)
      \ (?:terms|words|english|language)
  | in\ (?:short|brief|a\ nutshell) | briefly | concisely
  | (?:like|as\ if)\ i(?:'m|\ am|\ was|\ were)\ (?:five|5|a\ (?:child|kid|beginner))
"""
_COUNTED = r"""
    in\ (?:just\ )?(?:an?|one|two|three|four|five|\d+|a\ few|a\ couple\ of)
    (?:\ (?:short|simple|brief|single|clear))*
    \ (?:sentence|word|line|paragraph|bullet|bullet\ point)s?(?:\ each)?
"""


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text.replace("'", "['\u2019]"), re.IGNORECASE | re.VERBOSE)


_BEFORE = _pattern(rf"(?:{_OPENING}|{_PLEASE}|{_REQUEST}|{_SAYS})\s*[,:]?\s*")
_AFTER = _pattern(
    rf"\s+(?:{_PLEASE}|thanks|thx|ty|lol|asap|(?P<form>{_PLAIN}|{_COUNTED}))(?P<end>[?.!\s]*)\Z"
)
_ORDERS = _pattern(_ORDER)
_WHAT_IS = _pattern(r"what(?:'s|\ is|\ are)\b")
_FEW = _pattern(r"\b(?:one|single|few|couple|terms|brief\w*|simple|i)\b")


def bare(question: str, encoder: Encoder, passages: Vectors) -> str:
    """The question as it was typed, without what frames it; never nothing.

    Whole sentences and clauses are compared by meaning with :data:`EXAMPLES` and with the vectors
    of all ``passages``, float32 (n, d) with unit rows. Inside a clause rules of English apply.
    """
    if len(question) > LONGEST:
        return question
    found, before = _own_clauses(question.strip(), encoder, passages), ""
    while found != before and _LETTER.search(found):
        before, found = found, _without_end(_without_start(found))
    return found if _LETTER.search(found) else question


def _own_clauses(question: str, encoder: Encoder, passages: Vectors) -> str:
    """A question without the clauses around it; all of it where none would be left."""
    clauses = list(_clauses(question))
    if len(clauses) < 2:
        return question
    vectors = np.stack([one.whole for one in encoder.encode_pieces(clauses)])
    examples = _examples(encoder)
    framing = (vectors @ examples.T).max(axis=1)
    more = framing - (vectors @ passages.T).max(axis=1, initial=0.0)
    own = [
        i
        for i, clause in enumerate(clauses)
        if not _frames(clause, float(framing[i]), float(more[i]))
    ]
    if not own or len(own) == len(clauses):
        return question
    kept = "".join(clauses[own[0] : own[-1] + 1]).strip().rstrip(",:; ")
    return kept + "?" if question[-1] == "?" and kept[-1] not in "?.!" else kept


def _frames(clause: str, similar: float, more: float) -> bool:
    """Whether a clause is said around a question; one that itself asks is not."""
    if _ASKS.search(clause):
        return False
    if _SPEAKER.search(clause) and similar >= SIMILAR_SPEAKER and more >= MARGIN_SPEAKER:
        return True
    return similar >= SIMILAR and more >= MARGIN


def _clauses(question: str) -> Iterator[str]:
    """The clauses of a question with what stands between them, which joins them again."""
    start = 0
    for border in _BORDER.finditer(question):
        yield question[start : border.end()]
        start = border.end()
    yield question[start:]


@lru_cache(maxsize=4)
def _examples(encoder: Encoder) -> Vectors:
    return encoder.encode_passages(EXAMPLES, [()] * len(EXAMPLES)).passages


def _without_start(question: str) -> str:
    match = _BEFORE.match(question)
    return question[match.end() :] if match else question


def _without_end(question: str) -> str:
    match = _AFTER.search(question)
    if match is None or (match["form"] and not _wished(question, match["form"])):
        return question
    kept = question[: match.start()].rstrip(" ,")
    return kept if kept[-1:] in ("?", ".", "!") else kept + match["end"].strip()


def _wished(question: str, form: str) -> bool:
    """Whether "in a sentence" is a wish; "relates words in a sentence" asks about sentences."""
    return bool(_ORDERS.match(question) or (_WHAT_IS.match(question) and _FEW.search(form)))

"""What a conversation has come to: the question before, its topic, and what was listed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.chat.english import PLACES, PREPOSITIONS
from assistant.chat.mentions import listed, named, pair
from assistant.chat.phrases import Phrase, phrases

_LEAD = re.compile(
    r"\W*(?:(?:alright|also|and|but|hm+|no|now|ok|okay|or|plus|so|sure|thanks|then|well|yes)\b\W*)*",
    re.IGNORECASE,
)
_ASKED_FOR = re.compile(
    r"\s*(?:which|what)\s+(?P<one>(?:one )?of (?:the|these|those|my|your|our)\s+)?(?=\w)",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"\b(an?|the)\s+$", re.IGNORECASE)


_DEGREE = re.compile(r"\bhow\s+$", re.IGNORECASE)  # "how long"
_SORTS = frozenset({"kind", "sort", "type"})

LONGEST_ANSWER = 4000  # characters that are read


@dataclass(frozen=True, slots=True)
class Context:
    """What a follow-up can refer to: the question before, as it was searched, the thing it was
    about, the things that were listed last, and the two last ones to compare. Empty where there
    are none.
    """

    question: str = ""
    topic: str = ""
    items: tuple[str, ...] = ()
    both: tuple[str, ...] = ()


def after(searched: str, answer: str, before: Context) -> Context:
    """The context behind a turn: what it does not say stays as it was."""
    both, answer = pair(searched), answer[:LONGEST_ANSWER]
    topic = _topic(searched, answer) or before.topic
    # Who asks about one of a list goes on to the others.
    items = before.items if topic in before.items else both or listed(answer) or before.items
    if before.topic and topic != before.topic and not both:
        both = (before.topic, topic)
    return Context(searched.strip(), topic, items or both, both)


def _topic(question: str, answer: str) -> str:
    """What a question is about, with its article: the answer to "which …", or its first name."""
    kind = asked_for(question)
    sort = bool(kind and kind.words[0] in _SORTS)  # "what kind of data": a property, no thing
    if kind is not None and not sort and (_one_of(question) or not kind.plural) and named(answer):
        return named(answer)
    own = [
        phrase
        for phrase in phrases(question)
        if not phrase.relational and not _DEGREE.search(question[: phrase.start])
    ]
    if not own:
        return ""
    phrase = max(own, key=lambda one: _weight(question, one, kind))
    article = ARTICLE.search(question[: phrase.start])
    return (article.group(1).lower() + " " if article else "") + phrase.text


def _weight(question: str, phrase: Phrase, kind: Phrase | None) -> int:
    """How likely a phrase is the topic; of equal ones it is the first.

    A name is, but a name that only says where (``on Windows``) gives way to a compound.
    """
    behind = question[: phrase.start].lower().split()[-1:]
    if phrase.name and phrase != kind:
        return 1 if behind and behind[0] in PLACES else 3
    return 2 if len(phrase.words) > 1 and not PREPOSITIONS & set(behind) else 0


def asked_for(question: str) -> Phrase | None:
    """The phrase behind "which": "which AWS tool forecasts costs"."""
    lead = lead_of(question)
    match = _ASKED_FOR.match(question[lead:])
    start = lead + match.end() if match else -1
    return next((phrase for phrase in phrases(question) if phrase.start == start), None)


def _one_of(question: str) -> bool:
    """Whether one of several is asked for: "which of the databases"."""
    match = _ASKED_FOR.match(question[lead_of(question) :])
    return match is not None and match["one"] is not None


def lead_of(question: str) -> int:
    """How many characters of connecting words and signs stand before the question proper."""
    match = _LEAD.match(question)
    end = match.end() if match else 0
    return end if re.search(r"\w", question[:end]) else 0

"""Words of a question that stand for something said before it; pure.

>>> [found.text for found in anaphors("What is Glue and what does it cost?")]
[]
>>> [found.text for found in anaphors("Does Glue work with it, and what is its default?")]
['it']
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from assistant.chat.english import (
    AUXILIARIES,
    CLAUSE_STARTS,
    DETERMINERS,
    MAKING,
    OPENS_THAT,
    POINTED_AT,
    POSSESSIVES,
    PREPOSITIONS,
)
from assistant.chat.phrases import (
    Phrase,
    Token,
    is_content,
    is_verb,
    phrases,
    tokens,
)

Kind = Literal["thing", "owner", "one", "place", "pair", "unnamed", "outside"]

_PRONOUNS: dict[str, Kind] = {
    **dict.fromkeys(("it", "they", "them"), "thing"),
    **dict.fromkeys(("its", "their"), "owner"),
}
_SINGULAR = frozenset({"it", "its", "this", "that"})
_POINTING = frozenset({"that", "these", "this", "those"})
_PLACES = {"first": 0, "former": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}
_PLACES |= {"last": -1, "latter": -1}
# "it" that stands for nothing: "is it possible to …", "what does it mean when …".
_EMPTY_IT = re.compile(
    r"\bit(?:'s|\u2019s| is| was)?\s+(?:\w+ly\s+)?(?:a (?:(?:good|bad) idea|mistake|must|problem)"
    r"|allowed|bad|best|better|common|cost|difficult|easy|enough|fine|good|hard|important"
    r"|make sense|matter|mean|necessary|normal|ok|okay|possible|recommended|required|safe|sensible"
    r"|take|true|useful|wise|worth)\b"
    r"(?=.*\b(?:to|that|if|when|\w+ing)\b)",
    re.IGNORECASE,
)
_ONE = re.compile(r"\bwhich (ones?)\b(?! of\b)", re.IGNORECASE)
_OTHER_ONE = re.compile(r"\b(?:the|that|this|an)(?:\s?other)?(?: \w+)? ones?\b", re.IGNORECASE)
_PAIR = re.compile(r"\b(?:the two|both)(?: of (?:them|these|those))?\b", re.IGNORECASE)
_PLACE = re.compile(
    rf"\bthe ({'|'.join(_PLACES)})(?P<one> (?:one|option|item|of (?:them|these|those)))?\b",
    re.IGNORECASE,
)
# Where "there" is no place: "is there a limit", "there are three".
_THERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )\b(?:in |on |over )?there\b"
    r"(?! (?:is|are|was|were|be|will|would|has|have|any|a|an|exist|for|to)\b)(?!['\u2019])",
    re.IGNORECASE,
)
_MINE = re.compile(r"\b(?:one of )?(?:mine|ours)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Anaphor:
    """A stretch of a question that stands for a ``thing``, its ``owner``, the ``one`` of a kind
    that was asked for, the thing at a ``place`` of a list (``number``, from 0, or -1), a ``pair``,
    or for something that the question only points to (``unnamed``), surely ``outside`` of it.
    """

    text: str
    start: int
    end: int
    kind: Kind
    number: int = 0


def anaphors(question: str) -> list[Anaphor]:
    """What stands for something outside the question, in order and without overlaps."""
    words, own = tokens(question), phrases(question)
    found = [
        Anaphor(match.group(), match.start(), match.end(), kind, _number(match))
        for pattern, kind in _PATTERNS
        for match in pattern.finditer(question)
        if (_whole(match) or _stands_alone(words, match.start(), match.end()))
        and not _answered_inside(question, own, match.start(), match.end(), kind)
    ]
    told = any(not phrase.relational for phrase in own)
    empty = {match.start() for match in _EMPTY_IT.finditer(question) if told}
    for i, token in enumerate(words):
        kind = _kind(words, i)
        idle = token.start in empty or (i and words[i - 1].word == "worth")
        if kind is None or idle or _bound(words, i, own, kind):
            continue
        end = token.start + len(token.word)
        found.append(Anaphor(question[token.start : end], token.start, end, kind))
    return _apart(found)


_PATTERNS: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (_ONE, "one"),
    (_PLACE, "place"),
    (_PAIR, "pair"),
    (_OTHER_ONE, "unnamed"),
    (_THERE, "outside"),
    (_MINE, "outside"),
)


def _whole(match: re.Match[str]) -> bool:
    """Whether no noun can belong to the words: "which one", "the second one", "there"."""
    if match.re is _PLACE:
        owner = match.string[match.end() :].startswith(("'", "\u2019"))
        return owner or match["one"] is not None
    return match.re in (_ONE, _THERE, _MINE)


def _number(match: re.Match[str]) -> int:
    return _PLACES.get(match.group(1).lower(), 0) if match.re is _PLACE else 0


def _stands_alone(words: Sequence[Token], start: int, end: int) -> bool:
    """Whether no noun follows that the words from start to end belong to: "the second step".

    What may be a verb is one, but not behind a preposition: "before the first use".
    """
    behind = [token for token in words if token.start >= end]
    before = [token.word for token in words if token.end <= start][-1:]
    if not behind or not is_content(behind[0]):
        return True
    word = behind[0].word
    if AUXILIARIES & set(before) and len(behind) > 1:
        # "does the second cut the bill": an object follows, so this is the verb.
        following = behind[1].word
        if following in DETERMINERS or following in POSSESSIVES:
            return True
    if MAKING & set(before) and word.endswith(("er", "ed")):
        return True  # "can I make that longer"
    return is_verb(word) and not PREPOSITIONS & set(before)


def _answered_inside(
    question: str, own: Sequence[Phrase], start: int, end: int, kind: Kind
) -> bool:
    """Whether the question names itself what these words stand for.

    ``which one`` is answered by alternatives behind it, and by whatever a sentence before it says.
    """
    if re.search(r"[.!?:]\s", question[:start]):
        return True
    if kind == "one":
        return bool(re.search(r"\bor\b", question[end:]))
    if kind == "outside":
        return False
    return len([p for p in own if p.end <= start]) >= (1 if kind == "unnamed" else 2)


def _kind(words: Sequence[Token], i: int) -> Kind | None:
    """What a token stands for by itself, if it is a word that can."""
    word = words[i].word
    before = words[i - 1].word if i else ""
    following = words[i + 1] if i + 1 < len(words) else None
    if word in _PRONOUNS:
        return _PRONOUNS[word]
    if word not in _POINTING or (following and following.word in POINTED_AT):
        return None
    ends = following is None or following.word in PREPOSITIONS or following.word in ".,;?!"
    opens = before in OPENS_THAT or (is_content(words[i - 1]) and not ends)
    if word == "that" and i and ((opens and before not in MAKING) or _goes_on(before, following)):
        return None  # it begins a clause
    return "thing" if _stands_alone(words, words[i].start, words[i].end) else "unnamed"


def _goes_on(before: str, following: Token | None) -> bool:
    """Whether a clause goes on behind "that": "tells me that a …", "what it has that are …"."""
    if following is None or following.word in ("are", "were"):
        return following is not None
    subject = following.word in DETERMINERS or following.word in ("i", "we", "you")
    return subject and before not in AUXILIARIES | PREPOSITIONS


def _bound(words: Sequence[Token], i: int, own: Sequence[Phrase], kind: Kind) -> bool:
    """Whether the question itself says, before token i, what it stands for.

    A pronoun is free in its own clause: in "how does Glue use it" it is not Glue. Only an owner may
    be named there: "does Glue keep its logs". (Chomsky, Lectures on Government and Binding, 1981,
    principle B.)
    """
    word = words[i].word
    degrees = {b.start for a, b in pairwise(words) if a.word == "how"}
    before = [p for p in own if p.end <= words[i].start and p.start not in degrees]
    # "How many voices do its engines have": as a subject it is not what was asked for.
    subject = bool(i) and words[i - 1].word in AUXILIARIES
    one = word in _SINGULAR and (kind == "thing" or subject)
    earlier = [p for p in before if not p.relational and not (one and p.plural)]
    # The head of a relative clause is what the clause lacks: "the data (that) it can handle".
    linked = i > 0 and words[i - 1].word in ("that", "which")
    joint = words[i - 1] if not linked else words[max(0, i - 2)]
    if word in ("it", "they") and i and before and before[-1].end == joint.end:
        following = words[i + 1].word if i + 1 < len(words) else ""
        if linked or (following[:1].isalnum() and following not in PREPOSITIONS):
            return any(phrase != before[-1] for phrase in earlier)
    if kind == "owner" or not earlier:
        return bool(earlier)
    return any(_clause_between(words, i, phrase) for phrase in earlier)


def _clause_between(words: Sequence[Token], i: int, phrase: Phrase) -> bool:
    """Whether a clause begins between the phrase and token i."""
    before = [token.word for token in words if token.end <= phrase.start]
    subject = bool(before) and before[-1] in AUXILIARIES
    for last, token, following in zip(words, words[1:], words[2:], strict=False):
        if token.start < phrase.end or token.start >= words[i].start:
            continue
        word = token.word
        if word in ("and", "or"):
            begins = not is_content(following) and following.word not in DETERMINERS
            begins = begins or is_verb(following.word)
        elif word.endswith("ing"):
            begins = last.word in PREPOSITIONS | CLAUSE_STARTS
        elif word == "than" and following is words[i]:
            begins = False  # "lighter than that": compared with another
        else:
            begins = word in CLAUSE_STARTS or word in ".,;:?!" or (word == "to" and not subject)
        if begins:
            return True
    return False


def _apart(found: Sequence[Anaphor]) -> list[Anaphor]:
    """In order, and of those that overlap the longest."""
    kept: list[Anaphor] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)

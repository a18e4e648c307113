"""The things that an answer or a question names: its list, its first name, its two sides; pure.

>>> listed("Grid search, random search, and Bayesian optimization.")
('Grid search', 'random search', 'Bayesian optimization')
"""

from __future__ import annotations

import re

from assistant.chat.english import AUXILIARIES, PREPOSITIONS
from assistant.chat.phrases import is_verb, phrases, tokens

LABEL_WORDS = 6
NAME_WITHIN = 30  # characters from the start of an answer
_MARK = re.compile(r"\s*\[\d+\]")
_BULLET = re.compile(r"^\s*(?:[-*+\u2022\u2013]|\(?\d{1,2}[.)])\s+(.+)$", re.MULTILINE)
_BOLD = re.compile(r"\*\*([^*\n]+?):?\*\*")
_LABEL = re.compile(r"([^:.\n]{2,60}?)\s*(?::|\s[-\u2013\u2014]\s)")
_SENTENCE = re.compile(r"[.!?](?:\s|$)|\n")
_COMMAS = re.compile(r"\s*(?:,|;)\s*(?:and |or )?|\s+(?:and|or)\s+")
_SIDES = re.compile(
    r"\b(?:between\s+(?P<a>.+?)\s+and\s+(?P<b>[^?.!,]+)"
    r"|(?P<c>[^?.!,:]+?)\s+(?:vs\.?|versus)\s+(?P<d>[^?.!,:]+)"
    r"|compare\s+(?P<e>.+?)\s+(?:with|to|and)\s+(?P<f>[^?.!,]+))",
    re.IGNORECASE,
)


def listed(answer: str) -> tuple[str, ...]:
    """The names of the two or more things that a text lists, in order; empty if it lists none.

    A list is bullets or numbered lines, or the first sentence with commas or "and".
    """
    text = _MARK.sub("", answer)
    bullets = [label for label in map(_label, _BULLET.findall(text)) if label]
    if len(bullets) > 1:
        return tuple(dict.fromkeys(bullets))
    sentence = _SENTENCE.split(text.strip(), maxsplit=1)[0]
    parts = [part.strip() for part in _COMMAS.split(sentence.split(":")[-1]) if part.strip()]
    return tuple(parts) if len(parts) > 1 and all(map(_is_name_of_one, parts)) else ()


def named(answer: str) -> str:
    """The name that an answer opens with: its bold label, or the first name of a sentence."""
    text = _MARK.sub("", answer).strip()
    text = _BULLET.sub(r"\1", text, count=1)
    bold = _BOLD.match(text)
    if bold:
        return _called(bold.group(1))
    first = next(iter(phrases(text[:200])), None)
    if first is None or first.start > NAME_WITHIN:
        return ""
    alone = first.text == text.rstrip(" .!") and len(tokens(first.text)) <= LABEL_WORDS
    opening = first.start == 0 and first.text[0].isupper() and " " in first.text
    return first.text if first.name or alone or opening else ""


def _called(label: str) -> str:
    """The thing that a label or heading is about: ``What is Amazon Polly?`` is about it."""
    found = phrases(label)
    whole = len(found) == 1 and len(tokens(label)) == len(tokens(found[0].text))
    names = [phrase.text for phrase in found if phrase.name or (whole and not phrase.relational)]
    return names[0] if names else ""


def pair(question: str) -> tuple[str, ...]:
    """The two things that a question sets against each other, or nothing."""
    match = _SIDES.search(question)
    if not match:
        return ()
    sides = [phrases(side) for side in match.groupdict().values() if side]
    if not all(sides):
        return ()
    left, right = sides[0][-1], sides[1][0]
    return (left.text, right.text)


def _is_name_of_one(part: str) -> bool:
    """Whether a part of a sentence can be an item of a list: short, and without a verb."""
    words = tokens(part)
    if words and words[0].word in PREPOSITIONS:
        return False
    verbs = any(is_verb(token.text) or token.word in AUXILIARIES for token in words)
    return len(words) <= LABEL_WORDS and not verbs


def _label(bullet: str) -> str:
    """What a bullet is about: its label, or its first phrase."""
    bold = _BOLD.match(bullet)
    if bold:
        return bold.group(1).strip()
    plain = bullet.replace("**", "").replace("`", "").strip()
    label = _LABEL.match(plain)
    if label and len(label.group(1).split()) <= LABEL_WORDS:
        return label.group(1).strip()
    if _is_name_of_one(plain.rstrip(" .")):
        return plain.rstrip(" .")
    first = next(iter(phrases(plain)), None)
    return first.text if first else ""

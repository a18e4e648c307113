"""A question's noun phrases, found by the closed word classes of English; pure, no model.

>>> [phrase.text for phrase in phrases("How does Data Wrangler make use of the model registry?")]
['Data Wrangler', 'model registry']
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.chat.english import ADVERB_ENDINGS, AUXILIARIES, FUNCTION_WORDS, RELATIONAL, VERBS

_TOKEN = re.compile(r"\w+(?:[-./&+_'\u2019]\w+)*(?:\+\+|#)?|[^\w\s]")
_ENDING = re.compile(r"['\u2019](?:s|m|re|ve|ll|d)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign of a text, with its place."""

    text: str
    start: int
    end: int

    @property
    def word(self) -> str:
        """In lower case, without what an apostrophe adds: ``what's`` is ``what``."""
        return _ENDING.sub("", self.text.casefold()) or self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of content words, with its place; ``name`` if it looks like a proper name."""

    text: str
    start: int
    end: int
    name: bool

    @property
    def words(self) -> tuple[str, ...]:
        """Its words in lower case and the singular, as far as a final s tells."""
        return tuple(singular(token.word) for token in tokens(self.text))

    @property
    def plural(self) -> bool:
        """Whether it names several things, as far as a final s of a common noun tells."""
        last = self.text.split()[-1]
        return last.islower() and singular(last) != last

    @property
    def relational(self) -> bool:
        """Whether every word needs to be told of what: ``minimum charge``, ``use case``."""
        return not self.name and all(word in RELATIONAL or is_verb(word) for word in self.words)


def tokens(text: str) -> list[Token]:
    """The words and signs of a text in order."""
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(text)]


def singular(word: str) -> str:
    """The word without the ending of the plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word[-1] == "s" and word[-2] not in "siu" else word


@lru_cache(maxsize=4096)
def is_verb(word: str) -> bool:
    """Whether a word in lower case is a form of a frequent verb."""
    stems = {word, singular(word), word.removesuffix("es")}
    bare = word.removesuffix("ed")
    stems |= {bare, bare + "e", bare[:-1]} if bare != word else set()
    return bool(stems & VERBS)


def is_content(token: Token) -> bool:
    """Whether a token can belong to a phrase: no sign, no word of a closed class, no adverb."""
    word = token.word
    if not word[0].isalnum():
        return False
    return word not in FUNCTION_WORDS and not word.endswith(ADVERB_ENDINGS)


@lru_cache(maxsize=512)  # each question of a conversation is looked at several times
def phrases(text: str) -> tuple[Phrase, ...]:
    """The noun phrases of a text in order, without determiners and verbs."""
    names = names_in(text)
    found: list[Phrase] = []
    for run, before in _runs(text, names):
        run = run[: _ends(run, before, names)]
        if found and before == "of" and found[-1].name and run[0].start in names:
            # "the Treaty of Westphalia" is one name.
            run = [Token(text, found.pop().start, run[0].start), *run]
        whole = _ENDING.sub("", text[run[0].start : run[-1].end])
        named = any(token.start in names for token in run)
        found.append(Phrase(whole, run[0].start, run[0].start + len(whole), named))
    return tuple(found)


def names_in(text: str) -> set[int]:
    """The places of the tokens that look like names: capitals that no sentence start explains."""
    found, first = set(), True
    shouted = len(text.split()) > 2 and text.isupper()
    for token in tokens(text):
        inner = any(letter.isupper() for letter in token.text[1:])
        digits = token.text[0].isalpha() and any(letter.isdigit() for letter in token.text)
        opening = token.text[0].isupper() and not first
        if is_content(token) and not shouted and (inner or digits or opening):
            found.add(token.start)
        first = token.text in ".?!:" or (first and not token.text[0].isalnum())
    return found


def _runs(text: str, names: set[int]) -> Iterator[tuple[list[Token], str]]:
    """Content words next to each other, and the word before them; a verb is in none."""
    run: list[Token] = []
    before = last = ""
    for token in tokens(text):
        if is_content(token) and (token.start in names or not is_verb(token.word)):
            before = before if run else last
            run.append(token)
            owner = _ENDING.search(token.text)
        else:
            owner = None
        if run and (run[-1] is not token or owner):
            yield run, before
            run = []
        last = token.word
    if run:
        yield run, before


def _ends(run: Sequence[Token], before: str, names: set[int]) -> int:
    """How many tokens of a run are the phrase; what follows must be a verb.

    That is so behind a name that follows an auxiliary (``can DataBrew open files``), for a form in
    -ed at the end, and for one with s behind a noun without (``which tool forecasts costs``).
    """
    if before in AUXILIARIES and run[0].start in names:
        return next((i for i, token in enumerate(run) if token.start not in names), len(run))
    if len(run) > 1 and run[-1].word.endswith("ed") and run[-1].start not in names:
        return len(run) - 1  # "the treaty signed"
    for i in range(1, len(run) - 1):
        plural = singular(run[i].word) != run[i].word and run[i].start not in names
        if plural and singular(run[i - 1].word) == run[i - 1].word:
            return i
    return len(run)

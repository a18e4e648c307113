"""A follow-up as a question that stands alone: what to search for, without a language model.

>>> turns = (Turn("What is Amazon Lex for?", "Building chatbots."),)
>>> resolve("and its default?", turns)
"Amazon Lex's default?"
>>> resolve("What about Polly?", turns)
'What is Polly for?'
>>> resolve("What is overfitting?", turns)
'What is overfitting?'

The rules are those of English grammar (anaphora and ellipsis), so they hold for any material. What
they find is never better than a guess: it is shown, and can be edited.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.chat.anaphora import Anaphor, anaphors
from assistant.chat.context import ARTICLE, Context, after, asked_for, lead_of
from assistant.chat.english import AUXILIARIES, PREPOSITIONS, WH_WORDS
from assistant.chat.phrases import Phrase, Token, is_verb, phrases, singular, tokens

MOST_TURNS = 8  # what was said longer ago is not referred to
LONGEST = 400  # characters; a longer question tells its own story
FRAGMENT_WORDS = 6

_LETTER = re.compile(r"[^\W_]")
_ABOUT = re.compile(
    r"(?:(?:what|how) about|what of|(?:(?:is )?(?:it|that) )?(?:the )?same for)\b\s*",
    re.IGNORECASE,
)
_FIGURES = re.compile(r"\d+")
_DEFINED = re.compile(r"(?:what(?:'s|\u2019s| is| are)|define|who is)\b", re.IGNORECASE)
_EXISTS = re.compile(r"(?:(?:is|are) there|any)\b", re.IGNORECASE)
_WHAT_IF = re.compile(r"what if\b", re.IGNORECASE)
_SAME = re.compile(r"\b(?:is|was|are|does|do) (?:it|that|this|they)\b.*\bthe same\b", re.IGNORECASE)
_WHICH_ALONE = re.compile(rf"(?:{'|'.join(PREPOSITIONS)})\s+(?:which|what)\b", re.IGNORECASE)
_OTHER = re.compile(r"\b(?:another|else|other|others|rest)\b", re.IGNORECASE)
_COMPARED = re.compile(
    r"\b(?:better|cheaper|compare[ds]?|differ(?:s|ent|ence)?|faster|similar|slower|worse)\b",
    re.IGNORECASE,
)


_PLURAL = frozenset({"they", "them", "these", "those"})


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier question and its answer, as plain text; ``searched`` if that is known."""

    question: str
    answer: str
    searched: str = ""


def resolve(question: str, history: Sequence[Turn]) -> str:
    """What to search for: the question itself where it stands alone or opens a new topic.

    Otherwise a text that says in its own words what the question refers to. Never raises.
    """
    context = Context()
    for turn in history[-MOST_TURNS:]:
        searched = turn.searched or in_context(turn.question, context)
        context = after(searched, turn.answer, context)
    return in_context(question, context)


def in_context(question: str, context: Context) -> str:
    """The question with what it refers to in the context filled in."""
    lead = lead_of(question)
    core = question[lead:].strip()
    if not context.question or not _LETTER.search(core) or len(question) > LONGEST:
        return question
    about = _ABOUT.match(core)
    rest = core[about.end() :] if about else core
    found = anaphors(rest)
    if found and _SAME.match(core):
        return _appended(core, context)  # "is it the same …" asks all of the question anew
    if found:
        return _filled(rest, found, context)
    if about or _is_fragment(rest, lead > 0):
        return _exchanged(rest, context)
    own = [phrase for phrase in phrases(core) if not phrase.relational]
    if not own or _leans(core, own, lead > 0):
        return _appended(core, context)
    return question


def _leans(core: str, own: Sequence[Phrase], led: bool) -> bool:
    """Whether a whole question still needs the topic: "and how many terabytes of data?"."""
    words = [token.word for token in tokens(core)]
    asks = bool({*AUXILIARIES, *WH_WORDS} & set(words))
    if len(own) == 1 and asks and _COMPARED.search(core) and not {"than", "from"} & set(words):
        return len(words) <= 2 * FRAGMENT_WORDS
    if any(phrase.name for phrase in own):
        return False
    if _WHICH_ALONE.match(core) and not set(words) & AUXILIARIES and not any(map(is_verb, words)):
        return True  # "in which versions of the engine?"
    led = led or bool(_WHAT_IF.match(core))
    exists = bool(_EXISTS.match(core)) and len(own) == 1 and not set(words) & PREPOSITIONS
    return exists or (led and not _DEFINED.match(core))


def _is_fragment(core: str, led: bool) -> bool:
    """Whether it is no sentence but a part of one: "and for vision models?"."""
    first = next((token for token in tokens(core)), None)
    words = [token.word for token in tokens(core) if token.word[0].isalnum()]
    if first is None or not words or {*AUXILIARIES, *WH_WORDS} & set(words):
        return False
    if words[0] in PREPOSITIONS:
        return len(words) <= FRAGMENT_WORDS
    return led and (first.text[0].isupper() or not is_verb(words[0]))


def _filled(question: str, found: Sequence[Anaphor], context: Context) -> str:
    """The question with every anaphor replaced, or behind the earlier one where one cannot be."""
    # "How long does it keep them?": two things, of which one is not known.
    things = {one.text.lower() in _PLURAL for one in found if one.kind == "thing"}
    parts, at, whole = [], 0, len(things) < 2
    for one in found:
        text = _antecedent(one, question, context) if len(things) < 2 else ""
        whole = whole and bool(text)
        parts += [question[at : one.start], text or one.text]
        at = one.end
    result = "".join([*parts, question[at:]])
    if not whole:
        told = any(not phrase.relational for phrase in phrases(question))
        asks_which = any(one.kind == "one" for one in found)
        return question if asks_which and told else _appended(result, context)
    listed = all(one.kind in ("place", "pair") for one in found)
    return _exchanged(result, context) if listed and _is_fragment(result, True) else result


def _antecedent(one: Anaphor, question: str, context: Context) -> str:
    """The words for an anaphor; empty where none can stand in its place."""
    if one.kind == "owner":
        bare = context.topic.rstrip()
        return bare and bare + ("'" if bare[-1] in "sS" else "'s")
    if one.kind == "one":
        asked = asked_for(context.question)
        several = one.text.lower().endswith("s")
        return f"which {asked.text if several else singular(asked.text)}" if asked else ""
    if one.kind == "place":
        return "".join(context.items[one.number :][:1])
    if one.kind == "pair" or (one.text.lower() in _PLURAL and _two(question, context)):
        return " and ".join(context.both)
    return context.topic if one.kind == "thing" else ""


def _two(question: str, context: Context) -> bool:
    """Whether "they" are two things: those of a comparison that was or now is asked for."""
    named = bool(context.both) and all(side in context.question for side in context.both)
    return named or (bool(context.both) and bool(_COMPARED.search(question)))


def _exchanged(fragment: str, context: Context) -> str:
    """The earlier question with the fragment in the place of what it is an alternative to."""
    new = phrases(fragment)
    if all(phrase.relational for phrase in new) or _OTHER.search(fragment):
        return _appended(fragment, context)
    if len(new) > 1 or len(fragment.split()) > FRAGMENT_WORDS:
        return _appended(fragment, context)
    like = _alike(new[0], context.question)
    if like is not None:
        return context.question[: like.start] + new[0].text + context.question[like.end :]
    words = tokens(fragment)
    preposition = words[0].word if words[0].word in PREPOSITIONS else ""
    old = _counterpart(new[0], preposition, context.question)
    if old is None:
        return _appended(fragment, context)
    article = ARTICLE.search(context.question[: old.start])
    own = ARTICLE.search(fragment[: new[0].start])
    start = article.start() if article else old.start
    text = (own.group() if own else "") + new[0].text
    return context.question[:start] + text + context.question[old.end :]


def _counterpart(new: Phrase, preposition: str, earlier: str) -> Phrase | None:
    """The phrase of the earlier question that a new one can stand for.

    The one with most words in common; else the one behind the same preposition; else, where there
    is no preposition, what the question is about. "Which planets have rings" and Neptune: none.
    """
    asked = asked_for(earlier)
    old = [phrase for phrase in phrases(earlier) if not phrase.relational]
    common = [len({*phrase.words} & {*new.words}) for phrase in old]
    if any(common):
        best = old[common.index(max(common))]
        return best if best.words != new.words else None
    if preposition:
        same = [p for p in old if earlier[: p.start].lower().split()[-1:] == [preposition]]
        return same[0] if same else None
    if asked and _is_name(new):
        return None
    names = [phrase for phrase in old if phrase.name]
    rest = names if _is_name(new) and names else old
    return next((phrase for phrase in rest if phrase != asked), None)


def _alike(new: Phrase, earlier: str) -> Token | None:
    """The word of the earlier question that a name differs from by its figures: G6 and G3."""
    shape = _FIGURES.sub("0", new.text.casefold())
    for token in tokens(earlier):
        if token.word != new.text.casefold() and _FIGURES.sub("0", token.word) == shape:
            return token
    return None


def _is_name(fragment: Phrase) -> bool:
    """Whether a phrase that a fragment begins with is a name: its capital is no sentence's."""
    return fragment.name or fragment.text[0].isupper()


def _appended(core: str, context: Context) -> str:
    """The question behind the one that it continues."""
    if len(context.question) > LONGEST:
        return f"{context.topic}: {core}" if context.topic else core
    end = "" if context.question[-1] in ".?!" else "?"
    return f"{context.question}{end} {core}"

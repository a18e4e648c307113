"""What is wrong with a question set, in words for whoever writes one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.evaluation.chapters import all_chapters, chapter_at
from assistant.evaluation.questions import Question
from assistant.evaluation.spans import occurrences
from assistant.types import Document

# Questions are answerable but for those of the last two. Nobody sorts what comes from thumbs.
CATEGORIES = frozenset(
    (
        *("definition", "purpose", "list", "comparison", "figure", "scenario", "how-to", "yes-no"),
        *("acronym", "typo", "keyword", "follow-up", "feedback"),
        *("near-miss", "off-topic"),
    )
)
SPLITS = frozenset({"dev", "test"})

Kind = Literal["quote", "document", "duplicate", "category", "split", "gold", "chapter"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault; ``id`` is the question's, or empty where it is about the set."""

    kind: Kind
    id: str
    text: str


def check(questions: Sequence[Question], documents: Mapping[str, Document]) -> list[Finding]:
    """Everything that is wrong with the questions over these documents, which are by path.

    Reported are quotes that do not occur and documents that are not there; questions asked twice
    with the same history; categories and splits that no report knows; answerable questions without
    a gold quote and others with one; chapters that no question is about.
    """
    found: list[Finding] = []
    seen: dict[tuple[str, ...], str] = {}
    for question in questions:
        found += _own(question, documents)
        turns = [text for turn in question.history for text in (turn.question, turn.answer)]
        key = tuple(" ".join(text.casefold().split()) for text in (*turns, question.question))
        if key in seen:
            found.append(Finding("duplicate", question.id, f"asks the same as {seen[key]}"))
        seen.setdefault(key, question.id)
    return [*found, *_chapters(questions, documents)]


def _own(question: Question, documents: Mapping[str, Document]) -> Iterator[Finding]:
    """The faults of one question by itself."""
    if question.category not in CATEGORIES:
        yield Finding("category", question.id, f"has the unknown category {question.category}")
    if question.split not in SPLITS:
        yield Finding("split", question.id, f"has the unknown split {question.split}")
    if question.answerable and not question.gold:
        yield Finding("gold", question.id, "is answerable but has no gold quote")
    if question.gold and not question.answerable:
        yield Finding("gold", question.id, "is not answerable but has a gold quote")
    for number, gold in enumerate(question.gold, 1):
        if gold.document not in documents:
            text = f"quotes {gold.document}, which is not in the corpus"
            yield Finding("document", question.id, text)
        elif not occurrences(documents[gold.document].text, gold.quote):
            start = " ".join(gold.quote.split())[:60]
            text = f"gold quote {number} does not occur in {gold.document}: {start}"
            yield Finding("quote", question.id, text)


def _chapters(
    questions: Sequence[Question], documents: Mapping[str, Document]
) -> Iterator[Finding]:
    """Documents, and chapters of the others, that no gold quote stands in."""
    chapters = all_chapters(documents)
    covered: dict[str, set[str]] = {}
    for gold in (gold for question in questions for gold in question.gold):
        if gold.document in documents:
            for start, _ in occurrences(documents[gold.document].text, gold.quote):
                title = chapter_at(chapters[gold.document], start)
                covered.setdefault(gold.document, set()).add(title)
    for path, found in chapters.items():
        if path not in covered:
            yield Finding("chapter", "", f"no question is about {path}")
            continue
        for chapter in found:
            if chapter.title not in covered[path]:
                yield Finding("chapter", "", f"no question is about {path}, {chapter.title}")

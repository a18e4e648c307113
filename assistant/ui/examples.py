"""First questions for someone who does not know yet what the library holds."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST = 70

_ORNAMENT = re.compile(r"^[^\w“\"'(]*(?:\d+[.)]\s+)?|[:.,;\s]+$")
_OPENING = re.compile(r"^(?:introduction to|overview of|understanding|about)\s+", re.IGNORECASE)


def suggest(headings: Sequence[tuple[str, ...]], count: int = 4) -> list[str]:
    """At most ``count`` questions from heading paths, each about another chapter, spread over all.

    A chapter is known by the first two headings of a path. One that has a question among its
    headings is asked just that, and such chapters are preferred.

    >>> suggest([("Book", "Search", "1. What is RAG?"), ("Book", "Understanding Embeddings")])
    ['What is RAG?', 'Explain Embeddings']
    """
    deep = [path for path in headings if len(path) > 1]
    chapters: dict[tuple[str, ...], list[str]] = {}
    for path in deep or [path for path in headings if path]:
        chapters.setdefault(path[:2], []).append(_ORNAMENT.sub("", path[-1]))
    asked, topics = [], []
    for chapter, titles in chapters.items():
        questions = [title for title in titles if title.endswith("?") and len(title) <= LONGEST]
        topic = _OPENING.sub("", _ORNAMENT.sub("", chapter[-1]))
        if questions:
            asked.append(questions[0])
        elif 3 <= len(topic) <= LONGEST:
            topics.append(f"Explain {topic}")
    chosen = _spread(asked, count)
    return chosen + _spread(topics, count - len(chosen))


def _spread(items: Sequence[str], count: int) -> list[str]:
    """``count`` of the items at even distances, the first one included."""
    distinct = list(dict.fromkeys(items))
    if len(distinct) <= count:
        return distinct
    return [distinct[index * len(distinct) // count] for index in range(count)]

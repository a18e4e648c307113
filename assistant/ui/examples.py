"""Questions to offer: first ones for someone who does not know the library yet, and next ones."""

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
        chapters.setdefault(path[:2], []).append(plain(path[-1]))
    asked, topics = [], []
    for chapter, titles in chapters.items():
        questions = [title for title in titles if title.endswith("?") and len(title) <= LONGEST]
        topic = _OPENING.sub("", plain(chapter[-1]))
        if questions:
            asked.append(questions[0])
        elif 3 <= len(topic) <= LONGEST:
            topics.append(f"Explain {topic}")
    chosen = _spread(asked, count)
    return chosen + _spread(topics, count - len(chosen))


def following(
    headings: Sequence[tuple[str, ...]], seen: Sequence[tuple[str, ...]], count: int = 3
) -> list[str]:
    """At most ``count`` questions from the headings beside those that were ``seen``, nearest first.

    Headings are questions enough: searched for as they are, each finds what stands below it. They
    are of the same part of a document; what comes behind is offered before what stood above.

    >>> paths = [("Book", "Search"), ("Book", "Search", "Why search?"), ("Map", "Scale")]
    >>> following(paths, seen=[("Book", "Search")])
    ['Why search?']
    """
    known = {plain(path[-1]).casefold() for path in seen if path}
    places = {path: place for place, path in reversed(list(enumerate(headings)))}
    beside: list[tuple[int, int, str]] = []
    for path in dict.fromkeys(path for path in seen if path in places):
        part = path[:1] if len(path) > 1 else ()
        near = [
            (place, other) for place, other in enumerate(headings) if other[: len(part)] == part
        ]
        for place, other in near:
            title = plain(other[-1]) if other else ""
            if 3 <= len(title) <= LONGEST and title.casefold() not in known:
                beside.append((abs(place - places[path]), places[path] - place, title))
    return list(dict.fromkeys(title for _, _, title in sorted(beside)))[:count]


def plain(title: str) -> str:
    """A heading without its number, ornaments and final punctuation."""
    return _ORNAMENT.sub("", title)


def _spread(items: Sequence[str], count: int) -> list[str]:
    """``count`` of the items at even distances, the first one included."""
    distinct = list(dict.fromkeys(items))
    if len(distinct) <= count:
        return distinct
    return [distinct[index * len(distinct) // count] for index in range(count)]

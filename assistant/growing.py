"""A text while it is being written: its sentences, each as soon as it is complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from assistant.outline import sentences

# Marks of one or several quotations, as models write them: [1], [1, 2], 【1†source】, [passage 3].
_MARKS = re.compile(
    r"[\[【]\s*(?:[Pp]assages?\s+)?(\d{1,3}(?:\s*[,;&]\s*\d{1,3})*)(?:†[^\[\]【】]{0,40})?\s*[\]】]"
    r"(?:\([^()\s]{0,200}\))?"
)
# Marks behind the end of their sentence, where many models set them: "It learns. [1]"
_LATE = re.compile(r"([.!?。！？]+[\"”’)*]*)\s*((?:\[\d+\]\s?)*\[\d+\])")
# Marks, finished or not, that may belong to the sentence before.
_OPEN = re.compile(r"(?:\[\d+\]\s*)*(?:[\[【][^\]】]{0,60})?")
_UNFINISHED = re.compile(r"\s*[\[【][^\]】]{0,60}$")


def marked(text: str) -> str:
    """The text with every mark as ``[n]``, one number each, before the end of its sentence.

    >>> marked("It learns. [1, 2] It stops.[3]")
    'It learns [1][2]. It stops [3].'
    """
    single = _MARKS.sub(lambda found: _each(found[1]), text)
    return _LATE.sub(lambda found: f" {found[2].strip()}{found[1]}", single)


def sentences_of(pieces: Iterable[str], most: int) -> Iterator[tuple[str, str]]:
    """Each sentence of a growing text as soon as the next has begun, with the gap before it.

    The gap is a space, a line end, or nothing before the first. Marks are as :func:`marked` leaves
    them; one that has no end yet belongs to no sentence. Where one piece ends and the next begins
    makes no difference. What comes after ``most`` characters is not read.
    """
    rest, gap = "", ""
    for character in islice(chain.from_iterable(pieces), most):
        if rest[-1:].isspace() and not character.isspace():
            complete, rest = _complete(marked(rest + character))
            for sentence, after in complete:
                yield gap, sentence
                gap = after
        else:
            rest += character
    for sentence, after in _split(_UNFINISHED.sub("", marked(rest))):
        yield gap, sentence
        gap = after


def _complete(text: str) -> tuple[list[tuple[str, str]], str]:
    """The sentences that nothing can be added to, each with the gap behind it; and the rest."""
    found = _split(text)
    whole = len(found) - 1
    if whole > 0 and _OPEN.fullmatch(found[-1][0]):
        whole -= 1
    if whole <= 0:
        return [], text
    return found[:whole], "".join(sentence + after for sentence, after in found[whole:])


def _split(text: str) -> list[tuple[str, str]]:
    """The sentences of each line with the gap behind them, folded to a space or a line end."""
    spans = []
    start = 0
    for line in text.splitlines(keepends=True):
        spans += sentences(text, start, start + len(line.rstrip()))
        start += len(line)
    ends = [*[start for start, _ in spans[1:]], len(text)][: len(spans)]
    return [
        (text[start:end], _folded(text[end:after]))
        for (start, end), after in zip(spans, ends, strict=True)
    ]


def _folded(gap: str) -> str:
    return ("\n" if "\n" in gap else " ") if gap else ""


def _each(numbers: str) -> str:
    return "".join(f"[{int(number)}]" for number in re.findall(r"\d+", numbers))

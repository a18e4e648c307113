"""An answer in a chat model's words, each sentence checked against the passages as it comes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from assistant.config import Unsupported
from assistant.errors import GeneratorError
from assistant.extract import Evidence
from assistant.growing import sentences_of
from assistant.no_answer import says_no_answer
from assistant.outline import SEPARATOR
from assistant.prompt import fitting, write_prompt
from assistant.protocols import Generator
from assistant.quote import MARK
from assistant.support import support
from assistant.types import Citation, Passage, Unit

MOST_CHARACTERS = 4000  # of a model's answer; a model that repeats itself never ends
UNSUPPORTED = "(unsupported)"

_MARKS = re.compile(rf"(?:\s*{MARK.pattern})+")
_LAST = re.compile(r"([.!?:;…。！？]*[\"”’)*]*)$")


@dataclass(frozen=True, slots=True)
class Draft:
    """What has been written so far; ``refused`` where the model says that it found no answer."""

    text: str
    citations: tuple[Citation, ...]
    note: str = ""
    refused: bool = False


@dataclass(slots=True)
class _Page:
    """The sentences that were kept, what they cite, and what became of the others."""

    text: str = ""
    cited: dict[tuple[str, int], Citation] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    unsupported: int = 0
    refused: bool = False

    def add(self, gap: str, sentence: str) -> None:
        self.text += f"{gap if self.text else ''}{sentence}"

    def cite(self, passage: Passage, unit: Unit) -> int:
        """The mark of a quotation, numbered in the order of first use."""
        start = unit.start - passage.start
        quoted = passage.text[start : unit.end - passage.start]
        new = Citation(len(self.cited) + 1, passage, unit.start, unit.end, quoted)
        return self.cited.setdefault((passage.passage_id, unit.start), new).marker

    def draft(self, note: str = "") -> Draft:
        return Draft(self.text, tuple(self.cited.values()), note)


def write(
    generator: Generator,
    question: str,
    evidence: Sequence[Evidence],
    idf: Callable[[str], float],
    unsupported: Unsupported = "remove",
) -> Iterator[Draft]:
    """The model's answer as it grows, by the sentence; the last draft is whole, with its note.

    The model reads the passages of the evidence, best first, as many as fit. A sentence is shown
    once code has found the quotations that support it, which it then cites; no sentence that was
    shown is taken back. ``idf`` is the weight of a stem. A sentence that nothing supports is left
    out, or marked as such. Raises :class:`GeneratorError` where the model fails, or nothing that
    it says is supported.
    """
    passages = _passages(generator, question, evidence)
    prompt = write_prompt(question, [_shown(passage) for passage in passages])
    page = _Page()
    for gap, sentence in sentences_of(generator.stream(prompt), MOST_CHARACTERS):
        before = page.text
        _judge(page, gap, sentence, passages, idf, unsupported)
        if page.text != before and page.cited:
            yield page.draft()
    if page.cited:
        yield page.draft(_note(page.unsupported, unsupported))
    elif page.refused:
        yield Draft("", (), refused=True)
    else:
        raise GeneratorError(
            f"Nothing that the chat model {generator.name} said is supported by the passages."
        )


def _passages(generator: Generator, question: str, evidence: Sequence[Evidence]) -> list[Passage]:
    """The passages of the evidence, best first, that fit into the model's prompt."""
    found = list({e.hit.passage.passage_id: e.hit.passage for e in evidence}.values())
    fit = fitting(question, [_shown(passage) for passage in found], generator.room)
    if not fit:
        raise GeneratorError(
            f"The context of the chat model {generator.name} has no room for a passage"
            " beside the question.",
            "Set ASSISTANT_LLM_CONTEXT to the model's context in tokens, or ask more briefly.",
        )
    return [found[i] for i in fit]


def _shown(passage: Passage) -> tuple[str, str]:
    """Heading path and text; rows that were cut off from their header have it again."""
    header = f"{passage.header}\n" if passage.header else ""
    return SEPARATOR.join(passage.heading), header + passage.text


def _judge(
    page: _Page,
    gap: str,
    sentence: str,
    passages: Sequence[Passage],
    idf: Callable[[str], float],
    unsupported: Unsupported,
) -> None:
    """Put a sentence onto the page with the marks of what supports it, or count it."""
    marks = {int(mark) for mark in MARK.findall(sentence)}
    bare = _MARKS.sub("", sentence).strip()
    words = bare.strip(" .!?")
    if not any(map(str.isalnum, bare)) or words in page.said:
        return
    page.said.add(words)
    # A sentence without marks rests on whatever supports it; a mark that resolves to nothing
    # speaks against the whole sentence.
    numbers = sorted(marks) or range(1, len(passages) + 1)
    if all(1 <= number <= len(passages) for number in numbers):
        chosen = [passages[number - 1] for number in numbers]
        units = [(passage, unit) for passage in chosen for unit in passage.units]
        found = support(bare, [_said(passage, unit) for passage, unit in units], idf)
        if found.holds:
            cited = sorted({page.cite(*units[i]) for i in found.units})
            page.add(gap, _with_marks(bare, "".join(f"[{mark}]" for mark in cited)))
            return
    if says_no_answer(bare):
        page.refused = True
        return
    page.unsupported += 1
    if unsupported == "mark":
        page.add(gap, _with_marks(bare, UNSUPPORTED))


def _said(passage: Passage, unit: Unit) -> tuple[str, str]:
    """What a unit stands under, and its text."""
    above = " ".join((*passage.heading, *unit.heading, passage.header))
    return above, passage.text[unit.start - passage.start : unit.end - passage.start]


def _with_marks(sentence: str, marks: str) -> str:
    """The sentence with its marks before its final punctuation."""
    return _LAST.sub(lambda found: f" {marks}{found[1]}", sentence, count=1)


def _note(count: int, unsupported: Unsupported) -> str:
    if not count:
        return ""
    what = "1 sentence" if count == 1 else f"{count} sentences"
    them = "it" if count == 1 else "them"
    done = "was" if count == 1 else "were"
    if unsupported == "mark":
        return f"{what} of the chat model {done} marked {UNSUPPORTED}: no passage supports {them}."
    return f"{what} of the chat model {done} removed: no passage supports {them}."

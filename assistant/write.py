"""An answer in a chat model's words, each sentence resting on quotations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.errors import GeneratorError
from assistant.extract import Evidence
from assistant.outline import SEPARATOR, blank_markup, sentences
from assistant.prompt import write_prompt
from assistant.protocols import Generator
from assistant.quote import MARK

# Marks behind the end of their sentence, where many models set them: "It learns. [1]"
LATE_MARKS = re.compile(r"([.!?])\s*((?:\[\d+\]\s?)*\[\d+\])")


def write(generator: Generator, question: str, evidence: Sequence[Evidence]) -> str:
    """The model's answer over the numbered quotations, without sentences that cite none of them.

    Raises :class:`GeneratorError` where nothing that rests on a quotation is left.
    """
    quotations = [(SEPARATOR.join(e.hit.passage.heading), blank_markup(e.quote)) for e in evidence]
    written = "".join(generator.stream(write_prompt(question, quotations)))
    written = LATE_MARKS.sub(r" \2\1", written)
    kept = []
    for start, end in sentences(written, 0, len(written)):
        sentence = written[start:end]
        marks = [int(mark) for mark in MARK.findall(sentence)]
        if marks and all(1 <= mark <= len(evidence) for mark in marks):
            kept.append(sentence)
    if not kept:
        raise GeneratorError(f"The chat model {generator.name} cited none of the quotations.")
    return " ".join(kept)

"""From a question to an answer: search, decide whether to answer, quote, cite."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant import log, write
from assistant.choose import choose
from assistant.config import Unsupported
from assistant.errors import GeneratorError
from assistant.evidence import Considered, consider, together
from assistant.extract import Evidence
from assistant.framing import bare
from assistant.indexes import Index
from assistant.parts import parts
from assistant.protocols import Encoder, Generator
from assistant.quote import quote, reading_order
from assistant.slips import absent, mend
from assistant.stopwatch import Stopwatch
from assistant.types import Answer

REFUSAL = "I found nothing in your library that answers this."
WEAK = "This may not be what you asked about: the match is weak."


def answer(
    index: Index,
    encoder: Encoder,
    question: str,
    k: int,
    generator: Generator | None = None,
    searched: str | None = None,
    unsupported: Unsupported = "remove",
) -> Answer:
    """Answer a question from the library, with quotations or through a chat model.

    ``searched`` is what is looked up and weighed where that is not the question itself; what frames
    it is left out, and its typing slips are mended. ``k`` is how many passages are considered and
    returned. Whether the library answers at all is decided before any model is asked. Where the
    model fails, the quotations stand in its place and ``note`` says why.
    """
    *_, last = stream(index, encoder, question, k, generator, searched, unsupported)
    return last


def stream(
    index: Index,
    encoder: Encoder,
    question: str,
    k: int,
    generator: Generator | None = None,
    searched: str | None = None,
    unsupported: Unsupported = "remove",
) -> Iterator[Answer]:
    """The answer of :func:`answer` as it grows, by the sentence; the last one is whole.

    Without a chat model it is the only one. Every sentence is checked before it is shown, and stays
    unless the model fails later: then the last answer is made of quotations, and its note says so.
    """
    watch = Stopwatch()
    searched = bare(searched or question, encoder, index.loaded.stacked.matrix)
    searched = mend(searched, index.lexical, encoder.count_tokens)
    watch.lap("read")
    given, considered = in_quotations(index, encoder, question, searched, k, watch)
    if generator is None or given.refused:
        given = replace(given, seconds=watch.seconds)
        _log(given)
        yield given
        return
    idf = index.lexical.idf
    for grown in _in_words(given, considered.evidence, generator, idf, unsupported):
        watch.lap("write")
        given = replace(grown, seconds=watch.seconds)
        yield given
    _log(given)


def _log(given: Answer) -> None:
    log.note(
        "asked",
        {"question": given.question, "searched": given.searched},
        refused=given.refused,
        confidence=round(given.confidence, 3),
        citations=len(given.citations),
        generator=given.generator,
        stages_ms={stage: round(1000 * took, 1) for stage, took in given.seconds.items()},
    )


def in_quotations(
    index: Index,
    encoder: Encoder,
    question: str,
    searched: str,
    k: int,
    watch: Stopwatch | None = None,
) -> tuple[Answer, Considered]:
    """The answer in quotations, or the refusal, and what it rests on.

    A refusal's note names the words that no passage has. Of a question of several parts, the note
    names those that nothing sure was found on; where the whole is not answered but parts are, those
    are. Laps of the ``watch``: those of :func:`consider`, and quote.
    """
    watch = watch or Stopwatch()
    considered = consider(index, encoder, searched, k, watch)
    given = _quoted(question, searched, considered)
    if given.refused:
        lacking = ", ".join(absent(searched, index.lexical))
        given = replace(given, note=f"No passage has: {lacking}." if lacking else "")
    watch.lap("quote")
    # Behind a follow-up, the earlier question is no part of what is asked.
    if len(parts(bare(question, encoder, index.loaded.stacked.matrix))) < 2:
        return given, considered
    asked = parts(searched)
    each = [consider(index, encoder, part, k, watch) for _, part in asked]
    answering = [one for one in each if one.answers]
    if (given.refused and answering) or (considered.weak and len(answering) == len(each)):
        considered = together(answering)
        given = _quoted(question, searched, considered)
    missing = [part for (part, _), one in zip(asked, each, strict=True) if not one.answers]
    if given.refused or not missing:
        return given, considered
    note = f"This part may not be answered: {'; '.join(missing)}"
    return replace(given, note=_joined(given.note, note)), considered


def _quoted(question: str, searched: str, considered: Considered) -> Answer:
    hits, probability = considered.hits, considered.confidence
    if not considered.answers:
        return Answer(question, searched, REFUSAL, (), hits, True, probability)
    text, citations = quote(reading_order(choose(considered.evidence)))
    note = WEAK if considered.weak else ""
    return Answer(question, searched, text, citations, hits, False, probability, note=note)


def _in_words(
    given: Answer,
    evidence: Sequence[Evidence],
    generator: Generator,
    idf: Callable[[str], float],
    unsupported: Unsupported,
) -> Iterator[Answer]:
    """The answer in a model's words as it grows; in quotations again where the model fails."""
    name = generator.name
    shown = False
    try:
        for draft in write.write(generator, given.searched, evidence, idf, unsupported):
            note = _joined(given.note, draft.note)
            if draft.refused:
                said = f"The chat model {name} found no answer in the passages."
                yield replace(
                    given, text=REFUSAL, citations=(), refused=True, generator=name, note=said
                )
            else:
                text, citations = draft.text, draft.citations
                yield replace(given, text=text, citations=citations, generator=name, note=note)
            shown = True
    except GeneratorError as error:
        instead = "These are quotations instead"
        instead += " of what it had said so far." if shown else "."
        yield replace(given, note=_joined(given.note, error.message, error.hint, instead))


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)

"""From a question to an answer: search, decide whether to answer, quote, cite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant import confidence, extract, retrieve, write
from assistant.errors import GeneratorError
from assistant.extract import Evidence
from assistant.indexes import Index
from assistant.protocols import Generator
from assistant.quote import quote, reading_order
from assistant.types import Answer, Hit

if TYPE_CHECKING:
    from assistant.types import Vectors

REFUSAL = "I found nothing in your library that answers this."


def answer(
    index: Index,
    question: str,
    query: Vectors,
    k: int,
    generator: Generator | None = None,
) -> Answer:
    """Answer a question from the library, with quotations or through a chat model.

    ``query`` is the question's vector, float32 (d,) of unit length; ``k`` is how many passages are
    considered and returned. Whether the library answers at all is decided before any model is
    asked. Where the model fails, the quotations stand in its place and ``note`` says why.
    """
    hits = retrieve.search(index, question, query, k, "hybrid")
    evidence, signals = weigh(index, question, query, hits)
    calibration = confidence.load_calibration()
    probability = calibration.probability(signals)
    if not evidence or probability < calibration.threshold:
        return Answer(question, question, REFUSAL, (), tuple(hits), True, probability)
    chosen = reading_order(extract.select(evidence))
    text, citations = quote(chosen)
    name, note = "quotation", ""
    if generator is not None:
        try:
            text, name = write.write(generator, question, chosen), generator.name
        except GeneratorError as error:
            said = (error.message, error.hint, "These are quotations instead.")
            note = " ".join(part for part in said if part)
    return Answer(question, question, text, citations, tuple(hits), False, probability, name, note)


def weigh(
    index: Index, question: str, query: Vectors, hits: Sequence[Hit]
) -> tuple[list[Evidence], dict[str, float]]:
    """The evidence in the hits, best first, and the signals that the confidence is made of."""
    places = [index.positions[hit.passage.passage_id] for hit in hits]
    weights = extract.weigh(question, index.lexical.idf)
    cosines = [retrieve.unit_similarities(index, query, place) for place in places]
    evidence = extract.collect(weights, hits, cosines)
    best = max((float(index.loaded.matrix[place] @ query) for place in places), default=0.0)
    known = index.lexical.known
    return evidence, confidence.features(question, weights, hits, evidence, best, known)

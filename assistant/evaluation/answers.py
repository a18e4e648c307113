"""What an answer is worth: how much of a gold span its citations hold, and if they are true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.evaluation.spans import Place, letters, share, wanted
from assistant.quote import MARK
from assistant.types import Answer, Citation, Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


FULL = 0.9  # of a span's letters: a lost label or lead word does not make an answer incomplete
PART = 0.3


@dataclass(frozen=True, slots=True)
class Quoted:
    """A citation of an answer; ``verbatim`` is whether the document says so at that place."""

    document: str
    start: int
    end: int
    quote: str
    verbatim: bool


class AnswerJudge:
    """Judges answers over documents, which are by path."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._documents = documents
        self._letters: dict[str, NDArray[np.int64]] = {}

    def quoted(self, citation: Citation) -> Quoted:
        """The citation, looked up in its document."""
        path = citation.passage.document
        said = self._documents[path].text[citation.start : citation.end]
        return Quoted(
            path,
            citation.start,
            citation.end,
            citation.quote,
            bool(said) and said == citation.quote,
        )

    def held(self, citations: Sequence[Quoted], gold: Sequence[Place]) -> float:
        """The largest share, 0…1, of one of the ``gold`` spans that the citations hold together."""
        return max((self._share(citations, place) for place in gold), default=0.0)

    def full(self, citations: Sequence[Quoted], gold: Sequence[Place]) -> bool:
        """Whether the citations hold a span that answers fully, or as well as any does."""
        return self.held(citations, wanted(gold)) >= FULL

    def part(self, citations: Sequence[Quoted], gold: Sequence[Place]) -> bool:
        """Whether the citations hold a telling part of any gold span."""
        return self.held(citations, gold) >= PART

    def opens(self, citations: Sequence[Quoted], gold: Sequence[Place]) -> bool:
        """Whether the first citation holds a telling part of any gold span."""
        return self.part(citations[:1], gold)

    def _share(self, citations: Sequence[Quoted], place: Place) -> float:
        path = place.document
        if path not in self._letters:
            self._letters[path] = letters(self._documents[path].text)
        spans = [(quoted.start, quoted.end) for quoted in citations if quoted.document == path]
        return share(self._letters[path], (place.start, place.end), spans)


def words(answer: Answer) -> int:
    """The words of an answer, without marks and what only draws a table; 0 for a refusal."""
    if answer.refused:
        return 0
    tokens = MARK.sub("", answer.text).split()
    return sum(any(character.isalnum() for character in token) for token in tokens)

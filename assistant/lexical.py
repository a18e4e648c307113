"""BM25 over the stored passages: how to build, keep and search the keyword index.

Scores follow Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond"
(2009), with Tantivy's fixed k1 = 1.2 and b = 0.75, summed over three fields.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path

from tantivy import (
    Document,
    Filter,
    Index,
    Occur,
    Query,
    Schema,
    SchemaBuilder,
    TextAnalyzerBuilder,
    Tokenizer,
)

from assistant.derived import Origin, folder_is_whole, remove_others, write_folder
from assistant.spelling import Speller
from assistant.tokens import LONGEST, STOP_WORDS, Word, split
from assistant.types import Passage

# What a term in each field counts: stems of heading and text, stems of the heading path and table
# header alone, and words as written.
WEIGHTS = {"body": 1.0, "heading": 0.5, "exact": 0.25}
SLIP_WEIGHT = 0.6  # of a word that is one or two letters off

# What is longer is cut, so that no question takes long.
LONGEST_QUESTION = 10_000
MOST_WORDS = 100

_HEAP_BYTES = 1_000_000_000  # an upper limit; one segment keeps equal scores in order
_STEMMER = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("english")).build()


@lru_cache(maxsize=2**16)
def stem(form: str) -> str:
    """The stem of a lower-case word: Snowball's English stemmer, known as Porter 2."""
    return "".join(_STEMMER.analyze(form))


def terms(text: str, *, stop_words: bool = True) -> list[str]:
    """The stems that keyword search compares, in order; compounds give the whole and the parts.

    Without ``stop_words``, words such as "the" are left out, unless nothing else is there.

    >>> terms("What does SageMaker's s3:GetObject cost?", stop_words=False)
    ['sagemak', 'sage', 'maker', 's3getobject', 's3', 'getobject', 'get', 'object', 'cost']
    """
    if stop_words:
        return _analysed(text)[1].split()
    return [stem(form) for word in _telling(split(text)) for form in word.forms]


def _analysed(text: str) -> tuple[str, str]:
    """The forms of all words, and their stems, each joined by spaces."""
    chunks = [
        _analysed_chunk(chunk) if len(chunk) <= LONGEST else _analysed_chunk.__wrapped__(chunk)
        for chunk in text.split()
    ]
    return " ".join([forms for forms, _ in chunks]), " ".join([stems for _, stems in chunks])


@lru_cache(maxsize=2**16)
def _analysed_chunk(chunk: str) -> tuple[str, str]:
    forms = [form for word in split(chunk) for form in word.forms]
    return " ".join(forms), " ".join(map(stem, forms))


class LexicalIndex:
    """A keyword index; made by :func:`build` or :func:`load`. Threads may share it.

    ``stem`` is what its words went through; to measure what that is worth, it can be left out.
    """

    def __init__(self, index: Index, stem: Callable[[str], str] = stem) -> None:
        self._stem = stem
        self._schema = index.schema
        self._searcher = index.searcher()
        self._speller = Speller(lambda letter: self._searcher.terms_with_prefix("exact", letter))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def document_frequency(self, term: str) -> int:
        """How many passages have this stem in their heading or text."""
        return int(self._searcher.doc_freq("body", term))

    def known(self, term: str) -> bool:
        """Whether any passage has this stem."""
        return self.document_frequency(term) > 0

    def idf(self, term: str) -> float:
        """The weight of a stem in BM25: ln(1 + (N - n + 0.5) / (n + 0.5))."""
        frequency = self.document_frequency(term)
        return math.log1p((len(self) - frequency + 0.5) / (frequency + 0.5))

    def nearest(self, form: str) -> tuple[str, ...]:
        """Words of the library that an unknown word may be a slip of; not stemmed, best first."""
        return self._speller.nearest(form)

    def search(self, question: str, k: int) -> list[tuple[int, float]]:
        """The best ``k`` passages: (position, score), best first, equal scores by position.

        Passages that share no term with the question are left out. A word that no passage has is
        replaced by its nearest known words.
        """
        words = list(dict.fromkeys(_telling(split(question[:LONGEST_QUESTION]))))[:MOST_WORDS]
        if k < 1 or not words:
            return []
        query = _any([self._clause(word) for word in words])
        hits = self._searcher.search(query, k, count=False).hits
        positions = self._searcher.fast_field_values("position", [place for _, place in hits])
        found = [(int(p or 0), float(s)) for p, (s, _) in zip(positions, hits, strict=True)]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _clause(self, word: Word) -> Query:
        """What a word of the question asks for: the whole or all of its parts, what fits better."""
        stem = self._stem
        parts = [part for part in word.parts if part not in STOP_WORDS and self.known(stem(part))]
        options = [self._term(word.whole)] if self.known(stem(word.whole)) else []
        if parts:
            options.append(_any([self._term(part) for part in parts]))
        return _best(options) if options else self._slips(word)

    def _slips(self, word: Word) -> Query:
        forms = word.parts or (word.whole,)
        found = [[self._term(known) for known in self.nearest(form)] for form in forms]
        pieces = [Query.boost_query(_best(queries), SLIP_WEIGHT) for queries in found if queries]
        return _any(pieces)

    def _term(self, form: str) -> Query:
        stemmed = {"body": self._stem(form), "heading": self._stem(form), "exact": form}
        return Query.boolean_query(
            [
                (
                    Occur.Should,
                    Query.boost_query(
                        Query.term_query(self._schema, field, stemmed[field], index_option="freq"),
                        weight,
                    ),
                )
                for field, weight in WEIGHTS.items()
            ]
        )


def build_in_memory(passages: Iterable[Passage], *, stemming: bool = True) -> LexicalIndex:
    """An index that lives as long as it is used; position i is the i-th passage."""
    index = Index(_schema())
    _fill(index, passages, stemming=stemming)
    return LexicalIndex(index, stem if stemming else _unchanged)


def build(passages: Sequence[Passage], folder: Path, origin: Origin) -> LexicalIndex:
    """Write the index into ``folder``, in a folder named after the generation, and open it.

    Older generations are removed. Raises :class:`OSError` where it cannot be written, and
    :class:`ValueError` where another process has removed it meanwhile.
    """
    place = folder / str(origin.generation)
    write_folder(place, lambda new: _fill(Index(_schema(), path=str(new)), passages), origin)
    remove_others(place)
    return opened(place)


def load(folder: Path, origin: Origin) -> LexicalIndex | None:
    """The index of this origin, or ``None`` where it must be built: missing, damaged or behind."""
    place = folder / str(origin.generation)
    if not folder_is_whole(place, origin):
        return None
    try:
        return opened(place)
    except ValueError:  # a list of Tantivy's own, which it rewrites and no checksum covers
        return None


def opened(place: Path) -> LexicalIndex:
    """The index in a folder. Raises :class:`ValueError` where any of its files is not there.

    While another process removes the folder, Tantivy opens what is left of it, and fails only when
    a word is looked up. So one is.
    """
    found = LexicalIndex(Index.open(str(place)))
    found.known("")
    return found


def _schema() -> Schema:
    builder = SchemaBuilder()
    for field in WEIGHTS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.add_unsigned_field("position", fast=True).build()


def _unchanged(form: str) -> str:
    return form


def _fill(index: Index, passages: Iterable[Passage], *, stemming: bool = True) -> None:
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    try:
        for position, passage in enumerate(passages):
            writer.add_document(_document(position, passage, stemming=stemming))
        writer.commit()
    finally:
        writer.wait_merging_threads()  # after this, nothing writes into the folder any more
    index.reload()


def _document(position: int, passage: Passage, *, stemming: bool) -> Document:
    heading, heading_stems = _analysed(" ".join((*passage.heading, passage.header)))
    text, text_stems = _analysed(passage.text)
    if not stemming:
        heading_stems, text_stems = heading, text
    document = Document()
    document.add_unsigned("position", position)
    document.add_text("heading", heading_stems)
    document.add_text("body", f"{heading_stems} {text_stems}")
    document.add_text("exact", f"{heading} {text}")
    return document


def _telling(words: list[Word]) -> list[Word]:
    """The words without stop words, or all of them where nothing else is there."""
    return [
        word
        for word in words
        if word.whole not in STOP_WORDS and not (word.parts and STOP_WORDS.issuperset(word.parts))
    ] or words


def _any(queries: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _best(queries: list[Query]) -> Query:
    return Query.disjunction_max_query(queries)

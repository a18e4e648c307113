"""A system built in memory from documents and settings, ready to be asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from assistant import lexical, retrieve, vectors
from assistant.chunk import Chunking, chunk, embedded_text, unit_spans
from assistant.errors import AssistantError
from assistant.evaluation.cache import EmbeddingCache
from assistant.evaluation.naive import recursive
from assistant.evaluation.systems import Settings
from assistant.indexes import Index
from assistant.loaded import Loaded
from assistant.packed import Cells, stack
from assistant.protocols import Encoder, Pieces, Progress
from assistant.types import Document, Hit, Passage

# The constant of reciprocal rank fusion, as its authors chose it.
RRF_CONSTANT = 60


@dataclass(frozen=True, slots=True)
class System:
    """Passages of all documents as the settings want them, in an index of the product's kind."""

    settings: Settings
    index: Index

    def search(self, question: str, asked: Pieces, k: int) -> list[Hit]:
        """The best ``k`` passages. ``asked`` is the question as the encoder reads it."""
        if self.settings.ranks_as_shipped:
            return retrieve.search(self.index, question, asked, k, self.settings.mode)
        ranking = rank(self.index, question, asked, self.settings)
        if self.settings.collapse:
            ranking = retrieve.distinct(self.index, ranking, k)
        return [
            Hit(self.index.passages[position], score, place)
            for place, (position, score) in enumerate(ranking[:k], 1)
        ]


def build(
    documents: Iterable[Document],
    settings: Settings,
    encoder: Encoder,
    cache: EmbeddingCache,
    progress: Progress | None = None,
) -> System:
    """Cut the documents, embed what the cache does not have, and index it; nothing else is kept.

    Raises :class:`AssistantError` where the documents hold no text to search.
    """
    passages: list[Passage] = []
    cut = list(documents)
    for done, document in enumerate(cut, 1):
        passages += _passages(document, settings, encoder)
        if progress is not None and (done % 50 == 0 or done == len(cut)):
            progress("index", done, len(cut))
    if not passages:
        raise AssistantError("The documents hold no passages.", "Look at them: assistant index")
    raw = settings.splitter == "recursive"
    texts = [passage.text if raw else embedded_text(passage) for passage in passages]
    cells = cache.passages(texts, [unit_spans(passage) for passage in passages], progress)
    loaded = _loaded(passages, cells, encoder.sha256, units=settings.units)
    words = () if settings.mode == "dense" else loaded.passages
    index = Index(
        loaded,
        vectors.build(loaded.stacked.matrix),
        lexical.build_in_memory(words, stemming=settings.stemming),
        {passage.passage_id: i for i, passage in enumerate(loaded.passages)},
    )
    return System(settings, index)


def rank(index: Index, question: str, asked: Pieces, settings: Settings) -> retrieve.Ranking:
    """The candidates as :func:`retrieve.search` finds and orders them, with other settings."""
    query, depth = asked.whole, settings.depth
    dense = [] if settings.mode == "lexical" else retrieve.search_dense(index, query, depth)
    keyword = [] if settings.mode == "dense" else index.lexical.search(question, depth)
    if settings.mode != "hybrid":
        return dense or keyword
    if settings.fusion == "rrf":
        return reciprocal_rank_fusion([dense, keyword])
    union = list(dict.fromkeys(position for position, _ in (*dense, *keyword)))
    similar = dict(zip(union, retrieve.similarities(index, query, union), strict=True))
    fused = retrieve.fuse(similar, dict(keyword), settings.weight)
    return retrieve.in_context(index, question, asked, fused, settings.context)


def reciprocal_rank_fusion(rankings: Sequence[retrieve.Ranking]) -> retrieve.Ranking:
    """Rankings as one: the sum of 1 / (60 + rank), equal scores by position.

    After Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods" (SIGIR 2009).
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, (position, _) in enumerate(ranking, 1):
            scores[position] = scores.get(position, 0.0) + 1 / (RRF_CONSTANT + place)
    return sorted(scores.items(), key=lambda found: (-found[1], found[0]))


def _passages(document: Document, settings: Settings, encoder: Encoder) -> list[Passage]:
    if settings.splitter == "recursive":
        return recursive(document, settings.target, settings.small)
    sizes = Chunking(settings.target, settings.small)
    passages = chunk(document, encoder.count_tokens, encoder.max_tokens, sizes)
    if settings.heading == "path":
        return passages
    kept = slice(0, 0) if settings.heading == "none" else slice(-2, None)
    return [replace(passage, heading=passage.heading[kept]) for passage in passages]


def _loaded(
    passages: Sequence[Passage], cells: Sequence[Cells], encoder_sha256: str, *, units: bool
) -> Loaded:
    """Passages and vectors as the store would load them; without ``units`` there are none."""
    if not units:
        passages = [replace(passage, units=()) for passage in passages]
        cells = [(vector, b"", pieces, spans) for vector, _, pieces, spans in cells]
    return Loaded(
        generation=0,
        stacked=stack(cells),
        encoder_sha256=encoder_sha256,
        passages=tuple(passages),
        keys=np.arange(len(passages)),
    )

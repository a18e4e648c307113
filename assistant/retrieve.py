"""Search: dense and keyword candidates, fused into one ranking. Plain functions over an index."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.indexes import Index
from assistant.match import matched
from assistant.protocols import Pieces
from assistant.types import Hit, Mode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.types import Vectors

# How many candidates each search hands to the fusion.
DEPTH = 100
# The share of the dense score in the fused one; measured on the development questions.
DENSE_WEIGHT = 0.6
# The share of its most similar unit in how near a passage is; measured likewise.
UNIT_WEIGHT = 0.5
# The share, in the score of a passage, of how well it meets the question's words in context, beside
# the fused one; measured likewise.
CONTEXT_WEIGHT = 0.6
# Passages at least this similar to a better one say the same and are left out.
DUPLICATE = 0.98

Ranking = list[tuple[int, float]]


def search(
    index: Index,
    question: str,
    asked: Pieces | None,
    k: int,
    mode: Mode,
    within: Collection[int] | None = None,
) -> list[Hit]:
    """The ``k`` passages that fit the question best, best first.

    ``asked`` is the question as the encoder reads it; ``lexical`` mode needs none. Scores are
    cosines in ``dense`` mode, BM25 in ``lexical`` mode, and below 1 in ``hybrid`` mode. With
    ``within``, only the passages at these positions are searched.
    """
    query = None if asked is None else asked.whole
    dense = [] if query is None or mode == "lexical" else search_dense(index, query, DEPTH, within)
    keyword = [] if mode == "dense" else search_keywords(index, question, DEPTH, within)
    if mode == "hybrid" and asked is not None:
        union = list(dict.fromkeys(position for position, _ in (*dense, *keyword)))
        similar = similarities(index, asked.whole, union)
        fused = fuse(dict(zip(union, similar, strict=True)), dict(keyword), DENSE_WEIGHT)
        ranking = in_context(index, question, asked, fused, CONTEXT_WEIGHT)
    else:
        ranking = keyword if mode == "lexical" else dense
    dense_rank = {position: rank for rank, (position, _) in enumerate(dense, 1)}
    lexical_rank = {position: rank for rank, (position, _) in enumerate(keyword, 1)}
    return [
        Hit(
            index.passages[position],
            score,
            rank,
            dense_rank.get(position),
            lexical_rank.get(position),
        )
        for rank, (position, score) in enumerate(distinct(index, ranking, k), 1)
    ]


def search_dense(
    index: Index, query: Vectors, k: int, within: Collection[int] | None = None
) -> Ranking:
    """The ``k`` nearest passages by vector, ordered by their most similar part."""
    if within is None:
        nearest = index.vectors.search(query, k)[0]
    else:
        among = np.array(sorted(within), np.int64)
        nearest = among[
            np.argsort(-(index.loaded.stacked.matrix[among] @ query), kind="stable")[:k]
        ]
    positions = [int(position) for position in nearest]
    scored = zip(positions, similarities(index, query, positions), strict=True)
    return sorted(scored, key=lambda found: (-found[1], found[0]))


def search_keywords(
    index: Index, question: str, k: int, within: Collection[int] | None = None
) -> Ranking:
    """The ``k`` best passages by BM25."""
    if within is None:
        return index.lexical.search(question, k)
    found = index.lexical.search(question, len(index.passages))
    return [(position, score) for position, score in found if position in within][:k]


def similarities(index: Index, query: Vectors, positions: Sequence[int]) -> list[float]:
    """How near each passage is: the mean of its own cosine and that of its most similar unit.

    Comparing parts finds the sentence that answers inside a passage that is about more (MaxSim, as
    in ColBERT, Khattab and Zaharia 2020, here over units); the whole tells what it is about.
    """
    nearest = []
    for position in positions:
        whole = float(index.loaded.stacked.matrix[position] @ query)
        units = unit_similarities(index, query, position)
        best = float(units.max()) if len(units) else whole
        nearest.append(UNIT_WEIGHT * best + (1 - UNIT_WEIGHT) * whole)
    return nearest


def unit_similarities(index: Index, query: Vectors, position: int) -> NDArray[np.float32]:
    """The cosine of each unit of one passage with the question: float32 (m,)."""
    first, end = index.loaded.stacked.offsets[position : position + 2]
    return np.asarray(index.loaded.stacked.unit_vectors[first:end].astype(np.float32) @ query)


def fuse(dense: dict[int, float], keyword: dict[int, float], weight: float) -> Ranking:
    """Convex combination of the two scores, each scaled to 0…1 over the candidates.

    ``weight`` is the share of the dense score; a passage that a search did not find has its lowest
    score there. After Bruch, Gai and Ingber, "An Analysis of Fusion Functions for Hybrid
    Retrieval" (2022). Equal scores are ordered by position.

    >>> fuse({0: 0.9, 1: 0.5, 2: 0.1}, {1: 8.0}, weight=0.5)
    [(1, 0.75), (0, 0.5), (2, 0.0)]
    """
    candidates = sorted(dense.keys() | keyword.keys())
    scaled_dense = _scaled({c: dense.get(c, min(dense.values(), default=0)) for c in candidates})
    scaled_keyword = _scaled({c: keyword.get(c, 0.0) for c in candidates})
    fused = [(c, weight * scaled_dense[c] + (1 - weight) * scaled_keyword[c]) for c in candidates]
    return sorted(fused, key=lambda found: (-found[1], found[0]))


def in_context(
    index: Index, question: str, asked: Pieces, ranking: Ranking, weight: float
) -> Ranking:
    """The same passages, ordered also by how well each one meets the question's words.

    Each word counts with the most similar one of the passage, as both are in context (late
    interaction, Khattab and Zaharia 2020). ``weight`` is the share of that in the score.
    """
    found = [index.loaded.stacked.word_pieces(position) for position, _ in ranking]
    met = matched(question, asked, found, index.lexical.idf)
    mixed = [
        (position, (1 - weight) * score + weight * float(own))
        for (position, score), own in zip(ranking, met, strict=True)
    ]
    return sorted(mixed, key=lambda found: (-found[1], found[0]))


def _scaled(scores: dict[int, float]) -> dict[int, float]:
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    if high == low:
        return dict.fromkeys(scores, float(high > 0))
    return {key: (score - low) / (high - low) for key, score in scores.items()}


def distinct(index: Index, ranking: Ranking, k: int) -> Ranking:
    """The best ``k`` of a ranking without those that repeat a better one almost word by word."""
    kept: Ranking = []
    for position, score in ranking:
        if len(kept) == k:
            break
        others = index.loaded.stacked.matrix[[other for other, _ in kept]]
        if not kept or float((others @ index.loaded.stacked.matrix[position]).max()) < DUPLICATE:
            kept.append((position, score))
    return kept

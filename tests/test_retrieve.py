from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from passages import index, passage, word_pieces

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.errors import EncoderError
from assistant.indexes import Index, open_index
from assistant.library import Library
from assistant.retrieve import (
    CONTEXT_WEIGHT,
    DENSE_WEIGHT,
    DEPTH,
    UNIT_WEIGHT,
    distinct,
    fuse,
    in_context,
    search,
    search_dense,
)
from assistant.store import Store
from assistant.types import Mode

QUERY = np.array([1, 0], np.float32)
ASKED = word_pieces("", QUERY, [])
GLUE = passage(1, "Glue crawls data.")
ETL = passage(2, "Glue moves tables.")
POLLY = passage(3, "Polly reads aloud.")


@pytest.fixture(scope="module")
def three() -> Index:
    """Two passages with the word Glue, and one that is nearest by vector."""
    return index([GLUE, ETL, POLLY], [[0.8, 0.6], [0, 1], [1, 0]], [[], [], []])


@pytest.fixture(scope="module")
def sheet(cheat_sheet: Library) -> Index:
    folder = cheat_sheet.config.library
    with Store.open(folder / "library.db", create=False) as store:
        return open_index(store, folder)


def test_fusion_worked_by_hand() -> None:
    # Dense, scaled from 0.2…0.8:  1, 2/3, 0.   Keywords, 0 where not found, scaled: 0, 1, 1/2.
    ranking = fuse({0: 0.8, 1: 0.6, 2: 0.2}, {1: 6.0, 2: 3.0}, weight=0.7)
    assert [position for position, _ in ranking] == [1, 0, 2]
    assert_allclose([score for _, score in ranking], [0.7 * 2 / 3 + 0.3, 0.7, 0.15])


def test_a_passage_that_only_one_search_found_has_the_lowest_score_of_the_other() -> None:
    assert fuse({0: 0.9, 1: 0.1}, {2: 5.0}, weight=0.5) == [(0, 0.5), (2, 0.5), (1, 0.0)]


def test_nothing_found_is_nothing_fused() -> None:
    assert fuse({}, {}, weight=0.5) == []


def test_equal_scores_say_nothing_about_the_order() -> None:
    assert fuse({4: 0.3, 2: 0.3}, {}, weight=0.5) == [(2, 0.5), (4, 0.5)]


SCORES = st.dictionaries(st.integers(0, 30), st.floats(-1, 1, width=32), max_size=20)
WEIGHTS = st.floats(0, 1)


@given(dense=SCORES, keyword=SCORES, weight=WEIGHTS)
def test_fused_scores_are_between_0_and_1_best_first(
    dense: dict[int, float], keyword: dict[int, float], weight: float
) -> None:
    ranking = fuse(dense, keyword, weight)
    assert {position for position, _ in ranking} == dense.keys() | keyword.keys()
    assert all(0 <= score <= 1 for _, score in ranking)
    assert ranking == sorted(ranking, key=lambda found: (-found[1], found[0]))


@given(dense=SCORES, keyword=SCORES, weight=WEIGHTS)
def test_the_order_in_which_candidates_arrive_makes_no_difference(
    dense: dict[int, float], keyword: dict[int, float], weight: float
) -> None:
    backwards = dict(reversed(dense.items())), dict(reversed(keyword.items()))
    assert fuse(*backwards, weight) == fuse(dense, keyword, weight)


@given(dense=SCORES.filter(bool), weight=WEIGHTS, data=st.data())
def test_what_is_no_worse_in_both_searches_is_never_behind(
    dense: dict[int, float], weight: float, data: st.DataObject
) -> None:
    keyword = {key: data.draw(st.floats(0, 50, width=32)) for key in dense}
    fused = dict(fuse(dense, keyword, weight))
    for a in dense:
        for b in dense:
            if dense[a] >= dense[b] and keyword[a] >= keyword[b]:
                assert fused[a] >= fused[b]


def test_hybrid_search_worked_by_hand(three: Index) -> None:
    # Glue stands in two passages of equal length, so both have the same BM25 score, scaled to 1.
    hits = search(three, "Glue", ASKED, 5, "hybrid")
    assert [hit.passage for hit in hits] == [GLUE, POLLY, ETL]
    rest = 1 - DENSE_WEIGHT
    fused = np.array([0.8 * DENSE_WEIGHT + rest, DENSE_WEIGHT, rest])
    assert_allclose([h.score for h in hits], fused * (1 - CONTEXT_WEIGHT), 1e-6)
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.dense_rank for hit in hits] == [2, 1, 3]
    assert [hit.lexical_rank for hit in hits] == [1, None, 2]


def test_words_that_are_met_in_context_count_in_the_score() -> None:
    texts = [passage(1, "Glue moves data."), passage(2, "Glue for wood.")]
    rows: list[list[float]] = [[0.6, 0.8], [0.6, -0.8]]
    small = index(texts, rows, [[], []], [[[1, 0], [0, 1]], [[0.8, 0.6], [0, 1]]])
    asked = word_pieces("Glue", QUERY, [[0.8, 0.6]])
    met = [0.8, 1.0]
    ranking = in_context(small, "Glue", asked, [(0, 0.5), (1, 0.25)], 0.75)
    assert [position for position, _ in ranking] == [1, 0]
    expected = [0.25 * 0.25 + 0.75 * met[1], 0.25 * 0.5 + 0.75 * met[0]]
    assert_allclose([score for _, score in ranking], expected, atol=0.01)  # kept as bytes
    assert [h.passage for h in search(small, "Glue", asked, 2, "hybrid")] == texts[::-1]
    # A question of stop words meets nothing, and leaves the order as it is.
    assert [p for p, _ in in_context(small, "What is it?", ASKED, [(0, 0.5), (1, 0.2)], 0.9)] == [
        0,
        1,
    ]


def test_dense_search_scores_by_cosine(three: Index) -> None:
    hits = search(three, "Glue", ASKED, 2, "dense")
    assert [hit.passage for hit in hits] == [POLLY, GLUE]
    assert_allclose([hit.score for hit in hits], [1, 0.8], 1e-6)
    assert [(hit.rank, hit.dense_rank, hit.lexical_rank) for hit in hits] == [
        (1, 1, None),
        (2, 2, None),
    ]


def test_lexical_search_needs_no_vector(three: Index) -> None:
    hits = search(three, "Glue tables", None, 5, "lexical")
    assert [hit.passage for hit in hits] == [ETL, GLUE]
    assert hits[0].score > hits[1].score > 0
    assert [(hit.rank, hit.dense_rank, hit.lexical_rank) for hit in hits] == [
        (1, None, 1),
        (2, None, 2),
    ]


def test_a_passage_counts_by_its_whole_and_by_its_most_similar_part() -> None:
    two_parts = passage(1, "Polly speaks. Lex listens.", units=["Polly speaks.", "Lex listens."])
    one_part = passage(2, "Glue moves.")
    small = index(
        [two_parts, one_part], [[0.6, 0.8], [0.7, 0.714]], [[[1, 0], [0, 1]], [[0.8, 0.6]]]
    )
    # The means of 0.6 and 1, and of 0.7 and 0.8: the second is nearer as a whole, yet comes behind.
    assert UNIT_WEIGHT == 0.5
    found = search_dense(small, QUERY, 2)
    assert [position for position, _ in found] == [0, 1]
    assert_allclose([score for _, score in found], [0.8, 0.75], atol=1e-3)


def test_of_near_duplicates_the_better_one_stays() -> None:
    texts = [passage(n, f"Number {n}.") for n in range(1, 5)]
    # Cosines between neighbours: 1 and 2 are 0.9950, the others below 0.98.
    rows = [[1.0, 0.0], [0.995, 0.0998749], [0.95, 0.3122499], [0.8, 0.6]]
    small = index(texts, rows, [[], [], [], []])
    hits = search(small, "", ASKED, 3, "dense")
    assert [hit.passage.passage_id for hit in hits] == ["notes-1", "notes-3", "notes-4"]
    assert [hit.rank for hit in hits] == [1, 2, 3]
    assert [hit.dense_rank for hit in hits] == [1, 3, 4]
    assert distinct(small, [(1, 0.9), (0, 0.5)], 2) == [(1, 0.9)]


@pytest.mark.parametrize(
    "question",
    ["What is drift?", "Overfitting", "Welches Jahr?", "s3:GetObject", "price of Amazon Polly"],
)
def test_dense_search_is_what_numpy_finds_by_force(
    sheet: Index, encoder: SentenceEncoder, question: str
) -> None:
    query = encoder.encode_query(question)
    whole = sheet.loaded.stacked.matrix @ query
    units = sheet.loaded.stacked.unit_vectors.astype(np.float32) @ query
    bounds = zip(sheet.loaded.stacked.offsets[:-1], sheet.loaded.stacked.offsets[1:], strict=True)
    best = np.array(
        [
            UNIT_WEIGHT * max(units[a:b], default=w) + (1 - UNIT_WEIGHT) * w
            for w, (a, b) in zip(whole, bounds, strict=True)
        ]
    )
    candidates = np.argsort(-whole, kind="stable")[:DEPTH]
    expected = candidates[np.argsort(-best[candidates], kind="stable")]
    found = search_dense(sheet, query, DEPTH)
    assert_allclose([score for _, score in found], best[expected], atol=1e-5)
    assert [position for position, _ in found][:10] == list(expected[:10])


@pytest.mark.parametrize("mode", ["hybrid", "lexical"])
@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("MaxNumberOfTrainingJobs", "`MaxNumberOfTrainingJobs`"),
        ("What is maxnumberoftrainingjobs for?", "`MaxNumberOfTrainingJobs`"),
        ("s3:GetObject", "`s3:GetObject`"),
        ("Which policy lets SageMaker call s3:GetObject?", "`s3:GetObject`"),
        ("PCA", "PCA"),
        ("RLHF", "RLHF"),
        ("k-NN", "k-NN"),
        ("mturk", "MTurk"),
        ("SagMaker Debuger", "SageMaker Debugger"),
        ("What does SagMaker Debuger do?", "SageMaker Debugger"),
        ("Rekogniton", "Rekognition"),
        ("which images can Rekogniton analyse", "Rekognition"),
    ],
)
def test_names_and_slips_find_their_passage(
    cheat_sheet: Library, question: str, words: str, mode: Mode
) -> None:
    first = cheat_sheet.search(question, 1, mode)[0].passage
    assert words in " ".join((*first.heading, first.text))


def test_lexical_search_works_without_an_encoder(cheat_sheet: Library) -> None:
    config = load_config(library=cheat_sheet.config.library, encoder="nobody/no-such-model")
    with Library.open(config) as library:
        assert library.search("PCA", 1, "lexical") == cheat_sheet.search("PCA", 1, "lexical")
        with pytest.raises(EncoderError):
            library.search("PCA", 1, "hybrid")


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_the_same_question_finds_the_same(cheat_sheet: Library, mode: Mode) -> None:
    hits = cheat_sheet.search("What is data drift?", 10, mode)
    assert hits == cheat_sheet.search("What is data drift?", 10, mode)
    assert hits[:3] == cheat_sheet.search("What is data drift?", 3, mode)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)

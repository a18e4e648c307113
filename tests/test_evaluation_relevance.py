from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation.relevance import SHARES, judge
from assistant.evaluation.spans import Place
from assistant.types import Document, Passage

TEXT = "abcdefghijklmnopqrstuvwxyz"
DOCUMENTS = {"t": Document("t", "t", "", "", TEXT), "u": Document("u", "u", "", "", TEXT)}


def passages(*bounds: tuple[int, int], path: str = "t") -> list[Passage]:
    return [
        Passage(f"{path}-{n}", path, path, (), None, None, start, end, TEXT[start:end])
        for n, (start, end) in enumerate(bounds, 1)
    ]


def relevant(found: list[Place], cut: list[Passage], least: float) -> list[str]:
    return list(judge({"q": found}, DOCUMENTS, cut, least).get("q", {}))


# A span of ten letters; passages 1 and 2 hold three and seven of them, passage 3 five.
SPAN = [Place("t", 4, 14, "full")]
CUT = passages((0, 7), (7, 26), (9, 14))


@pytest.mark.parametrize(
    ("least", "expected"),
    [
        (0.25, ["t-1", "t-2", "t-3"]),
        (0.3, ["t-1", "t-2", "t-3"]),
        (0.5, ["t-2", "t-3"]),
        (0.7, ["t-2"]),
        (0.75, ["t-2"]),  # none holds as much: the one with the most
        (1.0, ["t-2"]),
    ],
)
def test_shares_worked_by_hand(least: float, expected: list[str]) -> None:
    assert relevant(SPAN, CUT, least) == expected


def test_every_place_counts_and_only_in_its_document() -> None:
    cut = [*passages((0, 13), (13, 26)), *passages((0, 26), path="u")]
    twice = [Place("t", 2, 6, "full"), Place("t", 20, 24, "full")]
    assert relevant(twice, cut, 0.5) == ["t-1", "t-2"]
    assert relevant([Place("u", 2, 6, "full")], cut, 0.5) == ["u-1"]


def test_parts_count_only_without_a_full_span() -> None:
    cut = passages((0, 13), (13, 26))
    part, full = Place("t", 2, 6, "part"), Place("t", 20, 24, "full")
    assert relevant([part, full], cut, 0.5) == ["t-2"]
    assert relevant([part], cut, 0.5) == ["t-1"]


def test_a_question_without_places_or_passages_has_no_judgment() -> None:
    assert judge({"q": []}, DOCUMENTS, CUT) == {}
    assert judge({"q": SPAN}, DOCUMENTS, []) == {}
    assert judge({"q": SPAN}, DOCUMENTS, passages((20, 26))) == {}


BOUND = st.integers(0, 25)
SPANS = st.tuples(BOUND, BOUND).map(lambda pair: (min(pair), max(pair) + 1))


@settings(deadline=None)
@given(SPANS, st.lists(SPANS, max_size=6))
def test_a_higher_share_never_adds_but_never_loses_all(
    span: tuple[int, int], bounds: list[tuple[int, int]]
) -> None:
    found = [
        set(relevant([Place("t", *span, "full")], passages(*bounds), least)) for least in SHARES
    ]
    assert all(high <= low for low, high in pairwise(found))
    touched = any(a < span[1] and span[0] < b for a, b in bounds)
    assert all(bool(one) == touched for one in found)

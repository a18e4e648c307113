import pytest
from evaluation_set import BAROMETER, CLOUDS
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evaluation.questions import Gold, Question
from assistant.evaluation.spans import letters, occurrences, places, share, wanted
from assistant.types import Document

DOCUMENT = Document("c", "clouds.md", "", "", CLOUDS)
WORDS = st.lists(st.sampled_from(["a", "b", "(c)", "d."]), min_size=1, max_size=4)


def test_a_quote_is_found_wherever_it_stands() -> None:
    text = "AUC is the\n area (1).  The area (1). the area (2)."
    assert [text[a:b] for a, b in occurrences(text, "the area (1).")] == ["the\n area (1)."]
    assert len(occurrences(text, "area")) == 3
    assert occurrences(text, "volume") == []
    assert occurrences(text, "  ") == []


@settings(deadline=None)
@given(WORDS, WORDS, WORDS, st.sampled_from([" ", "\n", " \t "]))
def test_white_space_never_matters(
    before: list[str], quote: list[str], after: list[str], blank: str
) -> None:
    text = blank.join([*before, *quote, *after])
    found = [text[a:b].split() for a, b in occurrences(text, " ".join(quote))]
    assert quote in found
    assert all(words == quote for words in found)


def test_places_know_document_and_grade() -> None:
    question = Question(
        "q",
        "?",
        "",
        "",
        True,
        (),
        (Gold("clouds.md", BAROMETER), Gold("clouds.md", "clouds", "part"), Gold("other", "x")),
    )
    found = places(question, {"clouds.md": DOCUMENT})
    assert [CLOUDS[p.start : p.end] for p in found] == [BAROMETER, "clouds", "clouds"]
    assert [p.grade for p in found] == ["full", "part", "part"]
    assert wanted(found) == [found[0]]
    assert wanted(found[1:]) == list(found[1:])


def test_shares_are_counted_in_letters() -> None:
    text = "- **abcd** efgh"
    counts = letters(text)
    assert share(counts, (0, len(text)), [(4, 8)]) == 0.5
    assert share(counts, (0, len(text)), [(4, 6), (5, 8), (11, 15)]) == 1
    assert share(counts, (4, 8), [(0, 5), (7, 15)]) == 0.5
    assert share(counts, (0, 4), [(0, 15)]) == 0  # no letters to hold


@settings(deadline=None)
@given(st.text("ab -", min_size=1, max_size=30), st.data())
def test_a_share_is_that_of_the_set_of_letters(text: str, data: st.DataObject) -> None:
    bound = st.integers(0, len(text))
    spans = data.draw(st.lists(st.tuples(bound, bound), max_size=4))
    start, end = sorted(data.draw(st.tuples(bound, bound)))
    inside = {i for i in range(start, end) if text[i].isalnum()}
    held = {i for a, b in spans for i in range(a, b)}
    expected = len(inside & held) / len(inside) if inside else 0
    assert share(letters(text), (start, end), spans) == pytest.approx(expected)

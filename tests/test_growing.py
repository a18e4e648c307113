from __future__ import annotations

import doctest
from itertools import pairwise, repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import growing
from assistant.growing import marked, sentences_of

MOST = 4000


def read(*pieces: str) -> list[tuple[str, str]]:
    return list(sentences_of(pieces, MOST))


def test_sentences_come_with_the_gap_before_them() -> None:
    assert read("It learns [1]. It stops.\n\n- A list.\n- Of two.") == [
        ("", "It learns [1]."),
        (" ", "It stops."),
        ("\n", "- A list."),
        ("\n", "- Of two."),
    ]


def test_a_sentence_comes_when_the_next_begins() -> None:
    pieces = iter(["It learns.", " ", "[", "1", "]", " ", "It", " stops", ". "])
    assert next(sentences_of(pieces, MOST)) == ("", "It learns [1].")
    assert list(pieces) == [" stops", ". "]


@pytest.mark.parametrize("end", ["[", "[1", " [1", " [1]["])
def test_an_unfinished_mark_is_never_part_of_a_sentence(end: str) -> None:
    for _, sentence in read("It learns.", end):
        assert sentence.count("[") == sentence.count("]")
    assert read("It learns.", end)[0][1] in ("It learns.", "It learns [1].")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("It learns. [1]", "It learns [1]."),
        ("It learns.[1] [2]", "It learns [1] [2]."),
        ("It learns [1, 2].", "It learns [1][2]."),
        ("It learns [1;2 & 3].", "It learns [1][2][3]."),
        ("It learns 【2†source】.", "It learns [2]."),
        ("It learns [passage 3].", "It learns [3]."),
        ("It learns [2](https://example.org/x.png).", "It learns [2]."),
        ('It "learns." [1]', 'It "learns [1]."'),
        ("It learns [a] x[i].", "It learns [a] x[i]."),
    ],
)
def test_marks_are_read_as_models_write_them(written: str, meant: str) -> None:
    assert marked(written) == meant
    assert marked(meant) == meant


WORDS = st.sampled_from(
    ["It", "learns", "e.g.", "here", "No. 3", "x", "“Yes”", "- item", "1.", "Dr."]
)
ENDS = st.sampled_from([" ", ". ", ".\n", "\n\n", "! ", ". [1] ", " [2]. ", ".[3][4] ", "。", ": "])


@given(st.lists(st.tuples(WORDS, ENDS), max_size=12), st.data())
def test_where_pieces_end_makes_no_difference(
    parts: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "".join(word + end for word, end in parts)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    edges = [0, *cuts, len(text)]
    pieces = [text[a:b] for a, b in pairwise(edges)]
    assert read(*pieces) == read(text)


@given(st.lists(st.tuples(WORDS, ENDS), max_size=12))
def test_no_word_is_lost(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + end for word, end in parts)
    joined = "".join(gap + sentence for gap, sentence in read(text))
    assert sorted(joined.split()) == sorted(marked(text).split())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200))
def test_any_text_is_read(text: str) -> None:
    for gap, sentence in read(text):
        assert gap in ("", " ", "\n")
        assert sentence == sentence.strip()


def test_a_text_without_end_is_cut() -> None:
    assert len(list(sentences_of(repeat("It learns. "), 110))) == 10


def test_examples() -> None:
    assert doctest.testmod(growing).failed == 0

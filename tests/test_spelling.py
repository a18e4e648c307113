from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.spelling import Speller, distance

WORDS = {
    "sagemaker": 40,
    "kinesis": 9,
    "kines": 1,
    "debugger": 5,
    "stage": 3,
    "state": 7,
    "star": 2,
}


@pytest.fixture
def speller() -> Speller:
    return Speller(lambda letter: [(w, n) for w, n in WORDS.items() if w.startswith(letter)])


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("sagmaker", ("sagemaker",)),  # a letter lost
        ("sagemakker", ("sagemaker",)),  # one too many
        ("sagenaker", ("sagemaker",)),  # another one
        ("sgaemaker", ("sagemaker",)),  # two exchanged
        ("asgemaker", ("sagemaker",)),  # the first two
        ("sagmeker", ("sagemaker",)),  # two slips in a long word
        ("kinesys", ("kinesis",)),
        ("kinisys", ()),  # two slips in a short word
        ("debuger", ("debugger",)),
        ("tagemaker", ()),  # another first letter
        ("stabe", ("state", "stage")),  # as near, more frequent
        ("sta", ()),  # too short
        ("sagemaker2", ()),  # a name
        ("", ()),
    ],
)
def test_nearest(speller: Speller, word: str, known: tuple[str, ...]) -> None:
    assert speller.nearest(word) == known


@pytest.mark.parametrize(
    ("left", "right", "steps"),
    [("", "", 0), ("ab", "ba", 1), ("ca", "abc", 3), ("kitten", "sitting", 3), ("abc", "", 3)],
)
def test_distance(left: str, right: str, steps: int) -> None:
    assert distance(left, right, 5) == steps
    assert distance(left, right, 1) == min(steps, 2)


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_distance_is_symmetric_and_at_most_the_longer_word(left: str, right: str) -> None:
    steps = distance(left, right, 10)
    assert steps == distance(right, left, 10)
    assert abs(len(left) - len(right)) <= steps <= max(len(left), len(right))
    assert (steps == 0) == (left == right)

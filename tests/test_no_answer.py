from __future__ import annotations

import doctest

import pytest

from assistant import no_answer
from assistant.no_answer import says_no_answer

REFUSALS = [
    "NOT ANSWERED",
    "Not answered.",
    "**NOT ANSWERED**",
    "I don't know.",
    "I do not know the answer.",
    "I'm sorry, but I cannot answer this question.",
    "I'm sorry, I don't have enough information to answer.",
    "Unfortunately, I could not find an answer.",
    "I am unable to answer this from the passages.",
    "The quotations do not answer the question.",
    "The provided passages do not contain information about prices.",
    "The text doesn't mention when it was released.",
    "Based on the passages, I cannot determine the price.",
    "There is no information about this in the passages.",
    "The answer is not mentioned in the passages.",
    "The price is not specified in the given context.",
    "This is not answered by the passages.",
    "None of the passages answer the question.",
    "No passage answers the question.",
]
ANSWERS = [
    "Lex does not sing.",
    "The model does not know the labels in advance.",
    "Unsupervised learning does not need labelled data.",
    "A context window does not include earlier chats.",
    "There is no default value.",
    "The document store does not need a schema.",
    "I/O is not a bottleneck.",
    "Information gain is not given to leaves.",
    "Questions that are not answered are put off.",
]


@pytest.mark.parametrize("said", REFUSALS)
def test_a_refusal_is_recognised(said: str) -> None:
    assert says_no_answer(said)


@pytest.mark.parametrize("said", ANSWERS)
def test_an_answer_that_denies_is_no_refusal(said: str) -> None:
    assert not says_no_answer(said)


def test_examples() -> None:
    assert doctest.testmod(no_answer).failed == 0

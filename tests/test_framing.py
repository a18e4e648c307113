from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from assistant.embed import SentenceEncoder
from assistant.framing import LONGEST, bare

if TYPE_CHECKING:
    from assistant.types import Vectors

PASSAGES = (
    "Glaciers form where more snow falls than melts; old snow becomes firn, then ice.",
    "A sentence is a line of words; a word of a paragraph has a weight.",
    "Students prepare data for training a model.",
)


@pytest.fixture(scope="module")
def passages(encoder: SentenceEncoder) -> Vectors:
    return np.stack([encoder.encode_query(text) for text in PASSAGES])


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Hi! What is a glacier?", "What is a glacier?"),
        ("hello what is a glacier", "what is a glacier"),
        ("Good morning, could you please tell me what a glacier is?", "what a glacier is?"),
        ("Thanks! Where do glaciers begin?", "Where do glaciers begin?"),
        ("What is a glacier? Thank you very much!", "What is a glacier?"),
        ("what is a glacier thanks", "what is a glacier"),
        ("What is a glacier, please?", "What is a glacier?"),
        ("Quick question: what is firn?", "what is firn?"),
        ("I was wondering whether glaciers move", "whether glaciers move"),
        ("I\u2019d like to know how fast glaciers move.", "how fast glaciers move."),
        ("Can you explain firn in simple terms?", "explain firn?"),
        ("In one sentence, what is firn?", "what is firn?"),
        ("What is firn in one sentence?", "What is firn?"),
        ("Explain firn in a sentence.", "Explain firn."),
        ("Explain firn like I'm five.", "Explain firn."),
        ("My geology exam is tomorrow and I'm lost. What is firn?", "What is firn?"),
        ("According to my lecture notes, what is firn?", "what is firn?"),
        ("What does the cheat sheet say about firn?", "about firn?"),
        ("Sorry, I'm new here. What is firn? My friends disagree.", "What is firn?"),
    ],
)
def test_what_frames_a_question_is_left_out(
    typed: str, asked: str, encoder: SentenceEncoder, passages: Vectors
) -> None:
    assert bare(typed, encoder, passages) == asked


@pytest.mark.parametrize(
    "typed",
    [
        "What\u2019s the weight of a word in a sentence?",
        "Which words are told apart in two sentences?",
        "How do I say thank you?",
        "Do glaciers know seasons?",
        "I'm preparing data for training. What comes first?",
        "What becomes firn, say, in winter?",
        "In Norway, where do glaciers begin?",
        "Hi",
        "please",
        "thanks!",
        "Hello! Thanks, good morning.",
        "",
        "  ?! ",
        "\u4f60\u597d",
        "a" * LONGEST + ", please",
    ],
)
def test_a_question_that_needs_its_words_keeps_them(
    typed: str, encoder: SentenceEncoder, passages: Vectors
) -> None:
    assert bare(typed, encoder, passages) == typed


def test_without_passages_the_rules_are_the_same(encoder: SentenceEncoder) -> None:
    nothing = np.empty((0, encoder.dim), np.float32)
    assert bare("Hi there! What is firn? Thanks!", encoder, nothing) == "What is firn?"


@pytest.mark.parametrize("unit", ["please ", "hi, ", ", in one ", "i'm ", "\n", "thanks "])
def test_of_what_is_only_a_frame_something_stays(
    unit: str, encoder: SentenceEncoder, passages: Vectors
) -> None:
    text = unit * (200 // len(unit)) + "glaciers"
    assert "glaciers" in bare(text, encoder, passages)

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from word_encoder import WordEncoder

from assistant.embed import SentenceEncoder
from assistant.match import NOTHING, Match, match, matched
from assistant.protocols import Pieces

WEIGHTS = {"glue": 2.0, "crawl": 1.0}


def idf(term: str) -> float:
    return WEIGHTS.get(term, 4.0)


def places(*spans: tuple[int, int]) -> NDArray[np.int32]:
    return np.array(spans, np.int32).reshape(-1, 2)


def of_words(question: str, *texts: str) -> Match:
    asked, *found = WordEncoder().encode_pieces([question, *texts])
    return match(question, asked, found, idf)


def test_words_that_stand_in_a_text_are_met_in_full() -> None:
    assert of_words("Does Glue crawl?", "glue can crawl") == Match(1.0, 1.0)


def test_words_count_by_how_rare_they_are() -> None:
    found = of_words("Does Glue crawl zebras?", "glue and nothing else")
    assert found.weakest == 0.0
    assert found.matched == pytest.approx(2 / 7)  # glue 2 of 2 + 1 + 4


def test_each_figure_is_that_of_the_text_that_is_best_in_it() -> None:
    both = of_words("Glue crawl", "glue", "crawl")
    assert both.matched == pytest.approx(2 / 3)
    assert both.weakest == 0.0  # each text leaves one word out, and no two are added up
    assert of_words("Glue crawl", "glue", "crawl glue") == Match(1.0, 1.0)


def test_a_question_of_stop_words_asks_for_nothing() -> None:
    assert of_words("What is it?", "glue") == NOTHING
    assert of_words("", "glue") == NOTHING


def test_words_that_say_what_answer_is_wanted_need_not_be_met() -> None:
    assert of_words("What is the purpose of Glue?", "glue") == Match(1.0, 1.0)
    assert of_words("Glue: meaning, with an example", "glue") == Match(1.0, 1.0)


def test_nothing_found_meets_nothing() -> None:
    assert of_words("Glue") == NOTHING
    empty = Pieces(np.zeros(256, np.float32), np.empty((0, 256), np.float32), places())
    asked = WordEncoder().encode_pieces(["Glue"])[0]
    assert match("Glue", asked, [empty], idf).weakest == 0.0


def test_a_word_of_several_pieces_is_met_by_their_mean() -> None:
    asked = Pieces(np.ones(2, np.float32), np.eye(2, dtype=np.float32), places((0, 2), (2, 4)))
    found = Pieces(np.ones(2, np.float32), np.array([[1, 0]], np.float32), places((0, 2)))
    assert match("glue", asked, [found], idf).weakest == 0.5


def test_the_encoder_tells_the_answer_from_the_near_miss(encoder: SentenceEncoder) -> None:
    question = "Which port does the scheduler listen on?"
    asked, answer, near = encoder.encode_pieces(
        [question, "The scheduler listens on port 8080.", "The scheduler runs every night."]
    )
    good, bad = (match(question, asked, [text], lambda term: 1.0) for text in (answer, near))
    assert good.weakest > bad.weakest
    assert good.matched > bad.matched


def test_each_text_is_matched_by_itself() -> None:
    asked, *found = WordEncoder().encode_pieces(
        ["Glue crawls", "glue", "crawls", "glue crawls", ""]
    )
    assert matched("Glue crawls", asked, found, idf).tolist() == pytest.approx([2 / 3, 1 / 3, 1, 0])
    assert matched("What is it?", asked, found, idf).tolist() == [0, 0, 0, 0]
    assert matched("Glue crawls", asked, [], idf).shape == (0,)

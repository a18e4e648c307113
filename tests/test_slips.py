from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from passages import passage

from assistant import lexical
from assistant.embed import SentenceEncoder
from assistant.lexical import LexicalIndex
from assistant.slips import absent, knows, mend

Count = Callable[[Sequence[str]], list[int]]


@pytest.fixture(scope="module")
def words() -> LexicalIndex:
    text = "SageMaker pipelines run. A Comprehend job tuned a pre-trained transformer. Boss."
    return lexical.build_in_memory([passage(1, text)])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("purpose of sagmaker piplines", "purpose of sagemaker pipelines"),
        ("Comphrehend: a good one?", "Comprehend: a good one?"),
        ("a pre-traned transfomer", "a pre-trained transformer"),
    ],
)
def test_a_slip_becomes_the_word_of_the_library(
    typed: str, meant: str, words: LexicalIndex, encoder: SentenceEncoder
) -> None:
    assert mend(typed, words, encoder.count_tokens) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "Does SageMaker run pipelines?",  # all known
        "the boat on the loch",  # "boat" is near to "boss", but the encoder knows it
        "Kubernetes and MaxNumberOfTranings",  # names that nothing is near to, or that have parts
        "the teh",  # too short to tell
        "TCP and LLVM for SSML",  # nothing is near to these
        "a tunning",  # its stem is known
        "  two  spaces,\nand lines  ",
        "",
    ],
)
def test_all_else_stays_as_it_was_typed(
    typed: str, words: LexicalIndex, encoder: SentenceEncoder
) -> None:
    assert mend(typed, words, encoder.count_tokens) == typed


def test_without_passages_nothing_is_mended(encoder: SentenceEncoder) -> None:
    assert mend("sagmaker", lexical.build_in_memory([]), encoder.count_tokens) == "sagmaker"


def test_words_that_no_passage_has_are_named_in_order_and_once() -> None:
    words = lexical.build_in_memory([passage(1, "Cirrus clouds consist of ice crystals.")])
    asked = "Explain: do clouds consisting of steel, or Steel alloys, bring rain and steel?"
    assert absent(asked, words) == ["steel", "Steel", "alloys", "bring", "rain"]
    assert absent("What are cirrus clouds?", words) == []
    assert len(absent("one two three four five six seven eight nine ten", words)) <= 6


def test_a_question_is_about_the_library_where_some_passage_has_a_word_of_it() -> None:
    words = lexical.build_in_memory([passage(1, "Cirrus clouds consist of ice crystals.")])
    assert knows("What does a cloud weigh?", words)
    assert not knows("What's steel for?", words)
    assert not knows("What is it?", words)

"""Answers in a chat model's words, over HTTP, from the library that comes with the project."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from openai_server import Script, serving
from transformers import LlamaConfig, LlamaForCausalLM

from assistant.answer import REFUSAL
from assistant.config import Config
from assistant.embed import SentenceEncoder
from assistant.library import Library
from assistant.types import Answer

DEBUGGER = "What does SageMaker Debugger do?"
INSTEAD = "These are quotations instead."
SAID = (
    "SageMaker Debugger tracks model parameters, activations and gradients during training. [2] ",
    "It was released in December 2019 [2]. ",
    "It provides built-in tools for identifying training anomalies and sending alerts [2][",
    "2]. ",
    "The Earth is flat.",
)


@pytest.fixture
def script() -> Iterator[Script]:
    with serving(Script(SAID)) as running:
        yield running


def asking(cheat_sheet: Library, encoder: SentenceEncoder, script: Script, **more: str) -> Library:
    """The same library with a chat model."""
    settings = {"llm": "openai:local", "llm_url": script.url, "llm_seconds": 20, **more}
    given = cheat_sheet.config.model_dump() | settings
    return Library.open(Config(**given), encoder)


@pytest.fixture
def library(cheat_sheet: Library, encoder: SentenceEncoder, script: Script) -> Library:
    return asking(cheat_sheet, encoder, script)


def test_each_sentence_cites_what_supports_it(library: Library) -> None:
    result = library.ask(DEBUGGER)
    assert result.text == (
        "SageMaker Debugger tracks model parameters, activations and gradients during training [1]."
        " It provides built-in tools for identifying training anomalies and sending alerts [2]."
    )
    assert (result.generator, result.refused) == ("openai:local", False)
    assert result.note == "2 sentences of the chat model were removed: no passage supports them."
    texts = [citation.quote for citation in result.citations]
    assert "It tracks model parameters, activations, and gradients during training" in texts[0]
    assert "identifying training anomalies and sending alerts." in texts[1]
    for citation in result.citations:
        document = library.document(citation.passage.doc_id)
        assert document.text[citation.start : citation.end] == citation.quote


def test_the_answer_grows_and_its_last_state_is_the_answer(library: Library) -> None:
    *growing, last = library.stream(DEBUGGER)
    assert [answer.text.count("[") for answer in growing] == [1, 2]
    for answer in growing:
        assert last.text.startswith(answer.text)
        assert answer.generator == "openai:local"
    assert last == library.ask(DEBUGGER)


def test_without_a_chat_model_there_is_one_state(cheat_sheet: Library) -> None:
    assert list(cheat_sheet.stream(DEBUGGER)) == [cheat_sheet.ask(DEBUGGER)]


def test_by_setting_what_is_unsupported_is_marked(
    cheat_sheet: Library, encoder: SentenceEncoder, script: Script
) -> None:
    result = asking(cheat_sheet, encoder, script, llm_unsupported="mark").ask(DEBUGGER)
    assert "It was released in December 2019 (unsupported)." in result.text
    assert result.text.endswith("The Earth is flat (unsupported).")
    assert "2 sentences of the chat model were marked (unsupported)" in result.note


def test_a_refusal_of_the_model_is_a_refusal(library: Library, script: Script) -> None:
    script.pieces = ["NOT ", "ANSWERED"]
    result = library.ask(DEBUGGER)
    assert (result.text, result.refused, result.citations) == (REFUSAL, True, ())
    assert result.note == "The chat model openai:local found no answer in the passages."
    assert result.hits == library.ask(DEBUGGER).hits != ()


def test_what_nothing_answers_is_refused_before_the_model_is_asked(
    library: Library, script: Script
) -> None:
    result = library.ask("Who won the football world cup in 1990?")
    assert (result.refused, result.generator) == (True, "quotation")
    assert script.requests == []


def instead(library: Library, plain: Library) -> Answer:
    """The answer where the model fails: that without a model, but for the note."""
    result, quoted = library.ask(DEBUGGER), plain.ask(DEBUGGER)
    assert (result.text, result.citations) == (quoted.text, quoted.citations)
    assert (result.generator, result.refused) == ("quotation", False)
    assert result.note.startswith(quoted.note)
    return result


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ({"status": 401}, "The key for openai:local was not accepted (401)."),
        ({"status": 500}, "The chat model openai:local failed (500): "),
        ({"pieces": []}, "The chat model openai:local gave an empty answer."),
        ({"raw": b"<html>"}, "The chat model openai:local gave no usable answer: "),
        ({"pieces": ["I like it."]}, "Nothing that the chat model openai:local said is supported"),
    ],
)
def test_where_the_model_fails_the_quotations_stand_with_a_note(
    library: Library, cheat_sheet: Library, script: Script, change: dict[str, object], note: str
) -> None:
    for name, value in change.items():
        setattr(script, name, value)
    result = instead(library, cheat_sheet)
    assert note in result.note
    assert result.note.endswith(INSTEAD)


def test_a_model_that_breaks_off_is_taken_back_and_said_so(
    library: Library, cheat_sheet: Library, script: Script
) -> None:
    script.ends = False
    shown = [answer.generator for answer in library.stream(DEBUGGER)]
    assert shown == ["openai:local", "openai:local", "quotation"]
    assert instead(library, cheat_sheet).note.endswith(
        "The chat model openai:local broke off its answer. Ask again. The log of its server says"
        " why. These are quotations instead of what it had said so far."
    )


def test_without_its_package_the_quotations_stand(
    cheat_sheet: Library, encoder: SentenceEncoder, script: Script
) -> None:
    library = asking(cheat_sheet, encoder, script, llm="anthropic:claude")
    assert instead(library, cheat_sheet).note.endswith(
        "Chat models of anthropic need the package langchain-anthropic."
        f" Run `pip install langchain-anthropic`. {INSTEAD}"
    )


def babbling(words: list[str], count: int) -> Iterator[str]:
    """What a small Llama with random weights says, token by token; a token is one of the words."""
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(words),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=count + 1,
    )
    model = LlamaForCausalLM(config)
    said = torch.tensor([[1]])
    for _ in range(count):
        with torch.inference_mode():
            logits = model(said).logits[0, -1]
        drawn = torch.multinomial(torch.softmax(logits, -1), 1)
        said = torch.cat([said, drawn[None]], dim=1)
        yield f"{words[int(drawn)]} "


def test_nonsense_in_the_librarys_own_words_is_not_shown(
    library: Library, cheat_sheet: Library, script: Script
) -> None:
    def model(prompt: str) -> Iterator[str]:
        words = sorted({word.strip("‹›") for word in prompt.split()})
        return babbling([*words, *["[1].", "[2]."] * 20], 120)

    script.model = model
    result = instead(library, cheat_sheet)
    assert result.note.endswith(
        f"Nothing that the chat model openai:local said is supported by the passages. {INSTEAD}"
    )

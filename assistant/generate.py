"""A chat model behind the ``Generator`` protocol; the only user of LangChain's chat models."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

from assistant import model_errors, protocols
from assistant.config import Config, Unsupported
from assistant.model_errors import Target

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

ANSWER_TOKENS = 512  # kept free for the answer
# Providers that say why an answer ended, and under which name. Without it, it was broken off.
ENDS = {"openai": "finish_reason", "ollama": "done_reason"}
THOUGHT, THOUGHT_END = "<think>", "</think>"


class ChatModel:
    """Any chat model that LangChain knows, by a name such as ``ollama:llama3.2``.

    Making one loads and sends nothing: faults show when it is asked. No tools are bound to it.
    """

    def __init__(self, target: Target, key: str | None = None) -> None:
        """Describe the model; ``key`` is that of its service, where it needs one."""
        self._target = target
        self._key = key
        self._model: BaseChatModel | None = None
        self._lock = threading.Lock()

    @classmethod
    def of(cls, config: Config) -> ChatModel:
        """The chat model that the settings name."""
        key = config.llm_key.get_secret_value() if config.llm_key else None
        limits = (config.llm_url, float(config.llm_seconds), config.llm_context)
        return cls(Target(config.llm or "", *limits), key)

    @property
    def name(self) -> str:
        """The provider and the model."""
        return self._target.name

    @property
    def room(self) -> int:
        """How many tokens a prompt may have, the answer's being kept free."""
        return self._target.context - ANSWER_TOKENS

    def stream(self, prompt: str) -> Iterator[str]:
        """The model's answer in pieces, without what it thinks aloud before.

        Raises :class:`GeneratorError` where it cannot be asked, fails, breaks off, takes too long,
        or says nothing.
        """
        model = self.set_up()
        said = False
        try:
            for piece in without_thoughts(self._pieces(model, prompt)):
                said = said or bool(piece.strip())
                if piece:
                    yield piece
        except Exception as error:
            raise model_errors.failed(self._target, error, started=said) from error
        if not said:
            raise model_errors.empty(self._target)

    def _pieces(self, model: BaseChatModel, prompt: str) -> Iterator[str]:
        deadline = monotonic() + self._target.seconds
        mark = ENDS.get(self._target.provider)
        ended = mark is None
        chunks = cast("Generator[AIMessageChunk]", model.stream(prompt))
        with closing(chunks):  # where it is left half way, so is the connection
            for piece in _untraced(chunks):
                if monotonic() > deadline:
                    raise TimeoutError
                ended = ended or bool(piece.response_metadata.get(mark))
                yield str(piece.text)
        if not ended:
            raise EOFError("the answer has no end")

    def set_up(self) -> BaseChatModel:
        """The model, made at the first call; nothing is sent. Raises :class:`GeneratorError`."""
        with self._lock:
            if self._model is None:
                self._model = _set_up(self._target, self._key)
            return self._model


@dataclass(frozen=True, slots=True)
class Style:
    """How answers are written: in the words of a ``model``, or without one in quotations.

    ``unsupported`` says what becomes of its sentences that no passage supports.
    """

    model: protocols.Generator | None = None
    unsupported: Unsupported = "remove"

    @classmethod
    def of(cls, config: Config) -> Style:
        """As the settings say."""
        return cls(ChatModel.of(config) if config.llm else None, config.llm_unsupported)


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """The pieces of a text without the ``<think>…</think>`` that it may begin with.

    >>> "".join(without_thoughts(["<th", "ink>Hm.</thi", "nk>\\n\\nIt", " is."]))
    'It is.'
    """
    held, answering = "", False
    for piece in pieces:
        if answering:
            yield piece
            continue
        held = (held + piece).lstrip()
        if held.startswith(THOUGHT):
            _, end, after = held.partition(THOUGHT_END)
            if not end:
                continue
            held = after.lstrip()
        answering = not THOUGHT.startswith(held)
        if answering:
            yield held
    if not answering and not held.startswith(THOUGHT):
        yield held


def _untraced(chunks: Iterator[AIMessageChunk]) -> Iterator[AIMessageChunk]:
    """The chunks, kept from LangSmith, which LangChain sends prompts to where the environment says.

    LangChain decides this when it is asked for the first chunk.
    """
    from langsmith import tracing_context

    with tracing_context(enabled=False):
        first = next(chunks, None)
    if first is not None:
        yield first
        yield from chunks


def _set_up(target: Target, key: str | None) -> BaseChatModel:
    if not target.provider or not target.model:
        raise model_errors.nameless(target)
    try:
        from langchain.chat_models import init_chat_model

        made: BaseChatModel = init_chat_model(
            target.model, model_provider=target.provider, **_options(target, key)
        )
    except Exception as error:
        raise model_errors.not_set_up(target, error) from error
    return made


def _options(target: Target, key: str | None) -> dict[str, Any]:
    """What LangChain is told, in the words of the provider's integration."""
    options: dict[str, Any] = {"temperature": 0}
    if target.url:
        options["base_url"] = target.url
    if target.provider == "ollama":
        # Its client is never closed, so each connection is, when the answer has ended.
        headers = {"Connection": "close"} | ({"Authorization": f"Bearer {key}"} if key else {})
        options["client_kwargs"] = {"timeout": target.seconds, "headers": headers}
        # Ollama cuts what is longer than its own default without a word.
        options["num_ctx"] = target.context
        return options
    options["timeout"] = target.seconds
    if key:
        options["api_key"] = key
    if target.provider == "openai":
        options["max_retries"] = 0  # a server that is not there is told at once
        if target.url and not key:
            options["api_key"] = "local"  # local servers ask for a key and accept any
    return options

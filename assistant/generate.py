"""A chat model behind the ``Generator`` protocol; the only user of LangChain's chat models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.errors import GeneratorError

# The provider before the colon, and the package that brings its integration.
PACKAGES = {"ollama": "langchain-ollama", "openai": "langchain-openai"}
SECONDS = 60.0


class ChatModel:
    """Any chat model that LangChain knows, by a name such as ``ollama:llama3.2``."""

    def __init__(self, name: str, base_url: str | None = None) -> None:
        """Set up the model; nothing is sent yet.

        ``base_url`` is that of an OpenAI-compatible server. Raises :class:`GeneratorError` where
        the name has no provider, or its integration package is not installed.
        """
        from langchain.chat_models import init_chat_model

        self.name = name
        provider, _, model = name.partition(":")
        if not model:
            raise GeneratorError(
                f"The chat model {name!r} does not say who provides it.",
                "Write it as provider:model, such as ollama:llama3.2",
            )
        options: dict[str, Any] = {"base_url": base_url} if base_url else {}
        if provider == "openai" and base_url:
            options["api_key"] = "local"  # local servers ask for a key and accept any
        try:
            self._model = init_chat_model(
                model, model_provider=provider, temperature=0, timeout=SECONDS, **options
            )
        except ImportError:
            package = PACKAGES.get(provider, f"langchain-{provider}")
            raise GeneratorError(
                f"Chat models of {provider} need the package {package}.", f"pip install {package}"
            ) from None
        except Exception as error:
            raise GeneratorError(
                f"The chat model {name} cannot be set up: {_first_line(error)}", "assistant doctor"
            ) from None

    def stream(self, prompt: str) -> Iterator[str]:
        """The model's answer in pieces. Raises :class:`GeneratorError` where it fails."""
        try:
            for piece in self._model.stream(prompt):
                yield piece.text
        except Exception as error:
            raise GeneratorError(
                f"The chat model {self.name} did not answer: {_first_line(error)}",
                "Is its server running? assistant doctor",
            ) from None


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return (lines[0] if lines else type(error).__name__)[:200].rstrip(".") + "."

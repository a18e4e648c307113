"""A local study assistant: answers from your own documents, made of exact quotations.

    from assistant import Config, Library

    with Library.open(Config()) as library:
        library.sync()
        print(library.ask("What is drift?").text)

Importing this package loads nothing heavy; each part is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.config import Config
    from assistant.errors import AssistantError
    from assistant.library import Library

__all__ = ["AssistantError", "Config", "Library", "__version__"]
__version__ = "0.1.0"

_HOME = {"AssistantError": "errors", "Config": "config", "Library": "library"}


def __getattr__(name: str) -> object:
    if name in _HOME:
        return getattr(import_module(f"assistant.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""How one visitor wants to be answered. Their browser keeps it; nobody else sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

import gradio as gr

from assistant.config import Config, Unsupported
from assistant.generate import Style
from assistant.ui.models import LONGEST, NONE, Models

Manner = Literal["quotations", "words"]
SOURCES = 5  # passages considered and shown, where nobody has chosen
MOST_SOURCES = 20


@dataclass(frozen=True, slots=True)
class Preferences:
    """A visitor's choices; ``model`` is one of :class:`Models`, ``sources`` counts passages."""

    model: str
    manner: Manner
    unsupported: Unsupported
    sources: int

    @classmethod
    def of(cls, stored: Any, models: Models, config: Config) -> Preferences:
        """What a browser sent, which may be anything; what it does not say is as usual."""
        given: dict[Any, Any] = stored if isinstance(stored, dict) else {}
        model, sources = given.get("model", ""), given.get("sources", 0)
        known = isinstance(model, str) and len(model) <= LONGEST and models.knows(model)
        counts = type(sources) in (int, float) and 1 <= sources <= MOST_SOURCES
        return cls(
            model=model if known else models.usual,
            manner=_one_of(get_args(Manner), given.get("manner"), "words"),
            unsupported=_one_of(
                get_args(Unsupported), given.get("unsupported"), config.llm_unsupported
            ),
            sources=int(sources) if counts else SOURCES,
        )

    @property
    def has_model(self) -> bool:
        """Whether a chat model is chosen, be it asked or not."""
        return self.model != NONE

    @property
    def asks_model(self) -> bool:
        """Whether answers are in a chat model's words."""
        return self.has_model and self.manner == "words"

    def style(self, models: Models) -> Callable[[], Style]:
        """What gives the style of an answer; it may have to look for the model first."""
        chosen = self.model if self.asks_model else NONE
        return lambda: Style(models.generator(chosen), self.unsupported)

    def stored(self) -> dict[str, Any]:
        """What the browser is given to keep."""
        return asdict(self)


def _one_of(choices: tuple[Any, ...], given: Any, usual: Any) -> Any:
    return given if given in choices else usual


def kept() -> gr.BrowserState:
    """What keeps the choices in the browser. They are no secret from whoever uses it, and have to
    be readable after the server was started again, so the key is no secret either."""
    return gr.BrowserState({}, storage_key="study-preferences", secret="study-assistant")

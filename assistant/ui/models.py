"""The chat models that visitors can choose from: what the settings name, and what was found here.

A choice comes from a browser, which may send anything. So it is only ever the name of something
that this server was told of or has found itself, never an address to send documents to.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant import reachable
from assistant.config import Config
from assistant.errors import GeneratorError
from assistant.generate import ChatModel
from assistant.model_errors import Target
from assistant.protocols import Generator
from assistant.reachable import Place

NONE, CONFIGURED = "none", "configured"
NO_MODEL = "None: quotations alone"
LONGEST = 400  # characters of a choice
MOST_MADE = 50  # models that are kept ready

Offer = tuple[str, str]  # what is shown, and the choice that it stands for


class Models:
    """The chat models of one server; all its visitors share one, and each has a choice of its own.

    ``places`` are where models are looked for; by default what ``reachable`` names.
    """

    def __init__(self, config: Config, places: Sequence[Place] | None = None) -> None:
        self._config = config
        self._places = reachable.places(config) if places is None else [*places]
        self._configured = ChatModel.of(config) if config.llm else None
        self._found: set[str] = set()
        self._made: dict[str, ChatModel] = {}
        self._lock = threading.Lock()

    @property
    def usual(self) -> str:
        """What is chosen where nobody has chosen."""
        return CONFIGURED if self._configured else NONE

    def offers(self, chosen: str, found: Sequence[Offer] = ()) -> list[Offer]:
        """What can be chosen: no model, that of the settings, those found, and what was chosen."""
        own = (
            [(f"{self._configured.name} (in the settings)", CONFIGURED)] if self._configured else []
        )
        offers = [(NO_MODEL, NONE), *own, *found]
        if chosen in [choice for _, choice in offers] or not (place := self._place(chosen)):
            return offers
        return [*offers, _offer(place, _name(place, chosen))]

    def knows(self, choice: str) -> bool:
        """Whether a choice can be one of this server's; a model need not be there any more."""
        return choice in (NONE, self.usual) or self._place(choice) is not None

    def look(self) -> list[Offer]:
        """Look for models, which takes a few seconds at most; what is there now."""
        found = self._look(self._places)
        return [_offer(place, name) for place, names in found.items() for name in names]

    def searched(self) -> str:
        """Where models are looked for, in words."""
        return ", ".join(f"{place.server} ({place.url})" for place in self._places)

    def generator(self, choice: str) -> Generator | None:
        """The chosen model, or none. One that was chosen earlier, before the server was started
        again, is looked for where it was; where it is gone, it fails in words when it is asked."""
        if choice == CONFIGURED:
            return self._configured
        place = self._place(choice)
        if place is None:
            return None
        with self._lock:
            known = choice in self._found
        if not known:
            self._look([place])
        with self._lock:
            if choice not in self._found:
                return _Gone(self._target(place, choice))
            if choice not in self._made and len(self._made) >= MOST_MADE:
                self._made.clear()
            return self._made.setdefault(choice, self._model(place, choice))

    def _look(self, places: Sequence[Place]) -> dict[Place, list[str]]:
        key = self._config.llm_key.get_secret_value() if self._config.llm_key else None
        found = reachable.look(places, key, self._config.llm_url)
        same = {
            place: [name for name in names if not self._is_configured(place, name)]
            for place, names in found.items()
        }
        with self._lock:
            self._found |= {_offer(place, name)[1] for place in same for name in same[place]}
        return same

    def _model(self, place: Place, choice: str) -> ChatModel:
        config = self._config
        own = config.llm_key if place.url == config.llm_url else None
        return ChatModel(self._target(place, choice), own.get_secret_value() if own else None)

    def _target(self, place: Place, choice: str) -> Target:
        config, name = self._config, f"{place.provider}:{_name(place, choice)}"
        return Target(name, place.url, float(config.llm_seconds), config.llm_context)

    def _place(self, choice: str) -> Place | None:
        """The place of a choice, which is one of this server's own, or nothing."""
        address = choice[:LONGEST].rpartition(" ")[2]
        for place in self._places:
            if place.url == address and _name(place, choice):
                return place
        return None

    def _is_configured(self, place: Place, name: str) -> bool:
        config = self._config
        usual = place.provider == "ollama" and place.server == "Ollama"
        here = place.url == config.llm_url or (usual and config.llm_url is None)
        names = {name, name.removesuffix(":latest")}
        return here and config.llm in {f"{place.provider}:{each}" for each in names}


@dataclass(frozen=True, slots=True)
class _Gone:
    """A model that was chosen, and is not there now."""

    target: Target

    @property
    def name(self) -> str:
        """The provider and the model."""
        return self.target.name

    @property
    def room(self) -> int:
        """As much as it may have had."""
        return self.target.context

    def stream(self, prompt: str) -> Iterator[str]:
        """Say that it is gone. Raises :class:`GeneratorError`."""
        raise GeneratorError(
            f"The chat model {self.name}, which was chosen in the Settings tab, was not found at"
            f" {self.target.url}.",
            "Start its server, or look for chat models there and choose another.",
        )


def _offer(place: Place, name: str) -> Offer:
    return f"{name} ({place.server})", f"{place.provider}:{name} {place.url}"


def _name(place: Place, choice: str) -> str:
    """The name of a chosen model, without its provider; empty where it is of another one."""
    name, prefix = choice[:LONGEST].rpartition(" ")[0], f"{place.provider}:"
    return name.removeprefix(prefix) if name.startswith(prefix) else ""

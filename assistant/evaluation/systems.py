"""What a run can vary, and the systems that have a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args, get_type_hints

from assistant.chunk import Chunking
from assistant.config import DEFAULT_ENCODER
from assistant.errors import ConfigError
from assistant.retrieve import CONTEXT_WEIGHT, DENSE_WEIGHT, DEPTH
from assistant.types import Mode

Splitter = Literal["sections", "recursive"]
Heading = Literal["path", "last-two", "none"]
Fusion = Literal["convex", "rrf"]
Answers = Literal["quotations", "passage", "none"]


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a run can set by ``NAME=VALUE``; the defaults are what the product does.

    ``splitter``: passages by ``sections``, or LangChain's ``recursive`` one over the raw text.
    ``target`` and ``small`` are word pieces, or characters and their overlap for ``recursive``.
    ``heading`` is how much of the heading path stands before a passage's text when it is embedded
    and searched. ``units``: a passage is as similar as its most similar sentence, bullet or row.
    ``fusion``, ``weight`` (the dense share in ``convex``), ``context`` (the share of words met in
    context, beside ``convex``) and ``depth`` (candidates of each search) matter in ``hybrid`` mode.
    ``collapse`` leaves out passages that repeat a better one.
    ``follow_ups``: what is searched for a question with a history is what it asks for after that.
    ``bare``: what frames it, such as a greeting, is left out. ``slips``: typing slips in it are
    mended before it is searched. ``acronyms``: the long forms of its acronyms are added, where the
    documents define them. ``stemming``: keywords are compared by
    their stems. ``answers``: what is quoted, the best evidence or the whole best ``passage``.
    """

    splitter: Splitter = "sections"
    target: int = Chunking().target
    small: int = Chunking().small
    heading: Heading = "path"
    mode: Mode = "hybrid"
    units: bool = True
    fusion: Fusion = "convex"
    weight: float = DENSE_WEIGHT
    context: float = CONTEXT_WEIGHT
    depth: int = DEPTH
    collapse: bool = True
    follow_ups: bool = True
    bare: bool = True
    slips: bool = True
    acronyms: bool = False
    stemming: bool = True
    answers: Answers = "quotations"
    encoder: str = DEFAULT_ENCODER

    @property
    def ranks_as_shipped(self) -> bool:
        """Whether the product's own search gives the ranking."""
        names = ("fusion", "weight", "context", "depth", "collapse")
        return all(getattr(self, name) == getattr(SHIPPED, name) for name in names)

    @property
    def can_answer(self) -> bool:
        """Whether the product can write answers with these settings."""
        ranks = self.ranks_as_shipped and self.mode == "hybrid" and self.units and self.stemming
        return ranks and self.answers != "none"


SHIPPED = Settings()
NAMED: dict[str, Settings] = {
    "shipped": SHIPPED,
    # The program of every tutorial: 1,000 characters, 200 of them shared, nearest vectors.
    "naive": Settings(
        *("recursive", 1000, 200),
        heading="none",
        mode="dense",
        units=False,
        collapse=False,
        follow_ups=False,
        bare=False,
        slips=False,
    ),
    "dense": Settings(mode="dense"),
    "lexical": Settings(mode="lexical"),
    "hybrid": SHIPPED,
    "passage": Settings(answers="passage"),
}


def settings_from(words: Sequence[str], encoder: str = DEFAULT_ENCODER) -> tuple[str, Settings]:
    """The settings that ``words`` ask for, and a name for them; ``encoder`` unless they say so.

    Each word is the name of a system, which comes first, or ``NAME=VALUE``. Raises
    :class:`ConfigError` that names what can be set.

    >>> settings_from(["dense", "units=off"])[0]
    'dense-units=off'
    """
    name, settings = "shipped", replace(SHIPPED, encoder=encoder)
    changes: list[str] = []
    for position, word in enumerate(words):
        field, equals, value = word.partition("=")
        if equals:
            changed: dict[str, Any] = {field: _value(field, value)}
            settings = replace(settings, **changed)
            changes.append(word)
        elif word in NAMED and position == 0:
            name, settings = word, replace(NAMED[word], encoder=encoder)
        else:
            raise ConfigError(
                f"{word} is neither NAME=VALUE nor, as the first, a system.",
                f"Systems: {', '.join(NAMED)}.",
            )
    return "-".join([name, *(change.replace("/", "_") for change in changes)]), settings


def _value(name: str, text: str) -> str | int | float | bool:
    """``text`` as the type of the setting ``name``."""
    kinds = get_type_hints(Settings)
    if name not in kinds:
        raise ConfigError(f"There is no setting {name}.", f"Settings: {', '.join(kinds)}.")
    kind = kinds[name]
    allowed = get_args(kind)
    try:
        if kind is bool:
            return {"on": True, "true": True, "off": False, "false": False}[text.lower()]
        if kind in (int, float):
            number: int | float = kind(text)
            if number < 0:
                raise ValueError
            return number
        if allowed and text not in allowed:
            raise ValueError
    except (ValueError, KeyError):
        numbers = {bool: "on or off", int: "a whole number, not below 0", float: "at least 0"}
        wanted = numbers.get(kind) or " or ".join(allowed)
        raise ConfigError(f"{name}={text} cannot be used.", f"It is {wanted}.") from None
    return text

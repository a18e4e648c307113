"""What the environment sets: each setting with its variable, and what the library was built with.

It cannot be changed on the page, so its variables are named.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Protocol

from assistant.config import Config
from assistant.types import Status
from assistant.ui.reply import failure, in_words, told

# What a person looks for first; the others follow in the order of the configuration.
GROUPS = {
    "Documents": ("corpus", "library", "max_file_mb", "parse_seconds", "parse_memory_mb"),
    "Answers": ("encoder", "llm", "llm_url", "llm_seconds", "llm_context", "llm_unsupported"),
}
UNSET = {"llm": "none: answers are quotations from your documents"}


class Configured(Protocol):
    """What this tab needs of a library."""

    @property
    def config(self) -> Config:
        """The settings."""

    def status(self) -> Status:
        """What the library holds."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as it is: its variable, its value in words, and whether somebody set it."""

    variable: str
    value: str
    means: str
    chosen: bool


def settings(config: Config, names: tuple[str, ...]) -> list[Setting]:
    """These settings as they are now. A secret is never shown, only whether there is one."""
    found = []
    for name in names:
        value = getattr(config, name)
        if hasattr(value, "get_secret_value"):
            value = "set, and not shown"
        text = UNSET.get(name, "not set") if value is None else str(value)
        means = type(config).model_fields[name].description or ""
        found.append(
            Setting(f"ASSISTANT_{name.upper()}", text, means, name in config.model_fields_set)
        )
    return found


def variables(library: Configured) -> str:
    """What the library was built with, and all settings with their variables, as HTML."""
    config = library.config
    named = {name for names in GROUPS.values() for name in names}
    others = tuple(name for name in type(config).model_fields if name not in named)
    tables = [
        f"<h3>{title}</h3>{_table(settings(config, names))}"
        for title, names in {**GROUPS, "Everything else": others}.items()
    ]
    return (
        f"{built(library)}<h2>Set where the assistant was started</h2>"
        '<p class="about">Set a variable in the environment before the assistant is started to'
        f" change what it names; it holds for all who use this page.</p>{''.join(tables)}"
    )


def built(library: Configured) -> str:
    """What the library was built with, or what is wrong with it in words."""
    try:
        state = library.status()
    except Exception as error:
        return failure(in_words(error))
    return (
        f"<h2>Library</h2><p>Built with the encoder {escape(state.encoder)}"
        f" <code>{escape(state.encoder_sha256[:12])}</code>, {state.size_bytes / 1e6:.1f} MB.</p>"
    )


def _table(found: list[Setting]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{told(each.means)}</th><td>{escape(each.value)}'
        f'<span class="origin">{"set" if each.chosen else "default"}</span></td>'
        f"<td><code>{escape(each.variable)}</code></td></tr>"
        for each in found
    )
    head = '<tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">Variable</th>'
    table = f"<table><thead>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="values" tabindex="0">{table}</div>'

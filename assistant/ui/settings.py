"""The Settings tab: what is set and how to change it, what the threshold means, and how it looks.

What the environment sets cannot be changed here, so it is named; how the page looks belongs to one
browser, which keeps it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from assistant import doctor
from assistant.confidence import load_calibration
from assistant.config import Config
from assistant.evaluation.folders import RUNS, kept_runs
from assistant.types import Status
from assistant.ui.action import Action, EndedError
from assistant.ui.reply import failure, in_words

THEMES = [("As the system", "system"), ("Light", "light"), ("Dark", "dark")]
SIZES = [("Small", "90%"), ("Normal", "100%"), ("Large", "115%"), ("Largest", "130%")]
SET_THEME = "(theme) => { studyLook.set('theme', theme); }"
SET_SIZE = "(size) => { studyLook.set('size', size); }"
KEPT_LOOK = "() => [studyLook.get('theme', 'system'), studyLook.get('size', '100%')]"
ASKING = '<p class="running" role="status">Asking the chat model for a word…</p>'
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


def overview(library: Configured, runs: Path = RUNS) -> str:
    """All settings with their variables, the library, and the meaning of the threshold."""
    config = library.config
    named = {name for names in GROUPS.values() for name in names}
    others = tuple(name for name in type(config).model_fields if name not in named)
    tables = [
        f"<h2>{title}</h2>{_table(settings(config, names))}"
        for title, names in {**GROUPS, "Everything else": others}.items()
    ]
    return (
        f"<h2>When a question is refused</h2>{threshold(runs)}{built(library)}{''.join(tables)}"
        '<p class="about">Set a variable in the environment before the assistant is started to'
        " change what it names.</p>"
    )


def threshold(runs: Path = RUNS) -> str:
    """From which confidence on a question is answered, and how well that was measured to work."""
    numbers = load_calibration()
    said = (
        f"A question is answered from a confidence of {_percent(numbers.threshold)} on. Below"
        f" {_percent(numbers.weak)} the answer says that it is uncertain."
    )
    return f"<p>{said}</p><p>{escape(measured(runs, numbers.threshold))}</p>"


def measured(runs: Path, at: float) -> str:
    """What the latest evaluation run with questions that have no answer says about a threshold."""
    for name, folder in kept_runs(runs).items():
        try:
            metrics = json.loads((folder / "metrics.json").read_text("utf-8"))
            split = "test" if "test" in metrics else "all"
            refusal = metrics[split]["refusal"]
            if abs(refusal["threshold"] - at) > 1e-9:
                continue
            refused = refusal["false_refusals"]["mean"]
            answered = {kind: one["mean"] for kind, one in refusal["false_answers"].items()}
        except (OSError, ValueError, KeyError, TypeError):
            continue  # A run of another kind, or one that is being written.
        kinds = ", ".join(f"{_percent(v)} of {k}" for k, v in answered.items() if k != "all")
        return (
            f"Measured in the run {name} ({split} questions): it answers"
            f" {_percent(1 - refused)} of the questions that your documents answer, and wrongly"
            f" {_percent(answered['all'])} of those that they do not"
            + (f" ({kinds})." if kinds else ".")
        )
    return (
        "No evaluation run with this threshold is kept here. Make one in the Evaluate tab to see"
        " how many questions it answers, and how many wrongly."
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


def tried_model(config: Config) -> Iterator[str]:
    """Yield that the chat model is being asked, then whether it answers and what to do if not."""
    action = Action(lambda progress: doctor.chat_model(config))
    try:
        yield ASKING
        for _ in action:
            pass
        check = action.result()
    except EndedError:
        return
    except Exception as error:
        yield failure(in_words(error))
        return
    finally:
        action.end()
    hint = f"<p>{escape(check.hint)}</p>" if check.hint else ""
    kind = "failure" if check.state == "fail" else "done"
    yield f'<div class="{kind}" role="status"><p>{escape(check.text)}</p>{hint}</div>'


def tab(library: Configured, place: gr.Tab) -> None:
    """Put the tab into the page under construction; it is filled when ``place`` is opened."""
    with gr.Row(elem_id="settings"):
        with gr.Column(scale=1, min_width=280, elem_id="settings-look"):
            gr.HTML("<h2>Appearance</h2>", js_on_load=None, apply_default_css=False)
            theme = gr.Radio(label="Colours", choices=THEMES, value="system")
            size = gr.Radio(label="Text size", choices=SIZES, value="100%")
            gr.HTML("<h2>Chat model</h2>", js_on_load=None, apply_default_css=False)
            test = gr.Button("Test the chat model", elem_id="settings-test")
            said = gr.HTML(elem_id="settings-said", js_on_load=None, apply_default_css=False)
        with gr.Column(scale=3, min_width=320, elem_id="settings-values"):
            shown = gr.HTML(js_on_load=None, apply_default_css=False)

    def ask() -> Iterator[str]:
        yield from tried_model(library.config)

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    theme.input(None, theme, js=SET_THEME, api_visibility="private")
    size.input(None, size, js=SET_SIZE, api_visibility="private")
    test.click(ask, outputs=said, concurrency_limit=4, **quiet)
    place.select(lambda: overview(library), outputs=shown, **quiet)
    place.select(None, outputs=[theme, size], js=KEPT_LOOK, api_visibility="private")


def _table(found: list[Setting]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(each.means)}</th><td>{escape(each.value)}'
        f'<span class="origin">{"set" if each.chosen else "default"}</span></td>'
        f"<td><code>{escape(each.variable)}</code></td></tr>"
        for each in found
    )
    head = '<tr><th scope="col">Setting</th><th scope="col">Value</th><th scope="col">Variable</th>'
    table = f"<table><thead>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="values" tabindex="0">{table}</div>'


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"

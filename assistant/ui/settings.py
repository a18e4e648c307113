"""The Settings tab: how this visitor is answered, how the page looks, and what is set for all.

What a visitor chooses is kept in their browser and holds for their next question; nobody else's
answers change. What the environment sets is shown with the variables that set it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import gradio as gr

from assistant import doctor
from assistant.config import Config
from assistant.doctor import Check
from assistant.types import Status
from assistant.ui import environment
from assistant.ui.action import Action, EndedError
from assistant.ui.models import CONFIGURED, Models, Offer
from assistant.ui.preferences import MOST_SOURCES, SOURCES, Preferences
from assistant.ui.reply import failure, in_words, told
from assistant.ui.threshold import threshold

THEMES = [("As the system", "system"), ("Light", "light"), ("Dark", "dark")]
SIZES = [("Small", "90%"), ("Normal", "100%"), ("Large", "115%"), ("Largest", "130%")]
MANNERS = [("Quotations", "quotations"), ("The model's words", "words")]
UNSUPPORTED = [("Leave out", "remove"), ("Keep and mark", "mark")]
SET_THEME = "(theme) => { studyLook.set('theme', theme); }"
SET_SIZE = "(size) => { studyLook.set('size', size); }"
KEPT_LOOK = "() => [studyLook.get('theme', 'system'), studyLook.get('size', '100%')]"
# The browser itself keeps what is chosen, so that it is kept when the server is away as well.
KEEP = "(model, manner, unsupported, sources) => ({ model, manner, unsupported, sources })"
NO_CHOICE = "None is chosen: answers are quotations from your documents."
ASKING = '<p class="running" role="status">Asking the chat model for a word…</p>'
LOOKING = '<p class="running" role="status">Looking for chat models on this computer…</p>'


class Configured(Protocol):
    """What this tab needs of a library."""

    @property
    def config(self) -> Config:
        """The settings."""

    def status(self) -> Status:
        """What the library holds."""


class Choices(NamedTuple):
    """The fields of what a visitor chooses, in the order in which ``KEEP`` is given them."""

    model: gr.Radio
    manner: gr.Radio
    unsupported: gr.Radio
    sources: gr.Slider


def overview(library: Configured) -> str:
    """The meaning of the threshold, the library, and all settings with their variables."""
    return f"<h2>When a question is refused</h2>{threshold()}{environment.variables(library)}"


def chosen(models: Models, config: Config, stored: Any, found: Sequence[Offer]) -> Choices:
    """The fields as this visitor has chosen; ``found`` are the models their page has found."""
    wants = Preferences.of(stored, models, config)
    offers = models.offers(wants.model, [(label, choice) for label, choice in found])
    return Choices(
        gr.Radio(choices=[*offers], value=wants.model),
        gr.Radio(value=wants.manner, visible=wants.has_model),
        gr.Radio(value=wants.unsupported, visible=wants.asks_model),
        gr.Slider(value=wants.sources),
    )


def matching(models: Models, config: Config, stored: Any) -> tuple[gr.Radio, gr.Radio]:
    """The fields that say how a model answers, which only those need who have chosen one."""
    wants = Preferences.of(stored, models, config)
    return gr.Radio(visible=wants.has_model), gr.Radio(visible=wants.asks_model)


def looked(models: Models, chosen: str) -> Iterator[tuple[Any, Any, str]]:
    """Yield that models are looked for, then what was found: to keep, to choose from, in words."""
    yield gr.skip(), gr.skip(), LOOKING
    try:
        found = models.look()
    except Exception as error:
        yield gr.skip(), gr.skip(), failure(in_words(error))
        return
    if found:
        number = "1 chat model" if len(found) == 1 else f"{len(found)} chat models"
        said = f"Found {number}: choose above."
    else:
        said = (
            "No other chat model was found. Start a server that has one, and look again. Asked:"
            f" {models.searched()}."
        )
    shown = f'<div class="done" role="status"><p>{told(said)}</p></div>'
    yield found, gr.Radio(choices=[*models.offers(chosen, found)]), shown


def tried_model(models: Models, config: Config, choice: str) -> Iterator[str]:
    """Yield that a chat model is being asked, then whether it answers and what to do if not."""

    def work(progress: object) -> Check:
        if choice == CONFIGURED:
            return doctor.chat_model(config)
        model = models.generator(choice)
        return doctor.answers(model) if model else Check("chat model", "ok", NO_CHOICE)

    action = Action(work)
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
    hint = f"<p>{told(check.hint)}</p>" if check.hint else ""
    kind = "failure" if check.state == "fail" else "done"
    yield f'<div class="{kind}" role="status"><p>{told(check.text)}</p>{hint}</div>'


class Fields(NamedTuple):
    """What is on the tab."""

    choices: Choices
    look: gr.Button
    test: gr.Button
    said: gr.HTML
    theme: gr.Radio
    size: gr.Radio
    shown: gr.HTML


def tab(library: Configured, place: gr.Tab, models: Models, kept: gr.BrowserState) -> None:
    """Put the tab into the page under construction; it is filled when ``place`` is opened."""
    fields = _fields(models)
    config, quiet = library.config, _quiet()
    looks = [fields.theme, fields.size]
    place.select(lambda: overview(library), outputs=fields.shown, **quiet)
    place.select(None, outputs=looks, js=KEPT_LOOK, api_visibility="private")
    for look, js in zip(looks, (SET_THEME, SET_SIZE), strict=True):
        look.input(None, look, js=js, api_visibility="private")
    found: gr.State = gr.State([])
    choices = fields.choices
    place.select(lambda *given: chosen(models, config, *given), [kept, found], [*choices], **quiet)
    for choice in choices:
        choice.input(None, [*choices], kept, js=KEEP, api_visibility="private")
    kept.change(
        lambda stored: matching(models, config, stored),
        *(kept, [choices.manner, choices.unsupported]),
        **quiet,
    )

    def search(stored: Any) -> Iterator[tuple[Any, Any, str]]:
        yield from looked(models, Preferences.of(stored, models, config).model)

    def ask(stored: Any) -> Iterator[str]:
        yield from tried_model(models, config, Preferences.of(stored, models, config).model)

    beside: dict[str, Any] = {"concurrency_limit": 4, **quiet}
    fields.look.click(search, kept, [found, choices.model, fields.said], **beside)
    fields.test.click(ask, kept, fields.said, **beside)


def _fields(models: Models) -> Fields:
    with gr.Row(elem_id="settings"):
        with gr.Column(scale=1, min_width=280, elem_id="settings-choices"):
            _html("<h2>Answers</h2>")
            model = gr.Radio(label="Chat model", choices=models.offers(""), value=models.usual)
            with gr.Row(elem_id="settings-models"):
                look = gr.Button("Look for chat models")
                test = gr.Button("Test the chat model")
            said = _html("", "settings-said")
            choices = Choices(model, *_manner())
            _html('<p class="about">Kept in this browser, for your next questions.</p>')
            _html("<h2>Appearance</h2>")
            theme = gr.Radio(label="Colours", choices=THEMES, value="system")
            size = gr.Radio(label="Text size", choices=SIZES, value="100%")
        with gr.Column(scale=3, min_width=320, elem_id="settings-values"):
            shown = _html("")
    return Fields(choices, look, test, said, theme, size, shown)


def _manner() -> tuple[gr.Radio, gr.Radio, gr.Slider]:
    """The fields of how answers are written, and from how many passages."""
    return (
        gr.Radio(label="Answers in", choices=MANNERS, value="words", visible=False),
        gr.Radio(
            label="Its sentences that no passage supports",
            choices=UNSUPPORTED,
            value="remove",
            visible=False,
        ),
        gr.Slider(
            label="Number of sources",
            info="passages that are considered, and shown beside the answer",
            minimum=1,
            maximum=MOST_SOURCES,
            step=1,
            value=SOURCES,
            buttons=[],
            elem_id="settings-sources",
        ),
    )


def _html(value: str, elem_id: str | None = None) -> gr.HTML:
    return gr.HTML(value, elem_id=elem_id, js_on_load=None, apply_default_css=False)


def _quiet() -> dict[str, Any]:
    """What all events have in common: they show their own progress, or need none."""
    return {"show_progress": "hidden", "api_visibility": "private"}

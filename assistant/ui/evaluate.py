"""The Evaluate tab: make a run over a set of questions, look at runs, and compare two of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from assistant.evaluation.folders import RUNS, SETS
from assistant.ui import evaluations
from assistant.ui.action import Action
from assistant.ui.evaluations import NOTHING, SYSTEM, State
from assistant.ui.runs import EVERY, Equipped, Wanted

COMPARISON = "comparison"
SCRIPT = Path(__file__).with_name("evaluate.js")

Running = tuple[str, gr.Button, gr.Button, Any, Any]


class Form(NamedTuple):
    """The fields that a run is made from, and what shows how far it is."""

    questions: gr.Dropdown
    system: gr.Dropdown
    settings: gr.Textbox
    name: gr.Textbox
    start: gr.Button
    stop: gr.Button
    state: gr.HTML


class Choice(NamedTuple):
    """The fields that say which run is looked at."""

    run: gr.Dropdown
    against: gr.Dropdown
    split: gr.Radio
    report: gr.Button
    place: gr.HTML


class Shown(NamedTuple):
    """What is shown of the run."""

    parts: gr.Tabs
    figures: gr.HTML
    comparison: gr.HTML
    only: gr.Dropdown
    questions: gr.HTML


def tab(library: Equipped, place: gr.Tab, folder: Path = RUNS, sets: Path = SETS) -> None:
    """Put the tab into the page under construction; it is filled when ``place`` is opened.

    Runs are read from ``folder`` and written there; ``sets`` has the question sets to choose from.
    """
    with gr.Row(elem_id="evaluate"):
        with gr.Column(scale=1, min_width=280, elem_id="evaluate-choose"):
            choice, form = _choice(), _form()
        with gr.Column(scale=3, min_width=320, elem_id="evaluate-results"):
            shown = _shown(folder)
    show = _look(choice, shown, folder)
    _make(library, form, choice, show, folder)
    fields = [choice.run, choice.against, form.questions, form.system]
    place.select(
        partial(evaluations.offered, folder=folder, sets=sets), fields, fields, **_quiet()
    ).then(**show)


def _choice() -> Choice:
    with gr.Column(elem_classes="choices"):
        _heading("Look at a run")
        return Choice(
            gr.Dropdown(label="Run", choices=[]),
            gr.Dropdown(label="Compare with", choices=[("nothing", NOTHING)], value=NOTHING),
            gr.Radio(label="Split", choices=[EVERY], value=None, visible=False),
            gr.Button("Where is its report?", size="sm"),
            _html("evaluate-place"),
        )


def _form() -> Form:
    with gr.Column(elem_classes="choices"):
        _heading("Make a run")
        return Form(
            gr.Dropdown(
                label="Set",
                info="Choose one, or type the path of a file or of a folder in BEIR layout.",
                choices=[],
                allow_custom_value=True,
            ),
            gr.Dropdown(label="System", choices=[SYSTEM], value=SYSTEM),
            gr.Textbox(label="Settings", info="NAME=VALUE, if any.", placeholder="weight=0.6"),
            gr.Textbox(label="Name", info="Of the run; else after its set and system."),
            gr.Button("Run", variant="primary", elem_id="evaluate-start"),
            gr.Button("Stop", visible=False, elem_id="evaluate-stop"),
            _html("evaluate-state"),
        )


def _shown(folder: Path) -> Shown:
    def explain(given: Sequence[str]) -> str:
        name, question = given
        return evaluations.explained(str(name), str(question), folder)

    with gr.Tabs() as parts:
        with gr.Tab("Figures"):
            figures = _html("evaluate-figures")
        with gr.Tab("Questions"):
            only = gr.Dropdown(label="Show", choices=[], visible=False, elem_id="evaluate-only")
            questions = gr.HTML(
                elem_id="evaluate-questions",
                js_on_load=SCRIPT.read_text(encoding="utf-8"),
                apply_default_css=False,
                server_functions=[explain],
            )
        with gr.Tab("Comparison", id=COMPARISON):
            comparison = _html("evaluate-comparison")
    return Shown(parts, figures, comparison, only, questions)


def _look(choice: Choice, shown: Shown, folder: Path) -> dict[str, Any]:
    """Let what is shown follow what is chosen; returns the event that shows it all anew."""
    show: dict[str, Any] = {
        "fn": partial(evaluations.view, folder=folder),
        "inputs": [choice.run, choice.against, choice.split, shown.only],
        "outputs": [choice.split, *shown[1:]],
        "show_progress": "minimal",
        "show_progress_on": shown.figures,
        "trigger_mode": "always_last",
        "api_visibility": "private",
    }
    choice.run.input(**show)
    choice.run.change(str, outputs=choice.place, **_quiet())
    choice.run.input(
        partial(evaluations.others, folder=folder),
        [choice.run, choice.against],
        choice.against,
        **_quiet(),
    )
    choice.split.input(**show)
    choice.against.input(
        partial(evaluations.comparison, folder=folder),
        [choice.run, choice.against, choice.split],
        shown.comparison,
        **_quiet(),
    ).then(lambda: gr.Tabs(selected=COMPARISON), outputs=shown.parts, **_quiet())
    shown.only.input(
        partial(evaluations.listed, folder=folder),
        [choice.run, choice.split, shown.only],
        shown.questions,
        **_quiet(),
    )
    choice.report.click(
        partial(evaluations.report, folder=folder), choice.run, choice.place, **_quiet()
    )
    return show


def _make(
    library: Equipped, form: Form, choice: Choice, show: dict[str, Any], folder: Path
) -> None:
    """Let a run be made, and stopped; what it gave is shown."""

    running: dict[str | None, Action[str]] = {}  # by visitor

    def make(
        request: gr.Request,
        questions: str | None,
        system: str,
        settings: str,
        name: str,
        against: str | None,
    ) -> Iterator[Running]:
        wanted = Wanted(questions or "", system, settings, name)
        running[request.session_hash] = evaluations.begin(library, wanted, folder)
        last = State("")
        with closing(evaluations.states(running[request.session_hash])) as states:
            for last in states:
                yield last.said, *_buttons(running=True), gr.skip(), gr.skip()
        choices = (gr.skip(), gr.skip())
        if last.name:
            choices = evaluations.kept(last.name, against, folder)
        yield last.said, *_buttons(running=False), *choices

    def stop(request: gr.Request) -> None:
        if action := running.pop(request.session_hash, None):
            action.end()

    form.start.click(
        make,
        [form.questions, form.system, form.settings, form.name, choice.against],
        [form.state, form.start, form.stop, choice.run, choice.against],
        concurrency_limit=None,  # They wait for each other.
        **_quiet(),
    ).success(**show)
    form.stop.click(stop, **_quiet())


def _buttons(*, running: bool) -> tuple[gr.Button, gr.Button]:
    return gr.Button(visible=not running), gr.Button(visible=running)


def _heading(text: str) -> None:
    gr.HTML(f"<h2>{text}</h2>", js_on_load=None, apply_default_css=False)


def _html(name: str) -> gr.HTML:
    return gr.HTML(elem_id=name, js_on_load=None, apply_default_css=False)


def _quiet() -> dict[str, Any]:
    """What all events have in common that show their own progress, or need none."""
    return {"show_progress": "hidden", "api_visibility": "private"}

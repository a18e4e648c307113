"""The callbacks of the Evaluate tab: plain functions of what was chosen, over a folder of runs."""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from assistant.evaluation.folders import RUNS, SETS, kept_runs, question_sets
from assistant.ui import results, runs
from assistant.ui.action import Action, EndedError
from assistant.ui.reply import failure, in_words
from assistant.ui.runs import EVERY, FAILED, Equipped, Wanted

SYSTEM = "shipped"
NOTHING = "none"  # is compared

View = tuple[gr.Radio, str, str, gr.Dropdown, str]


class State(NamedTuple):
    """What is said of a run that is being made, and its name once it is written."""

    said: str
    name: str | None = None


def begin(library: Equipped, wanted: Wanted, folder: Path = RUNS) -> Action[str]:
    """Begin a run, which gives its name when it is written; one that is ended writes nothing."""
    return Action(lambda progress: runs.make(library, wanted, progress, folder))


def states(action: Action[str]) -> Generator[State, None, None]:
    """Yield how far a run is, and then how it ended. Ends the run when it is closed before."""
    try:
        for step in action:
            yield State(results.progress(step))
        name = action.result()
    except EndedError:
        yield State(results.STOPPED)
    except Exception as error:
        yield State(failure(in_words(error)))
    else:
        yield State(results.written(name), name)
    finally:
        action.end()


def offered(
    chosen: str | None,
    against: str | None,
    questions: str | None,
    system: str | None,
    folder: Path = RUNS,
    sets: Path = SETS,
) -> tuple[gr.Dropdown, gr.Dropdown, gr.Dropdown, gr.Dropdown]:
    """The choices of runs, sets and systems as they are now; what was chosen stays so."""
    files = [(path.stem, path.as_posix()) for path in question_sets(sets)]
    return (
        *kept(chosen, against, folder),
        gr.Dropdown(choices=files, value=questions or (files[0][1] if files else None)),
        gr.Dropdown(choices=runs.systems(), value=system or SYSTEM),
    )


def kept(
    chosen: str | None, against: str | None, folder: Path = RUNS
) -> tuple[gr.Dropdown, gr.Dropdown]:
    """The runs that can be looked at and compared with; the latest where none was chosen."""
    names = list(kept_runs(folder))
    value = chosen if chosen in names else next(iter(names), None)
    return gr.Dropdown(choices=names, value=value), others(value, against, folder)


def others(chosen: str | None, against: str | None, folder: Path = RUNS) -> gr.Dropdown:
    """The runs that the one looked at can be compared with: all but itself."""
    names = [name for name in kept_runs(folder) if name != chosen]
    choices = [("nothing", NOTHING), *((name, name) for name in names)]
    return gr.Dropdown(choices=choices, value=against if against in names else NOTHING)


def view(
    name: str | None,
    against: str | None,
    split: str | None,
    only: str | None,
    folder: Path = RUNS,
) -> View:
    """What is shown of a run: its splits, figures, comparison, filter, and questions."""
    if not name:
        return _nothing(results.NO_RUN)
    try:
        names = runs.splits(name, folder)
        part = split if split in names else names[0]
        kinds = runs.kinds(name, part, folder)
        chosen = only if only in [key for _, key in kinds] else FAILED
        figures = runs.figures(name, part, folder)
        listed = runs.questions(name, part, chosen, folder)
    except Exception as error:
        return _nothing(failure(in_words(error)))
    return (
        gr.Radio(choices=names, value=part, visible=len(names) > 1),
        figures,
        comparison(name, against, part, folder),
        gr.Dropdown(choices=kinds, value=chosen, visible=True),
        listed,
    )


def comparison(
    name: str | None, against: str | None, split: str | None, folder: Path = RUNS
) -> str:
    """The comparison of two runs, that there is none where one was chosen, or what went wrong."""
    other = "" if against in (None, NOTHING, name) else against
    if not name or not other:
        return results.NOT_COMPARED
    return said(runs.comparison, name, other, split or EVERY, folder)


def listed(name: str | None, split: str | None, only: str | None, folder: Path = RUNS) -> str:
    """The list of questions of a run, or what went wrong."""
    return said(runs.questions, name, split or EVERY, only or FAILED, folder) if name else ""


def explained(name: str, question: str, folder: Path = RUNS) -> str:
    """What was found for a question and what should have been, or what went wrong."""
    return said(runs.explained, name, question, folder)


def report(name: str | None, folder: Path = RUNS) -> str:
    """Where the page of a run lies, which is written where it is missing, or what went wrong."""
    return said(lambda: results.place(runs.report_file(name, folder))) if name else ""


def said(call: Callable[..., str], *given: Any) -> str:
    """What a call gives, or what went wrong in words."""
    try:
        return call(*given)
    except Exception as error:
        return failure(in_words(error))


def _nothing(told: str) -> View:
    gone = gr.Dropdown(visible=False)
    return gr.Radio(visible=False), told, results.NOT_COMPARED, gone, ""

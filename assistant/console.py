"""Where output goes: results to standard output, progress and problems to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TextIO, TypeVar

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.text import Text

from assistant.contract import Json
from assistant.errors import AssistantError
from assistant.files import shown
from assistant.protocols import Progress
from assistant.render import clean
from assistant.types import Stage

STAGES: dict[Stage, str] = {
    "read": "Reading",
    "embed": "Embedding",
    "index": "Indexing",
    "ask": "Asking",
}
State = TypeVar("State")
PLAIN_WIDTH = 100  # of output that goes to a file or another program


class Screen:
    """The two streams of one run. ``quiet`` leaves out whatever was not asked for."""

    def __init__(self, *, as_json: bool = False, quiet: bool = False) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self._out = _console(sys.stdout)
        self._err = _console(sys.stderr)

    def show(self, *parts: RenderableType) -> None:
        """Print for people, on standard output."""
        if not parts:
            return
        if self._out.is_terminal:
            self._out.print(*parts, sep="\n")
            return
        with self._out.capture() as captured:
            self._out.print(*parts, sep="\n")
        # Lines are padded to the width, which only a terminal hides.
        for line in captured.get().removesuffix("\n").split("\n"):
            sys.stdout.write(line.rstrip() + "\n")
        sys.stdout.flush()

    def grow(
        self, states: Iterable[State], shown: Callable[[State], RenderableType | None]
    ) -> State:
        """The last of the states; on a terminal each is ``shown`` in the place of the one before.

        Nothing of them stays on the screen, so the last is there to be printed. Raises
        :class:`ValueError` where there is none.
        """
        with ExitStack() as stack:
            last, live = None, None
            for last in states:
                part = shown(last) if self._out.is_terminal and not self.as_json else None
                if part is None:
                    continue
                if live is None:
                    live = stack.enter_context(Live(console=self._out, transient=True))
                live.update(part, refresh=True)
        if last is None:
            raise ValueError("there is no state")
        return last

    def data(self, fields: Json, *, one_line: bool = False) -> None:
        """Print JSON for programs, on standard output, at once."""
        text = json.dumps(fields, ensure_ascii=False, indent=None if one_line else 2)
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def aside(self, remark: str) -> None:
        """Print a remark about the result, on standard error, unless ``quiet``."""
        if not self.quiet:
            self._err.print(Text(remark, style="dim"), soft_wrap=True)

    def problem(self, error: AssistantError) -> None:
        """Print an error on standard error: one line, and a line with what to do."""
        line = Text.assemble(("error: ", "bold red"), " ".join(clean(error.message).split()))
        self._err.print(line, soft_wrap=True)
        if error.hint:
            hint = Text.assemble(("hint: ", "bold"), " ".join(clean(error.hint).split()))
            self._err.print(hint, soft_wrap=True)

    @contextmanager
    def progress(self) -> Iterator[Progress | None]:
        """A bar with rate and time left for each stage, where standard error is a terminal."""
        if self.quiet or not self._err.is_terminal:
            yield None
            return
        columns = (
            TextColumn("{task.description:<9}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[detail]}", markup=False, style="dim"),
        )
        with Bars(*columns, console=self._err) as bars:
            tasks: dict[Stage, TaskID] = {}

            def report(stage: Stage, done: int, total: int, detail: str = "") -> None:
                if stage not in tasks:
                    tasks[stage] = bars.add_task(STAGES[stage], total=total, detail="")
                bars.update(tasks[stage], completed=done, total=total, detail=shown(detail))

            yield report
            # Reached only without an error: then every stage is complete, reported or not.
            for task in bars.tasks:
                bars.update(task.id, completed=task.total)


class _Rate(ProgressColumn):
    """How many a second, once that is known."""

    def render(self, task: Task) -> Text:
        """The speed of ``task``."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.0f}/s" if speed else "", style="dim")


def _console(stream: TextIO) -> Console:
    terminal = stream.isatty()
    return Console(
        file=stream,
        width=None if terminal else PLAIN_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
    )

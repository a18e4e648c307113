"""The Library tab: the documents, adding and removing them, and what has changed on disk."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import gradio as gr
from gradio.events import Dependency

from assistant.changes import changes
from assistant.config import Config
from assistant.errors import LibraryError, NotFoundError
from assistant.files import absolute, leads_out
from assistant.load import reasons
from assistant.protocols import Progress
from assistant.types import DocumentRecord, Status, SyncReport
from assistant.ui import shelf, uploads
from assistant.ui.action import Action, EndedError, Step
from assistant.ui.reply import failure, in_words

SCRIPT = Path(__file__).with_name("documents.js")
STOPPED = '<p class="done" role="status">Stopped. What was read so far is in the library.</p>'

View = tuple[str, str]
Followed = tuple[str, gr.Button, gr.Button]
Running = dict[str | None, Action[str]]  # by visitor


class Kept(Protocol):
    """What this tab needs of a library."""

    @property
    def config(self) -> Config:
        """The settings."""

    def status(self) -> Status:
        """What the library holds."""

    def sync(
        self, paths: Sequence[Path] | None = None, progress: Progress | None = None
    ) -> SyncReport:
        """Bring the library up to date."""

    def remove(self, path: str) -> DocumentRecord:
        """Forget a document."""


def view(library: Kept) -> View:
    """The documents, and what has changed on disk; or what is wrong in words."""
    corpus = absolute(library.config.corpus)
    try:
        records = _records(library)
        found = changes(records, corpus, library.config.library)
    except Exception as error:
        return failure(in_words(error)), ""
    return shelf.shelf(records, corpus), shelf.offer(found)


def add(library: Kept, files: Sequence[str], names: list[str]) -> Action[str]:
    """Begin to copy uploads into the corpus and read them; the result says what became of each.

    Those that are going to be read are put into ``names``, in the order in which they are.
    """

    def work(progress: Progress) -> str:
        corpus, most = absolute(library.config.corpus), library.config.max_file_mb
        kept = uploads.keep([Path(file) for file in files], corpus, most)
        paths = list(dict.fromkeys(each.path for each in kept if each.path is not None))
        names.extend(path.name for path in paths)
        return shelf.done(library.sync(paths, progress) if paths else SyncReport(), kept)

    return Action(work)


def update(library: Kept) -> Action[str]:
    """Begin to bring the library up to date with its folder; the result says what was done."""
    return Action(lambda progress: shelf.done(library.sync(progress=progress)))


def read_again(library: Kept, path: str) -> Action[str]:
    """Begin to read one document again, changed or not; the result says what became of it."""

    def work(progress: Progress) -> str:
        found = (record for record in _records(library) if record.path == path)
        if (record := next(found, None)) is None:
            raise NotFoundError(f"There is no document {path} in the library.")
        source = Path(record.source)
        if not source.exists():
            raise NotFoundError(f"{source} is no longer there.", "Put it back, or press Remove.")
        if leads_out(source, [source.parent, absolute(library.config.corpus)]):
            raise reasons.leads_out()
        return shelf.done(library.sync([source], progress))

    return Action(work)


def states(action: Action[str], names: Sequence[str] = ()) -> Generator[str, None, None]:
    """Yield how far a sync is, with a bar for each of ``names`` (see :func:`add`), and then how it
    ended. Ends it when it is closed before."""
    read: Step | None = None
    try:
        for step in action:
            if step is not None and step.stage == "read":
                read = step
            yield shelf.progress(read, step, names)
        yield action.result()
    except EndedError:
        yield STOPPED
    except Exception as error:
        yield failure(in_words(error))
    finally:
        action.end()


def remove(library: Kept, path: str) -> str:
    """Take a document out of the library, and delete its file if it came from the page."""
    corpus = absolute(library.config.corpus)
    try:
        record = library.remove(path)
        deleted = uploads.is_upload(Path(record.source), corpus)
        if deleted:
            Path(record.source).unlink(missing_ok=True)
    except Exception as error:
        return failure(in_words(error))
    return shelf.removed(record, deleted)


def _records(library: Kept) -> tuple[DocumentRecord, ...]:
    """The documents; a library that was never built has none."""
    try:
        return library.status().documents
    except LibraryError:
        if (library.config.library / "library.db").exists():
            raise
        return ()


class Shown(NamedTuple):
    """The parts of the tab that change."""

    listed: gr.HTML
    offered: gr.HTML
    said: gr.HTML
    start: gr.Button
    stop: gr.Button


def tab(library: Kept, place: gr.Tab) -> list[Dependency]:
    """Put the tab into the page under construction; it is filled when ``place`` is opened.

    Returns the events after which the library may hold something else.
    """
    with gr.Row(elem_id="documents"):
        with gr.Column(scale=1, min_width=280, elem_id="documents-add"):
            drop = gr.File(
                label="Add documents",
                file_count="multiple",
                height=170,
                elem_id="documents-drop",
            )
            said = _html("documents-said")
            stop = gr.Button("Stop", visible=False, elem_id="documents-stop")
            offered = _html("documents-offered")
            start = gr.Button("Read the folder again", elem_id="documents-sync")
        with gr.Column(scale=3, min_width=320, elem_id="documents-list"):
            listed = gr.HTML(
                elem_id="documents-shelf",
                js_on_load=SCRIPT.read_text(encoding="utf-8"),
                apply_default_css=False,
            )
    shown = Shown(listed, offered, said, start, stop)
    show = partial(view, library)
    place.select(show, outputs=[listed, offered], **_quiet())
    return [
        each.then(show, outputs=[listed, offered], **_quiet())
        for each in _events(library, drop, shown)
    ]


def _follow(
    running: Running, request: gr.Request, action: Action[str], names: Sequence[str] = ()
) -> Iterator[Followed]:
    """Yield how far an action is, with the buttons to begin and to stop one."""
    running[request.session_hash] = action
    last = ""
    try:
        with closing(states(action, names)) as said:
            for last in said:
                yield last, gr.Button(interactive=False), gr.Button(visible=True)
    finally:
        running.pop(request.session_hash, None)
    yield last, gr.Button(interactive=True), gr.Button(visible=False)


def _events(library: Kept, drop: gr.File, shown: Shown) -> list[Dependency]:
    running: Running = {}

    def dropped(request: gr.Request, files: list[str] | None) -> Iterator[tuple[Any, ...]]:
        last: tuple[Any, ...] = ()
        names: list[str] = []
        try:
            for last in _follow(running, request, add(library, files or [], names), names):
                yield *last, gr.skip()
        finally:
            for file in files or []:
                with suppress(OSError):
                    Path(file).unlink()  # The server's own copy.
        yield *last, None

    def synced(request: gr.Request) -> Iterator[Followed]:
        yield from _follow(running, request, update(library))

    def again(request: gr.Request, event: gr.EventData) -> Iterator[Followed]:
        yield from _follow(running, request, read_again(library, str(event.document)))

    def stopped(request: gr.Request) -> None:
        if action := running.get(request.session_hash):
            action.end()

    def pressed(event: gr.EventData) -> str:
        return remove(library, str(event.document))

    outputs = [shown.said, shown.start, shown.stop]
    alone = {"concurrency_limit": None, **_quiet()}  # The library lets one write at a time.
    shown.stop.click(stopped, **_quiet())
    return [
        drop.upload(dropped, drop, [*outputs, drop], **alone),
        shown.start.click(synced, outputs=outputs, **alone),
        shown.listed.retry(again, outputs=outputs, **alone),
        shown.listed.click(pressed, outputs=shown.said, **_quiet()),
    ]


def _html(name: str) -> gr.HTML:
    return gr.HTML(elem_id=name, js_on_load=None, apply_default_css=False)


def _quiet() -> dict[str, Any]:
    """What all events have in common that show their own progress, or need none."""
    return {"show_progress": "hidden", "api_visibility": "private"}

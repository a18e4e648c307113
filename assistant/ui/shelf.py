"""What the Library tab shows, as HTML: the documents, what changed on disk, and how far a sync is.

Pure functions; everything that comes from a file or its name is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from assistant.changes import Changes
from assistant.render import count
from assistant.types import DocumentRecord, Stage, SyncReport
from assistant.ui.action import Step
from assistant.ui.reply import told
from assistant.ui.uploads import Kept, is_upload

STAGES: dict[Stage, str] = {
    "read": "Reading",
    "embed": "Embedding passages",
    "index": "Building the index",
    "ask": "Asking",
}
STATES = {"ready": "Ready", "warning": "Read, but look at it", "failed": "Left out"}
NAMED = 5  # files of each kind in a notice
UPLOADED = "The copy that was uploaded is deleted with it."
COMES_BACK = (
    "Its file stays where it is, in the folder of your documents, so the next time that folder is"
    " read it comes back. Move the file away to keep it out."
)
STAYS = "Its file stays where it is."


def shelf(records: Sequence[DocumentRecord], corpus: Path) -> str:
    """All documents with their size, state and buttons; those that were left out come first."""
    if not records:
        return '<p class="empty" tabindex="-1">The library is empty. Add your first documents.</p>'
    ordered = sorted(records, key=lambda record: record.state != "failed")
    entries = "".join(_entry(each, corpus) for each in ordered)
    return f'<h2>Documents</h2><ul class="documents">{entries}</ul>'


def _entry(record: DocumentRecord, corpus: Path) -> str:
    facts = [Path(record.path).suffix.lstrip(".").upper()]
    # An empty file has none, and neither has one that was not looked into.
    facts += [_size(record.size)] if record.size else []
    facts += [count(record.pages, "page")] if record.pages else []
    facts += [count(record.passages, "passage")] if record.passages else []
    title = record.title if record.title not in ("", Path(record.path).stem) else ""
    named = f'<p class="title">{escape(title)}</p>' if title else ""
    reason = f'<p class="reason">{told(_sentence(record.reason))}</p>' if record.reason else ""
    path = escape(record.path)
    read = (
        f'<button type="button" class="open-reader" data-doc="{escape(record.doc_id)}"'
        f' aria-label="Open {path} in the reader">Open in the reader</button>'
    )
    again = (
        f'<button type="button" class="reread-document" data-path="{path}"'
        f' aria-label="Read {path} again">Read again</button>'
    )
    buttons = f"{read if record.passages else ''}{again}{_removal(record, corpus)}"
    return (
        f'<li class="document {record.state}"><h3>{path}</h3>{named}'
        f'<p class="facts"><span class="state">{STATES[record.state]}</span>'
        f" · {escape(' · '.join(filter(None, facts)))}</p>{reason}"
        f'<div class="buttons">{buttons}</div></li>'
    )


def _sentence(reason: str) -> str:
    return reason[:1].upper() + reason[1:]


def _removal(record: DocumentRecord, corpus: Path) -> str:
    source = Path(record.source)
    if is_upload(source, corpus):
        file = UPLOADED
    else:
        file = COMES_BACK if source.is_relative_to(corpus.absolute()) else STAYS
    path = escape(record.path)
    return (
        f'<details class="removal"><summary aria-label="Remove {path}">Remove</summary>'
        f"<p>It is taken out of the library. {file}</p>"
        f'<button type="button" class="remove-document" data-path="{path}">'
        "Remove from the library</button></details>"
    )


def _size(size: int) -> str:
    if size < 1_000_000:
        return f"{max(size / 1e3, 0.1):.1f} kB"
    return f"{size / 1e6:.1f} MB"


def offer(found: Changes) -> str:
    """What has changed in the folder of the documents, or that the library is up to date."""
    if not found:
        return '<p class="current">The library has everything that is in the folder.</p>'
    kinds = [("New", found.added), ("Changed", found.changed), ("Gone", found.removed)]
    lines = [f"<li>{kind}: {_listed(paths)}</li>" for kind, paths in kinds if paths]
    return (
        '<div class="notice" role="status"><p>The folder of your documents has changed:</p>'
        f"<ul>{''.join(lines)}</ul></div>"
    )


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return escape(", ".join(paths[:NAMED])) + more


def progress(read: Step | None, step: Step | None, names: Sequence[str] = ()) -> str:
    """A bar of how far all files are, and one of each of ``names``, which are read in this order.

    Without names only the file in hand has a bar. Nobody knows how long a file takes to be read, so
    meanwhile that has no value.
    """
    if read is None or step is None:
        return _bar("Starting")
    now = min(read.done + 1, read.total)
    said = _bar(f"File {now} of {read.total}", read.done, read.total)
    if files := names or [read.detail] * bool(read.detail):
        first = -read.done if names else 0  # The file in hand is number 0.
        bars = [_file(name, number, step) for number, name in enumerate(files, first)]
        said += f'<div class="files">{"".join(bars)}</div>'
    if step is not read and not read.detail:  # All are read.
        said += _bar(STAGES[step.stage], step.done or None, step.total)
    return said


def _file(name: str, number: int, step: Step) -> str:
    """The bar of a file that comes before (below 0) or after the one in hand, or is that."""
    if number:
        return _bar(name, int(number < 0))
    done = None if step.stage == "read" else step.done or None
    return _bar(name, done, step.total, STAGES[step.stage])


def _bar(says: str, done: int | None = None, total: int = 1, now: str = "") -> str:
    value = "" if done is None else f' value="{done}" max="{max(total, 1)}"'
    now = f"<small>{now}</small>" if now else ""
    return f'<p class="running"><label>{escape(says)}{now}<progress{value}></progress></label></p>'


def done(report: SyncReport, kept: Sequence[Kept] = ()) -> str:
    """What a sync did, and what became of each upload, in words."""
    figures = [
        ("added", report.added),
        ("read again", report.updated),
        ("removed", report.removed),
        ("unchanged", report.unchanged),
    ]
    said = ", ".join(f"{len(paths)} {word}" for word, paths in figures if paths) or "Nothing to do"
    notes = [f"{each.name}: {each.note}" for each in kept if each.note]
    notes += [f"{each.path} was left out: {each.reason}" for each in report.failed]
    notes += [f"{each.path}: {each.reason}" for each in report.warned]
    items = "".join(f"<li>{told(note)}</li>" for note in notes)
    listed = f"<ul>{items}</ul>" if items else ""
    return f'<div class="done" role="status"><p>{said}.</p>{listed}</div>'


def removed(record: DocumentRecord, deleted: bool) -> str:
    """That a document is gone from the library, and whether its file is too."""
    what = "and its uploaded file was deleted" if deleted else "and its file stays where it is"
    return (
        f'<div class="done" role="status"><p>{escape(record.path)} was removed from the library,'
        f" {what}.</p></div>"
    )

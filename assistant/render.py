"""How results look to a person in a terminal. Colour only repeats what the words say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assistant.files import shown
from assistant.tokens import STOP_WORDS
from assistant.types import Answer, Citation, DocumentRecord, Hit, Passage, Status, SyncReport

if TYPE_CHECKING:
    from assistant.doctor import Check

LISTED = 20  # paths of one kind that a summary names before it only counts them
PREVIEW = 200  # characters of a passage that was not asked for
FURTHER = 5  # addresses that the chapters of an answer give for further reading
MARKED = "bold yellow"

# Everything but tab and newline that could move the cursor, restyle the terminal or turn the
# direction of writing.
_CONTROLS = dict.fromkeys(
    (*range(9), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)


def clean(text: str) -> str:
    """Text without control characters: a document must not steer the terminal it is shown in."""
    return text.translate(_CONTROLS)


def hits(question: str, found: Sequence[Hit], *, whole: bool = True) -> Iterator[RenderableType]:
    """Each hit with its place and its text, or only its beginning; the question's words marked."""
    if not found:
        yield Text("Nothing was found.")
    for hit in found:
        yield Text.assemble(
            (f"{hit.rank:>2}  ", "bold cyan"),
            _place(hit.passage),
            (f"  score {hit.score:.3f}" if whole else "", "dim"),
        )
        body = _body(hit.passage, question)
        if not whole:
            body = Text(" ").join(line for line in body.split("\n") if line)
            body.truncate(PREVIEW, overflow="ellipsis")
        yield from _below(_heading(hit.passage), body)


def answer(result: Answer) -> Iterator[RenderableType]:
    """The answer, then each citation with place and quote; for a refusal the nearest passages.

    Neighbouring citations of one passage share the line with its place. What the chapters name as
    their references is offered for further reading.
    """
    yield _words(result)
    if result.note:
        yield Text(clean(result.note), style="dim")
    yield Text("")
    for _, group in groupby(result.citations, key=lambda citation: citation.passage.passage_id):
        cited = list(group)
        yield _place(cited[0].passage)
        yield from _below(_heading(cited[0].passage), *map(_quote, cited))
    for address in result.further_reading[:FURTHER]:
        yield Text(f"further reading: {clean(address)}", style="dim")
    if result.refused and result.hits:
        yield Text("The nearest passages:", style="bold")
        yield Text("")
        yield from hits(result.searched, result.hits, whole=False)


def growing(result: Answer) -> RenderableType | None:
    """A chat model's answer so far; quotations come all at once, so of them nothing."""
    return None if result.generator == "quotation" else _words(result)


def passage(found: Passage) -> Iterator[RenderableType]:
    """One passage with its place, its text and its chapter's further reading."""
    yield Text.assemble(_place(found), (f"  characters {found.start}–{found.end}", "dim"))
    yield from _below(_heading(found), _body(found))
    for address in found.references:
        yield Text(f"    further reading: {clean(address)}", style="dim")


def sync(report: SyncReport, *, quiet: bool) -> Iterator[RenderableType]:
    """What happened to each file; only what was left out, and why, when ``quiet``."""
    if not quiet:
        for word, paths in (
            ("added", report.added),
            ("updated", report.updated),
            ("removed", report.removed),
            ("unchanged", report.unchanged),
        ):
            yield from _listed(word, paths)
    for record in report.warned:
        yield _remark("warning", record, "yellow")
    for record in report.failed:
        yield _remark("left out", record, "red")
    if not quiet:
        total = report.seconds.get("total", 0.0)
        yield Text(
            f"{count(report.documents, 'document')}, {count(report.passages, 'passage')} "
            f"({report.embedded} newly embedded), {total:.1f} s"
        )


def status(state: Status) -> Iterator[RenderableType]:
    """The documents as a table, then the library as a whole."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("document", overflow="fold")
    table.add_column("pages", justify="right")
    table.add_column("passages", justify="right")
    table.add_column("state", overflow="fold")
    for record in state.documents:
        style = {"ready": "", "warning": "yellow", "failed": "red"}[record.state]
        words = {"ready": "ready", "warning": "read, but", "failed": "left out"}[record.state]
        if record.reason:
            words += f": {clean(record.reason)}"
        pages = str(record.pages) if record.pages else "–"
        table.add_row(shown(record.path), pages, str(record.passages), Text(words, style=style))
    if state.documents:
        yield table
        yield Text("")
    yield Text(
        f"{state.library}: {count(len(state.documents), 'document')}, "
        f"{count(state.passages, 'passage')}, {state.size_bytes / 1e6:.1f} MB, "
        f"encoder {state.encoder or 'not yet known'}"
    )
    if state.remark:
        yield Text(clean(state.remark), style="red")


def checks(made: Sequence[Check], *, quiet: bool) -> Iterator[RenderableType]:
    """One line a check, and what to do about each fault; only the faults when ``quiet``."""
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for check in made:
        if quiet and check.state == "ok":
            continue
        style = {"ok": "green", "warn": "yellow", "fail": "red"}[check.state]
        text = Text(clean(check.text))
        if check.hint:
            text.append(f"\n→ {clean(check.hint)}", style=style)
        table.add_row(Text(check.state, style=style), check.name, text)
    if table.row_count:
        yield table


def count(number: int, noun: str) -> str:
    """``1 document``, ``2 documents``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(word: str, paths: Sequence[str]) -> Iterator[Text]:
    for path in paths[:LISTED]:
        yield Text(f"{word:<10}{shown(path)}")
    if len(paths) > LISTED:
        yield Text(f"{word:<10}… and {len(paths) - LISTED} more")


def _remark(word: str, record: DocumentRecord, style: str) -> Text:
    return Text.assemble((f"{word:<10}", style), f"{shown(record.path)}: {clean(record.reason)}")


def _below(*parts: RenderableType) -> Iterator[RenderableType]:
    """Indented under the line before, with an empty line after."""
    for part in parts:
        if part:
            yield Padding(part, (0, 0, 0, 4))
    yield Text("")


def _quote(citation: Citation) -> Text:
    lines = [line for line in _rows(clean(citation.quote)).splitlines() if line.strip()]
    quote = Text("“" + "\n".join(lines) + "”", style=MARKED)
    return Text.assemble((f"[{citation.marker}] ", "bold cyan"), quote)


def _place(found: Passage) -> Text:
    pages = _pages(found)
    return Text(shown(found.document) + (f", {pages}" if pages else ""), style="bold")


def _pages(found: Passage) -> str:
    if found.page_start is None:
        return ""
    if found.page_end in (None, found.page_start):
        pages = f"p. {found.page_start}"
    else:
        pages = f"pp. {found.page_start}–{found.page_end}"
    return f"{pages} (printed {clean(found.page_label)})" if found.page_label else pages


def _heading(found: Passage) -> Text:
    return Text(clean(" › ".join(found.heading)), style="cyan")


def _body(found: Passage, question: str = "") -> Text:
    text = Text(_rows(clean(found.text)))
    if pattern := _pattern(question):
        text.highlight_regex(pattern, MARKED)
    if found.header and found.header not in found.text:
        return Text(_rows(clean(found.header)) + "\n", style="dim").append_text(text)
    return text


def _rows(text: str) -> str:
    """Cells of a table row stand apart by a bar rather than by tabs of uneven width."""
    return text.replace("\t", " | ")


def _pattern(question: str) -> re.Pattern[str] | None:
    """The words that a question is about, with their endings."""
    words = {word.lower() for word in re.findall(r"\w{2,}", question)} - STOP_WORDS
    if not words:
        return None
    stems = (re.escape(word.removesuffix("s")) for word in sorted(words))
    return re.compile(rf"\b(?:{'|'.join(stems)})\w*", re.IGNORECASE)


def _words(result: Answer) -> Text:
    text = Text(_rows(clean(result.text)))
    text.highlight_regex(r"\[\d+\]", "bold cyan")
    return text

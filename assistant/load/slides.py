"""PowerPoint presentations to Markdown: each slide is a page that begins with its title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pptx
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.shapes.group import GroupShape

from assistant.load.archive import core_title, open_archive
from assistant.load.clean import clean_line, tidy
from assistant.types import Extracted, Page, TocEntry

# What stands on every slide and says nothing about this one.
_FURNITURE = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_BULLETED = (PP_PLACEHOLDER.BODY, PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.VERTICAL_BODY)
# PowerPoint's own name for a presentation that nobody named.
_NO_TITLE = "PowerPoint Presentation"


def read_pptx(path: Path) -> Extracted:
    """Read a PowerPoint file: titles, bullets, tables, chart data and speaker's notes.

    Raises ``LoadError``.
    """
    archive = open_archive(path, "PowerPoint", "ppt/")
    title = core_title(archive)
    text, pages, toc = "", [], []
    for number, slide in enumerate(pptx.Presentation(archive).slides, 1):
        heading = clean_line(slide.shapes.title.text_frame.text) if slide.shapes.title else ""
        blocks = [f"# {heading}"] if heading else []
        blocks += _blocks(slide.shapes, slide.shapes.title)
        blocks += _notes(slide)
        text += "\n" if text and blocks else ""
        start = len(text)
        text += tidy("\n\n".join(blocks))
        pages.append(Page(number, start, len(text)))
        if heading:
            toc.append(TocEntry(heading, 1, number))
    if title in ("", _NO_TITLE):
        title = toc[0].title if toc else ""
    return Extracted(text, title=title, pages=tuple(pages), toc=tuple(toc))


def _blocks(shapes: Iterable[Any], title: Any) -> Iterator[str]:
    """The texts of shapes in reading order: from the top down, then from the left."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.is_placeholder and shape.placeholder_format.type in _FURNITURE:
            continue
        if isinstance(shape, GroupShape):
            yield from _blocks(shape.shapes, None)
        elif shape.has_table:
            yield _table([[cell.text for cell in row.cells] for row in shape.table.rows])
        elif shape.has_chart:
            yield from _chart(shape.chart)
        elif shape.has_text_frame:
            yield from _paragraphs(shape)


def _paragraphs(shape: Any) -> Iterator[str]:
    bulleted = shape.is_placeholder and shape.placeholder_format.type in _BULLETED
    lines = []
    for paragraph in shape.text_frame.paragraphs:
        words = clean_line(paragraph.text)
        if words:
            marked = bulleted or paragraph.level > 0
            lines.append("  " * paragraph.level + "- " + words if marked else words)
    if lines:
        yield "\n".join(lines)


def _table(rows: list[list[str]]) -> str:
    """A pipe table whose first row is its header."""
    lines = []
    for row in rows:
        cells = (clean_line(cell).replace("|", "\\|") for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    if rows:
        lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _chart(chart: Any) -> Iterator[str]:
    """A chart's title and its numbers as a table; some kinds of chart have no such data."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield clean_line(chart.chart_title.text_frame.text)
    try:
        categories = [str(category) for category in chart.plots[0].categories]
        series = [(str(one.name or ""), list(one.values)) for one in chart.plots[0].series]
    except (ValueError, IndexError, AttributeError, NotImplementedError):
        return
    rows = [["", *(name for name, _ in series)]]
    for index, category in enumerate(categories):
        numbers = (values[index] if index < len(values) else None for _, values in series)
        rows.append([category, *("" if number is None else f"{number:g}" for number in numbers)])
    if categories and series:
        yield _table(rows)


def _notes(slide: Any) -> Iterator[str]:
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        words = [clean_line(p.text) for p in slide.notes_slide.notes_text_frame.paragraphs]
        if any(words):
            yield "## Notes\n\n" + "\n\n".join(word for word in words if word)

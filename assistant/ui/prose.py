"""Plain text as readable HTML: paragraphs, bullets and tables, where the text shows them.

The text comes from documents and from models, so it is only ever looked at, never trusted: what is
a paragraph, a bullet or a row is read off each line, and what stands in it is rendered by
:class:`assistant.ui.inline.Inline`, which escapes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from assistant.ui.inline import Inline

_ITEM = re.compile(
    r"(?P<indent>[ \t]*)(?:[-*+•●○◦▪‣–]|(?P<number>0|[1-9][0-9]{0,2})\.)[ \t]+(?=\S)"
)
_TITLE = re.compile(r"(?P<marks>#{1,6}[ \t]+)(?=\S)")
_PIPE_ROW = re.compile(r"\s*\|.*\|.*")
_PIPE = re.compile(r"(?<!\\)\|")
# What the export of a table leaves behind in its cells.
_WRAPPED_CELL = re.compile(r"<(?P<tag>i|b|em|strong|u)>(?P<inner>.*\S.*)</(?P=tag)>", re.DOTALL)
_STYLED_CELL = re.compile(r"""<[a-z]+ style="[^"<>]*">\s*(?P<inner>\S.*)""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Line:
    kind: Literal["blank", "title", "item", "tabs", "pipes", "plain"]
    start: int
    end: int
    depth: int = 0
    number: str = ""  # of an item that has one
    lead: int = 0  # characters of its bullet or number

    @property
    def apart(self) -> int:
        """Different for lines that make a block of their own each."""
        return self.start if self.kind == "plain" else 0


def prose(inline: Inline, header: str = "") -> str:
    """HTML of the whole text of ``inline``; ``header`` is shown as the header of its table."""
    groups = groupby(_flowing(_lines(inline.text)), key=lambda line: line.kind)
    return "".join(_block(kind, list(lines), inline, header) for kind, lines in groups)


def paragraphs(inline: Inline) -> str:
    """As :func:`prose`, with a paragraph for each line: the lines of an answer are quotations from
    different places."""
    groups = groupby(_lines(inline.text), key=lambda line: (line.kind, line.apart))
    return "".join(_block(kind, list(lines), inline, "") for (kind, _), lines in groups)


def _block(kind: str, lines: list[_Line], inline: Inline, header: str) -> str:
    if kind == "blank":
        return ""
    if kind in ("tabs", "pipes"):
        return _table(inline, lines, header)
    if kind == "item":
        lists = groupby(lines, key=lambda line: "ol" if line.number else "ul")
        return "".join(
            f"<{tag}>{''.join(_item(line, inline) for line in items)}</{tag}>"
            for tag, items in lists
        )
    if kind == "title":
        return "".join(f'<p class="title">{inline(line.start, line.end)}</p>' for line in lines)
    return f"<p>{'<br>'.join(inline(line.start, line.end) for line in lines)}</p>"


def _item(line: _Line, inline: Inline) -> str:
    deep = f' class="deep-{line.depth}"' if line.depth else ""
    number = f' value="{int(line.number)}"' if line.number else ""
    return f"<li{deep}{number}>{inline(line.start, line.end)}</li>"


def _flowing(lines: Iterable[_Line]) -> Iterator[_Line]:
    """Lines that go on from each to the next: an item has those right below it that are nothing of
    their own, and a paragraph does not end at a number such as that of "12. March", only at 1, as
    in CommonMark."""
    held: _Line | None = None
    for line in lines:
        if held and held.kind == "plain" and line.number not in ("", "1"):
            line = _Line("plain", line.start - line.lead, line.end)
        if held and held.kind == "item" and line.kind == "plain":
            held = replace(held, end=line.end)
            continue
        if held:
            yield held
        held = line
    if held:
        yield held


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for whole in text.splitlines(keepends=True):
        body = whole.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
        yield _line(body, at)
        at += len(whole)


def _line(body: str, start: int) -> _Line:
    end = start + len(body)
    if not body.strip():
        return _Line("blank", start, end)
    if "\t" in body.strip() or body.endswith("\t\t"):
        return _Line("tabs", start, end)
    if _PIPE_ROW.fullmatch(body):
        return _Line("pipes", start, end)
    if item := _ITEM.match(body):
        indent = len(item["indent"].expandtabs(4))
        depth, number = min((indent + 1) // 2, 3), item["number"] or ""
        return _Line("item", start + item.end(), end, depth, number, item.end())
    if title := _TITLE.match(body):
        return _Line("title", start + title.end(), end)
    return _Line("plain", start, end)


def _tab_cells(inline: Inline, line: _Line) -> list[str]:
    cells, at = [], line.start
    for piece in inline.text[line.start : line.end].split("\t"):
        cells.append(_cell(inline, at, at + len(piece)))
        at += len(piece) + 1
    return cells


def _pipe_cells(inline: Inline, line: _Line) -> list[str]:
    """Cells between the pipes; what stands behind the last pipe joins the last cell."""
    pipes = [match.start() for match in _PIPE.finditer(inline.text, line.start, line.end)]
    cells = [_cell(inline, left + 1, right).replace("\\|", "|") for left, right in pairwise(pipes)]
    cells[-1] = f"{cells[-1]} {_cell(inline, pipes[-1] + 1, line.end)}".strip()
    return cells


def _table(inline: Inline, lines: Sequence[_Line], header: str) -> str:
    """A table; its header is ``header``, or else the first row, or the rows above a rule.

    A header row with its first cell alone is a title across all columns.
    """
    cells = _pipe_cells if lines[0].kind == "pipes" else _tab_cells
    rows = [line for line in lines if not _is_rule(inline.text, line)]
    body = [cells(inline, line) for line in rows]
    head: list[list[str]] = []
    if header:
        above = Inline(header, markdown=inline.markdown)
        named = [line for line in _lines(header) if not _is_rule(header, line)]
        head = [
            (_pipe_cells if line.kind == "pipes" else _tab_cells)(above, line) for line in named
        ]
    elif len(body) > 1 and (lines[0].kind == "tabs" or len(rows) < len(lines)):
        titles = 1 if sum(map(bool, body[0])) == 1 and len(body) > 2 else 0
        head, body = body[: titles + 1], body[titles + 1 :]
    width = max((_width(row) for row in [*head, *body]), default=1)
    rows_html = [_row(row, width, "th") for row in head] + [_row(row, width, "td") for row in body]
    return f'<div class="cells"><table>{"".join(rows_html)}</table></div>'


def _is_rule(text: str, line: _Line) -> bool:
    """Whether a line is blank, or the ``|---|---|`` below the header of a Markdown table."""
    return set(text[line.start : line.end]) <= set("|:- \t")


def _width(row: Sequence[str]) -> int:
    return max((column for column, cell in enumerate(row, start=1) if cell), default=1)


def _row(row: Sequence[str], width: int, tag: str) -> str:
    if tag == "th" and width > 1 and row[0] and not any(row[1:]):
        return f'<tr><th colspan="{width}">{row[0]}</th></tr>'
    padded = [*row, *[""] * width][:width]
    return f"<tr>{''.join(f'<{tag}>{cell}</{tag}>' for cell in padded)}</tr>"


def _cell(inline: Inline, start: int, end: int) -> str:
    while start < end and inline.text[start].isspace():
        start += 1
    while end > start and inline.text[end - 1].isspace():
        end -= 1
    for leftover in (_WRAPPED_CELL, _STYLED_CELL):
        if match := leftover.fullmatch(inline.text, start, end):
            start, end = match.span("inner")
    return inline(start, end)

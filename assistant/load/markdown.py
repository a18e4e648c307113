"""Markdown: kept as it is, but for the front matter, which is about the text and not part of it."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.load.clean import clean, clean_line
from assistant.load.text import decode
from assistant.types import Extracted

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*\n\s*", re.DOTALL | re.MULTILINE)
_TITLE_FIELD = re.compile(r"^title:[ \t]*(.+)$", re.MULTILINE)
_FIRST_HEADING = re.compile(r"^#[ \t]+(.+?)[ \t#]*$", re.MULTILINE)


def read_markdown(path: Path) -> Extracted:
    """Read a Markdown file; the title is the front matter's or the first heading's."""
    text, warnings = decode(path.read_bytes())
    matter, text = split_front_matter(clean(text))
    field = _TITLE_FIELD.search(matter)
    title = clean_line(field[1]).strip("\"'") if field else first_heading(text)
    return Extracted(text, title=title, warnings=warnings)


def split_front_matter(text: str) -> tuple[str, str]:
    """Split YAML front matter from the text below it; the first part is empty without one."""
    match = _FRONT_MATTER.match(text)
    # A rule at the very top of a text is no front matter: that holds at least one field.
    if not match or ":" not in match[1]:
        return "", text
    return match[1], text[match.end() :]


def first_heading(text: str) -> str:
    """Return the words of the first top-level ``#`` heading, or nothing."""
    match = _FIRST_HEADING.search(text)
    return clean_line(match[1]).strip("*") if match else ""

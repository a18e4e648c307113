"""HTML to Markdown: headings, nested lists and tables stay; what a browser does not show goes."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from markitdown.converters import HtmlConverter

from assistant.load.clean import clean_line, tidy
from assistant.load.text import decode
from assistant.types import Extracted

# Never content: code, menus, controls, and media, which have no text of their own.
_DROPPED = ["script", "style", "noscript", "template", "nav", "dialog"]
_DROPPED += ["iframe", "object", "embed", "svg", "canvas", "audio", "video", "map"]
_DROPPED += ["button", "select", "input", "textarea", "datalist"]
# What ARIA calls so is around the content as well.
_LANDMARKS = ["navigation", "search", "contentinfo"]
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)")

# Only words may come out: emphasis and links keep their text and lose their marks, images vanish
# (their description is put in their place below), and nothing is escaped, so that identifiers
# such as s3_bucket stay whole. Bold stays: it marks terms that are being defined. Where a line of
# the markup ends means nothing, so a paragraph becomes one line, of no greatest width.
MARKDOWN: dict[str, Any] = {
    "strip": ["a", "em", "i", "cite", "img", "u", "ins"],
    "bullets": "-",
    "table_infer_header": True,
    "escape_underscores": False,
    "escape_asterisks": False,
    "wrap": True,
    "wrap_width": None,
}


def read_html(path: Path) -> Extracted:
    """Read an HTML file; raises ``LoadError``. Nothing it refers to is ever fetched."""
    markup, encoding_warnings = decode(path.read_bytes(), _declared)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # XHTML is read as HTML, which is what is meant
        soup = BeautifulSoup(markup, "lxml")
    title = clean_line(soup.title.get_text()) if soup.title else ""
    visible(soup)
    text = tidy(to_markdown(str(_content(soup) or "")))
    return Extracted(text, title=title or _first_heading(soup), warnings=encoding_warnings)


def _content(soup: BeautifulSoup) -> Tag | None:
    """The main part, where a page says which it is: menus and columns stand beside it."""
    main = soup.select_one("main, [role=main]")
    return main if main is not None and main.get_text(strip=True) else soup.body


def visible(soup: BeautifulSoup) -> None:
    """Remove from ``soup``, in place, what a browser does not show as text, and what leads away."""
    for tag in soup(_DROPPED):
        tag.decompose()
    for tag in soup(_is_hidden):
        tag.decompose()
    for tag in soup("math"):
        source = tag.find("annotation")
        if isinstance(source, Tag):
            tag.replace_with(f"${source.get_text().strip()}$")
    for tag in soup("img"):
        tag.replace_with(str(tag.get("alt") or ""))
    for tag in soup.select(":is(h1, h2, h3, h4, h5, h6) a"):
        if not any(map(str.isalnum, tag.get_text())):  # a sign to copy the heading's address by
            tag.decompose()


def to_markdown(markup: str) -> str:
    """Convert HTML to Markdown with ``#`` headings, ``-`` bullets and pipe tables.

    Markup that is nested too deeply for this comes out as its plain text.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the converter warns where it falls back to plain text
        result: str = HtmlConverter().convert_string(markup, **MARKDOWN).markdown
    return result


def _declared(data: bytes) -> str | None:
    """The encoding that a page names for itself near its start."""
    match = _CHARSET.search(data[:2048])
    return match[1].decode("ascii") if match else None


def _is_hidden(tag: Tag) -> bool:
    return (
        tag.has_attr("hidden")
        or tag.get("aria-hidden") == "true"
        or tag.get("role") in _LANDMARKS
        or bool(_HIDDEN_STYLE.search(str(tag.get("style") or "")))
    )


def _first_heading(soup: BeautifulSoup) -> str:
    heading = soup.find("h1")
    return clean_line(heading.get_text()) if heading else ""

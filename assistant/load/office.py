"""Word documents to Markdown: headings, lists, tables, footnotes, and equations as LaTeX."""

from __future__ import annotations

import re
from pathlib import Path

from markitdown import StreamInfo
from markitdown.converters import DocxConverter

from assistant.load.archive import core_title, open_archive
from assistant.load.clean import tidy
from assistant.load.html import MARKDOWN
from assistant.load.markdown import first_heading
from assistant.types import Extracted

# Footnotes end in an arrow that leads back to where they belong, which is a link without a target.
_BACK_ARROW = re.compile(r" ?↑$", re.MULTILINE)


def read_docx(path: Path) -> Extracted:
    """Read a Word document. Deleted text, comments, headers and footers are left out.

    Raises ``LoadError``. Linked pictures and templates are never fetched.
    """
    archive = open_archive(path, "Word", "word/")
    title = core_title(archive)
    converter = DocxConverter()  # type: ignore[no-untyped-call]
    result = converter.convert(archive, StreamInfo(extension=".docx"), **MARKDOWN)
    text = tidy(_BACK_ARROW.sub("", result.markdown))
    return Extracted(text, title=title or first_heading(text))

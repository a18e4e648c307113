"""Which function reads which format. A parser is imported when the first such file comes."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from assistant.load import reasons
from assistant.types import Extracted

# The ending of a file, the module under assistant.load, and its function.
_READERS = {
    ".docx": ("office", "read_docx"),
    ".htm": ("html", "read_html"),
    ".html": ("html", "read_html"),
    ".markdown": ("markdown", "read_markdown"),
    ".md": ("markdown", "read_markdown"),
    ".pdf": ("pdf", "read_pdf"),
    ".pptx": ("slides", "read_pptx"),
    ".txt": ("text", "read_text"),
}
SUPPORTED = tuple(_READERS)


def is_markdown(name: str) -> bool:
    """Whether a document is read as it stands and written in Markdown, as its name tells.

    >>> is_markdown("notes/a.MD"), is_markdown("a.html")
    (True, False)
    """
    return _READERS.get(Path(name).suffix.lower(), ("", ""))[0] == "markdown"


def read_file(path: Path, *, name: str = "FILE", password: str | None = None) -> Extracted:
    """Read ``path`` in this process, without limits. ``name`` is how hints call the file.

    Raises ``LoadError``, and whatever else a parser raises.
    """
    module, function = _READERS[path.suffix.lower()]
    read = getattr(import_module(f"assistant.load.{module}"), function)
    extracted: Extracted
    if path.suffix.lower() == ".pdf":
        extracted = read(path, name=name, password=password)
    else:
        extracted = read(path)
    if not extracted.text.strip():
        raise reasons.empty()
    return extracted

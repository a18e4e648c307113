"""The documents of the corpus folder in memory, read as a sync of the library would read them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from assistant.config import Config
from assistant.errors import AssistantError, LoadError
from assistant.files import find_files, leads_out, shown
from assistant.load import Reader
from assistant.protocols import Progress
from assistant.types import Document, Extracted, Section


def read_corpus(config: Config, progress: Progress | None = None) -> tuple[Document, ...]:
    """Every document below ``config.corpus``, ordered by path; files that fail are left out.

    Raises :class:`AssistantError` where there is none.
    """
    root = config.corpus.expanduser().absolute()
    found = find_files(root, config.library.resolve())
    files = [file for file in found if not leads_out(file, [root])]
    password = config.pdf_password.get_secret_value() if config.pdf_password else None
    documents = []
    with Reader(
        password=password,
        max_mb=config.max_file_mb,
        seconds=config.parse_seconds,
        memory_mb=config.parse_memory_mb,
    ) as reader:
        for done, file in enumerate(files, 1):
            name = shown(file.relative_to(root).as_posix())
            try:
                documents.append(document(file, name, *reader.read_outlined(file)))
            except LoadError:
                continue
            finally:
                if progress is not None:
                    progress("read", done, len(files), name)
    if not documents:
        raise AssistantError(
            f"There is no document in {root}.", "Set ASSISTANT_CORPUS to the folder of documents."
        )
    return tuple(sorted(documents, key=lambda found: found.path))


def document(file: Path, name: str, extracted: Extracted, outline: tuple[Section, ...]) -> Document:
    """What a sync makes of a file that has been read."""
    return Document(
        hashlib.sha256(name.encode()).hexdigest()[:12],
        name,
        extracted.title or shown(file.stem),
        hashlib.sha256(file.read_bytes()).hexdigest(),
        extracted.text,
        extracted.pages,
        outline,
    )

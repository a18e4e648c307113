"""What has changed in the corpus folder since the library was last brought up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.files import absolute, digest, is_unicode, name_files
from assistant.sync import is_gone
from assistant.types import DocumentRecord


@dataclass(frozen=True, slots=True)
class Changes:
    """Documents by their path: those that a sync would read, read again, and forget."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def changes(records: Sequence[DocumentRecord], corpus: Path, library: Path) -> Changes:
    """Compare the corpus folder with what the library has of it; only looks, and changes nothing.

    A file of another size, or of other content, has changed. One that could not be opened before
    counts as changed when it can be.
    """
    root = absolute(corpus)
    if not root.is_dir():
        return Changes()
    known = {record.path: record for record in records}
    added, changed = [], []
    files = name_files([root], root, library.resolve(), records)
    for file, name in files.items():
        if not is_unicode(str(file)):
            continue
        if name not in known:
            added.append(name)
        elif _differs(file, known[name]):
            changed.append(name)
    named = set(files.values())
    others = [record for record in records if record.path not in named]
    gone = tuple(record.path for record in others if is_gone(record, [root]))
    return Changes(tuple(added), tuple(changed), gone)


def _differs(file: Path, record: DocumentRecord) -> bool:
    """Whether a file is not what was read, or was tried, last."""
    if not record.sha256:
        return False  # It was left out before it was opened, and would be again.
    try:
        if file.stat().st_size != record.size:
            return True
        return digest(file)[0] != record.sha256
    except OSError:
        return False

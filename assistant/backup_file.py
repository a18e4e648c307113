"""The file that a backup is: a ZIP archive of databases, and a manifest that says what is in it.

Only the names that are known are read, each to its own place, so no name in an archive becomes a
path. Sizes and SHA-256 of the manifest hold for every byte.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from assistant import durable
from assistant.errors import AssistantError

FORMAT = 1
LIBRARY = "library.db"
CONVERSATIONS = "conversations.db"
NAMES = (LIBRARY, CONVERSATIONS)
MANIFEST = "manifest.json"
# Of folders beside a backup while it is made: a name that nobody else gives.
SCRATCH = ".study-assistant-backup-"

_MOST_MANIFEST = 100_000  # bytes
_PIECE = 1 << 20  # bytes
_TIME = (1980, 1, 1, 0, 0, 0)  # of every entry: the same content, the same archive
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(KeyError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class Part:
    """One database of a backup; ``format`` is the number of its own format."""

    bytes: int
    sha256: str
    format: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup, by name; ``created`` is a time in UTC."""

    created: str
    version: str
    parts: dict[str, Part]
    format: int = FORMAT


def described(path: Path, number: int) -> Part:
    """A database as the manifest names it. Raises :class:`OSError`."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            total.update(piece)
    return Part(path.stat().st_size, total.hexdigest(), number)


def pack(file: Path, manifest: Manifest, sources: Mapping[str, Path]) -> None:
    """Write the backup; it appears whole or not at all. Raises :class:`AssistantError`."""
    try:
        with durable.scratch(file.parent, SCRATCH) as scratch:
            made = scratch / "backup"
            with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                archive.writestr(_entry(MANIFEST), json.dumps(asdict(manifest), indent=2))
                for name, source in sources.items():
                    with source.open("rb") as content, archive.open(_entry(name), "w") as entry:
                        while piece := content.read(_PIECE):
                            entry.write(piece)
            durable.place(made, file)
    except OSError as error:
        raise AssistantError(
            f"{file} cannot be written ({error.strerror}).",
            "Choose another place with enough space for the backup.",
        ) from None


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def read(file: Path) -> Manifest:
    """What a backup holds, once every byte of it has been read and found to be as it was written.

    Raises :class:`AssistantError` where it is none, damaged, or of a newer version.
    """
    with _opened(file) as archive:
        manifest = _manifest(archive, file)
        for name, part in manifest.parts.items():
            for _ in _pieces(archive, name, part):
                pass
        return manifest


def unpack(file: Path, folder: Path) -> Manifest:
    """Write the databases of a backup into ``folder``, by their names. Raises as :func:`read`."""
    with _opened(file) as archive:
        manifest = _manifest(archive, file)
        for name, part in manifest.parts.items():
            with (folder / name).open("xb") as out:
                for piece in _pieces(archive, name, part):
                    _write(out, piece)
        return manifest


def _write(out: IO[bytes], piece: bytes) -> None:
    try:
        out.write(piece)
    except OSError as error:
        raise AssistantError(
            f"{out.name} cannot be written ({error.strerror}).",
            "Free some space and run the command again; nothing was changed.",
        ) from None


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(file) as archive:
            yield archive
    except _UNREADABLE:
        raise AssistantError(
            f"{file} is not a backup of this assistant, or it is damaged.",
            "Nothing was changed. `assistant backup FILE` makes one; restore another.",
        ) from None
    except OSError as error:
        raise AssistantError(
            f"{file} cannot be read ({error.strerror or error}).", "Name the file of a backup."
        ) from None


def _manifest(archive: zipfile.ZipFile, file: Path) -> Manifest:
    """Raises ValueError, KeyError or TypeError where it is none."""
    with archive.open(MANIFEST) as entry:
        fields: dict[str, Any] = json.loads(entry.read(_MOST_MANIFEST))
    number = int(fields["format"])
    if number > FORMAT:
        raise AssistantError(
            f"{file} was made by a newer version of the assistant"
            f" (format {number}, this one knows {FORMAT}).",
            "Upgrade the assistant. Nothing was changed.",
        )
    parts = {str(name): Part(**part) for name, part in fields["parts"].items()}
    if not parts or not parts.keys() <= set(NAMES):
        raise ValueError("not the names of a backup")
    if sorted(archive.namelist()) != sorted([MANIFEST, *parts]):
        raise ValueError("something is missing, or too much")
    return Manifest(str(fields["created"]), str(fields["version"]), parts, number)


def _pieces(archive: zipfile.ZipFile, name: str, part: Part) -> Iterator[bytes]:
    """The content of a database; the last piece comes only if all is as the manifest says."""
    total, size = hashlib.sha256(), 0
    with archive.open(name) as entry:
        while piece := entry.read(_PIECE):
            size += len(piece)
            total.update(piece)
            if size > part.bytes:
                raise ValueError("longer than the manifest says")
            yield piece
    if (size, total.hexdigest()) != (part.bytes, part.sha256):
        raise ValueError("not what the manifest says")

"""Which files below the folders a person names are study material, and what each one is called."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.errors import LibraryError
from assistant.types import DocumentRecord

# Files about a folder rather than material in it.
NOT_MATERIAL = frozenset({"readme", "license", "licence", "thumbs.db", "desktop.ini"})


def existing(paths: Sequence[Path]) -> list[Path]:
    """The paths made absolute. Raises :class:`LibraryError` if one does not exist."""
    roots = [absolute(path) for path in paths]
    for root in roots:
        if not root.exists():
            raise LibraryError(
                f"There is no file or folder {root}.",
                "Name what to read: assistant index PATH [PATH…]",
            )
    return roots


def folder_size(folder: Path) -> int:
    """Bytes of all files in a folder, but for those that another process removes meanwhile."""
    total = 0
    for file in folder.rglob("*"):
        with suppress(OSError):
            total += file.stat().st_size if file.is_file() else 0
    return total


def absolute(path: Path) -> Path:
    """Absolute, without following links: the name that the person gave."""
    return Path(path).expanduser().absolute()


def find_files(root: Path, skipped: Path) -> list[Path]:
    """The files below a folder that may be study material, in order; links are not followed.

    Hidden files, and those about the folder itself (README, LICENSE), are left out, and so is
    everything below ``skipped``, the library.
    """
    found = []
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (here / f).resolve() != skipped
        )
        found += [
            here / name
            for name in sorted(names)
            if not name.startswith((".", "~$"))
            and not {name.casefold(), name.casefold().partition(".")[0]} & NOT_MATERIAL
        ]
    return found


def name_files(
    roots: Sequence[Path], corpus: Path, skipped: Path, records: Iterable[DocumentRecord]
) -> dict[Path, str]:
    """Every file at or below the roots, and what its document is called.

    That is the name it has in ``records``; else its path below ``corpus`` or, outside of that,
    below the root, with as many folders above as set it apart from files that have the name
    already. The name of a file that is gone may be used again, so that a folder can be moved.
    """
    known = {record.source: record.path for record in records}
    taken = {path: Path(source) for source, path in known.items() if Path(source).is_file()}
    named: dict[Path, str] = {}
    for root in roots:
        for file in find_files(root, skipped) if root.is_dir() else [root]:
            base = root if root.is_dir() else root.parent
            base = corpus if file.is_relative_to(corpus) else base
            name = known.get(str(file)) or _free_name(file, base, taken)
            taken[name] = file
            named[file] = name
    return named


def _free_name(file: Path, base: Path, taken: dict[str, Path]) -> str:
    name = file.relative_to(base).as_posix()
    while taken.get(name, file) != file and base != base.parent:
        base = base.parent
        name = file.relative_to(base).as_posix()
    return name

"""Which files below the folders a person names are study material, and what each one is called."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from assistant.errors import LibraryError
from assistant.types import DocumentRecord

# Files about a folder rather than material in it.
NOT_MATERIAL = frozenset({"readme", "license", "licence", "thumbs.db", "desktop.ini"})

UNSEEN = frozenset({"Cc", "Cf", "Zl", "Zp"})  # categories of Unicode
JOINERS = "\u200c\u200d"


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
    """The files below a folder that may be study material, in order.

    Hidden files, and those about the folder itself (README, LICENSE), are left out, and so is
    everything below ``skipped``, the library. Links to folders are not followed: what they lead to
    inside ``root`` is found there, and those that lead out of it are given as if they were files.
    """
    found = []
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        links = [f for f in folders if not f.startswith(".") and leads_out(here / f, [root])]
        folders[:] = sorted(
            f for f in folders if not f.startswith(".") and (here / f).resolve() != skipped
        )
        found += [
            here / name
            for name in sorted([*names, *links])
            if not name.startswith((".", "~$"))
            and not {name.casefold(), name.casefold().partition(".")[0]} & NOT_MATERIAL
        ]
    return found


def leads_out(path: Path, folders: Iterable[Path]) -> bool:
    """Whether a path is a link to somewhere outside of all these folders; only looks at names."""
    if not path.is_symlink():
        return False
    try:
        target = path.resolve()
    except (OSError, RuntimeError):  # a link that leads to itself leads nowhere
        return False
    return not any(target.is_relative_to(folder.resolve()) for folder in folders)


def name_files(
    roots: Sequence[Path], corpus: Path, skipped: Path, records: Iterable[DocumentRecord]
) -> dict[Path, str]:
    """Every file at or below the roots, and what its document is called.

    That is the name it has in ``records``; else its path below ``corpus`` or, outside of that,
    below the root, with as many folders above as set it apart from files that have the name
    already. Signs that cannot be seen are written out (see :func:`shown`), so a name is one line
    wherever it is shown, and can be typed. The name of a file that is gone may be used again, so
    that a folder can be moved.
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
    name = shown(file.relative_to(base).as_posix())
    while taken.get(name, file) != file and base != base.parent:
        base = base.parent
        name = shown(file.relative_to(base).as_posix())
    return name


def shown(name: str) -> str:
    r"""A file's name with line ends, controls and marks of direction written as in Python.

    Joiners stay: Persian words and some emoji need them.

    >>> shown("two\nlines.txt"), shown("\u202etxt.exe")
    ('two\\nlines.txt', '\\u202etxt.exe')
    """
    return "".join(
        sign.encode("unicode_escape").decode()
        if unicodedata.category(sign) in UNSEEN and sign not in JOINERS
        else sign
        for sign in name
    )


def digest(path: Path) -> tuple[str, int]:
    """The SHA-256 of a file, and its size in bytes. Raises ``OSError``."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1_000_000):
            found.update(piece)
            size += len(piece)
    return found.hexdigest(), size


def is_unicode(name: str) -> bool:
    """Whether a file's name can be stored; Linux allows any bytes."""
    return not any("\ud800" <= character <= "\udfff" for character in name)

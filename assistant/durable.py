"""Files that appear whole or not at all, whatever ends first: the process, the disk or the power.

They are written under another name in the same folder, and brought to the disk before they get
their own. What a process that was killed has left there goes when the next one comes by.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from assistant.errors import LibraryError

LEFT_SECONDS = 3600.0  # what nobody has touched for so long belongs to nobody any more


def sync(path: Path) -> None:
    """Bring a file and its name to the disk. Raises :class:`OSError`."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
    _sync_folder(path.parent)


def place(made: Path, path: Path) -> None:
    """Give a finished file its name, in place of what has it. Raises :class:`OSError`."""
    sync(made)
    made.replace(path)
    _sync_folder(path.parent)


def place_new(made: Path, path: Path) -> None:
    """As :func:`place`, but raises :class:`FileExistsError` where the name is taken."""
    sync(made)
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:  # a disk where a file has one name only
        if path.exists():
            raise FileExistsError(path) from None
        made.replace(path)
    else:
        made.unlink()
    _sync_folder(path.parent)


@contextmanager
def scratch(folder: Path, start: str, seconds: float = LEFT_SECONDS) -> Iterator[Path]:
    """A folder for a while in ``folder``, whose name begins with ``start``.

    What others have left under such names goes as :func:`clear` says. Raises :class:`OSError`.
    """
    clear(folder, start, seconds)
    with tempfile.TemporaryDirectory(dir=folder, prefix=start) as name:
        yield Path(name)


def clear(folder: Path, start: str, seconds: float = LEFT_SECONDS) -> None:
    """Remove what begins with ``start`` and was not touched for so long, as far as that can be."""
    for left in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            if not left.name.startswith(start) or time.time() - _touched(left) < seconds:
                continue
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()


def _touched(path: Path) -> float:
    """When a file, or any file of a folder, was last written, in seconds."""
    inside = path.iterdir() if path.is_dir() and not path.is_symlink() else ()
    return max([each.lstat().st_mtime for each in (path, *inside)], default=0.0)


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):  # Windows opens no folders, and keeps names by itself
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def free_name(path: Path, word: str) -> Path:
    """The file's name with the word behind it, and a number where that is taken."""
    names = (f"{path.name}.{word}" + (f"-{n}" if n > 1 else "") for n in count(1))
    return next(place for place in map(path.with_name, names) if not place.exists())


def make_folder(folder: Path) -> None:
    """Make a folder where it is missing. Raises :class:`LibraryError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The folder {folder} cannot be made ({error.strerror}).",
            "Choose another folder with --library.",
        ) from error

"""Files dropped on the page become files of the corpus: under safe names, and never over others.

The name of an upload is data: only its last part is used, without anything that a file system or a
shell could read as more than a name.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path

from assistant import durable
from assistant.errors import AssistantError
from assistant.files import NOT_MATERIAL
from assistant.load import SUPPORTED, signs

FOLDER = "uploads"  # below the corpus; what lies in it came from the page, and can go with it
MOST_FILES = 50  # at once
LONGEST = 100  # characters of a name
# What was sent and never dropped goes: looked for every so many seconds, and so many after it came.
LEFT_SECONDS = (600, 3600)

_UNSAFE = re.compile(r"[<>:\"/\\|?*%$`~;&'\x00-\x1f\x7f]+")
# Names that Windows keeps for devices, with any ending.
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kept:
    """An upload and where it lies now, if it was kept; ``note`` is for people in both cases."""

    name: str
    path: Path | None
    note: str = ""


def safe_name(name: str) -> str:
    """A plain file name for an upload of this name, with the same ending.

    >>> safe_name("../../etc/My notes.TXT"), safe_name(".bashrc.md"), safe_name("README.md")
    ('My notes.txt', 'bashrc.md', 'uploaded README.md')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c if c.isprintable() else " " for c in last)
    stem, dot, suffix = " ".join(_UNSAFE.sub(" ", shown).split()).rpartition(".")
    stem, suffix = (stem if dot else suffix, f".{suffix.lower()}" if dot and suffix else "")
    stem = stem.strip(" .")[: LONGEST - len(suffix)].rstrip(" .") or "unnamed"
    special = {f"{stem}{suffix}".casefold(), stem.casefold().partition(".")[0]} & NOT_MATERIAL
    if special or _DEVICE.fullmatch(stem):
        stem = f"uploaded {stem}"
    return f"{stem}{suffix}"


def keep(files: Sequence[Path], corpus: Path, max_mb: int) -> list[Kept]:
    """Copy uploads into the corpus folder; none takes the place of another file.

    Raises :class:`AssistantError` for more than :data:`MOST_FILES`, before anything is copied.
    """
    if len(files) > MOST_FILES:
        raise AssistantError(
            f"{len(files)} files are too many at once.",
            f"Drop at most {MOST_FILES}, or copy them into the folder of your documents yourself.",
        )
    folder = corpus / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return [_keep(file, folder, max_mb) for file in files]


def is_upload(source: Path, corpus: Path) -> bool:
    """Whether a file was put into the corpus by the page."""
    return source.parent.resolve() == (corpus / FOLDER).resolve()


def _keep(file: Path, folder: Path, max_mb: int) -> Kept:
    name = safe_name(file.name)
    suffix = Path(name).suffix
    if suffix not in SUPPORTED:
        formats = ", ".join(SUPPORTED)
        return Kept(
            name, None, f"Files ending in {suffix or 'nothing'} are not read: {formats} are."
        )
    if file.stat().st_size > max_mb * 1_000_000:
        return Kept(name, None, f"It is larger than {max_mb} MB (ASSISTANT_MAX_FILE_MB).")
    if not signs.fit(file, suffix):
        return Kept(name, None, f"Its content is not that of a {suffix} file.")
    try:
        with durable.scratch(folder, ".upload-") as scratch:
            return _place(file, folder, name, scratch)
    except OSError as error:
        return Kept(name, None, f"It could not be copied ({error.strerror or error}).")


def _place(file: Path, folder: Path, name: str, scratch: Path) -> Kept:
    """Copy an upload whole, and only then give it its name. Raises :class:`OSError`."""
    made = shutil.copyfile(file, scratch / "upload")
    for candidate in _names(name):
        target = folder / candidate
        if target.is_file() and cmp(file, target, shallow=False):
            return Kept(candidate, target, "It is there already, with the same content.")
        try:
            durable.place_new(made, target)
        except FileExistsError:
            continue
        renamed = candidate != name
        return Kept(
            candidate, target, f"Another {name} is there, so it is kept beside it." * renamed
        )
    raise AssertionError  # The names do not end.


def _names(name: str) -> Iterator[str]:
    """The name, then the name with a number that grows."""
    yield name
    number = 2
    while True:
        yield f"{Path(name).stem} ({number}){Path(name).suffix}"
        number += 1

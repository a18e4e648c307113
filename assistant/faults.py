"""What can be wrong with a SQLite file, in words for people; pure."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import DamagedError, FormatError, LibraryError, NewerError

ELSEWHERE = "Choose another folder with --library."


@dataclass(frozen=True, slots=True)
class Wording:
    """What a kind of file is called, and what to do where it is missing or cannot be used.

    ``again`` is a sentence about ``{path}``.
    """

    name: str = "library"
    missing: str = "Run: assistant index"
    again: str = "Delete {path} and run: assistant index"


LIBRARY = Wording()


def missing(path: Path, wording: Wording) -> LibraryError:
    """The error for a file that is not there, or empty."""
    return LibraryError(f"There is no {wording.name} in {path.parent}.", wording.missing)


def foreign(path: Path, wording: Wording) -> FormatError:
    """The error for a file of another program."""
    return FormatError(f"{path} is not a {wording.name} of this assistant.", ELSEWHERE)


def other_version(path: Path, found: int, known: int, wording: Wording) -> LibraryError:
    """The error for a file in a format that this version does not know."""
    if found > known:
        return NewerError(
            f"The {wording.name} in {path.parent} was made by a newer version of the assistant"
            f" (format {found}, this one knows {known}).",
            f"Upgrade the assistant, or {ELSEWHERE[0].lower()}{ELSEWHERE[1:]}",
        )
    return FormatError(
        f"The {wording.name} in {path.parent} has the old format {found};"
        f" this version needs {known}.",
        wording.again.format(path=path),
    )


def damaged(path: Path, detail: str, wording: Wording = LIBRARY) -> DamagedError:
    """The error for a file whose content cannot be trusted."""
    return DamagedError(
        f"The {wording.name} {path} is damaged ({' '.join(detail.split())}).",
        wording.again.format(path=path),
    )


def behind(path: Path) -> LibraryError:
    """The error for a library that has gone back to an earlier state, as when its log was lost."""
    return DamagedError(
        f"The library {path} has lost its latest changes.",
        "Run: assistant index. Name files from outside the corpus folder again.",
    )


def known(path: Path, words: str, wording: Wording) -> LibraryError:
    """The error for what SQLite says; damage where it says nothing else that is known."""
    for condition, message, hint in _CONDITIONS:
        if condition in words.lower():
            return LibraryError(message.format(name=wording.name, path=path), hint)
    return damaged(path, words, wording)


# SQLite's own words for a condition, which are the same in every version, and ours.
_CONDITIONS = (
    (
        "locked",
        "Another process is writing to the {name} {path}.",
        "Wait until it has finished, then try again.",
    ),
    (
        "full",
        "There is no space left on the disk of the {name} {path}.",
        "Free some space and run the command again; what was stored before is kept.",
    ),
    (
        "readonly",
        "The {name} {path} cannot be written.",
        "Check the permissions of the file and its folder, or choose another with --library.",
    ),
    (
        "unable to open",
        "The {name} {path} cannot be opened.",
        "Check that the path is right and that you may write in its folder.",
    ),
    (
        "disk i/o",
        "The disk of the {name} {path} reports an error.",
        "Check that the disk has space and works, then try again.",
    ),
)

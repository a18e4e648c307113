"""Where question sets and runs lie, below the folder that the program is started in."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from assistant.errors import ConfigError

README = Path("eval") / "README.md"
SETS = README.parent / "questions"
RUNS = README.parent / "runs"


def question_sets(folder: Path = SETS) -> list[Path]:
    """The questions files in a folder, by name."""
    return sorted(folder.glob("*.jsonl"))


def kept_runs(folder: Path = RUNS) -> dict[str, Path]:
    """The folders of whole runs in ``folder``, latest first, by their path below it.

    A folder of such folders is a ladder, and each of its steps a run: ``sheet-ladder/0-naive``.
    """
    files = [*folder.glob("*/config.json"), *folder.glob("*/*/config.json")]
    files = [file for file in files if file.with_name("answers.jsonl").is_file()]
    files.sort(key=lambda file: (-file.stat().st_mtime_ns, file))
    return {file.parent.relative_to(folder).as_posix(): file.parent for file in files}


def check_name(name: str) -> str:
    """A name for the folder of a run. Raises :class:`ConfigError` where it cannot be one.

    >>> check_name("larger passages")
    'larger passages'
    """
    parts = {PurePosixPath(name).name, PureWindowsPath(name).name}
    if parts != {name} or name in ("", "..") or name != name.strip() or not name.isprintable():
        raise ConfigError(
            f"{name or 'An empty name'} cannot be the name of a folder.",
            "Use letters, digits, blanks and hyphens.",
        )
    return name

"""Files that are built from the library and may go at any time: whole, or built again.

A derived file or folder says what it was built from and carries the sha256 of its content. It is
trusted only where both match, so one that is missing, damaged, behind or another library's is
noticed, and nothing of it is read before that.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant import durable

FORMAT = 1
VECTORS = "vectors.faiss"
MARKER = "marker.json"
_HEADER_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Origin:
    """What an index is built from: a library, one of its generations, and what that holds."""

    library_id: str
    generation: int
    passages: int
    digest: str = ""


def write_file(path: Path, payload: bytes, origin: Origin) -> None:
    """Write a line of JSON about the origin, then ``payload``; appears whole or not at all.

    Raises :class:`OSError` where it cannot be written.
    """
    header = json.dumps({**_described(origin), "sha256": hashlib.sha256(payload).hexdigest()})
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(f"{header}\n".encode())
            file.write(payload)
        durable.place(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    # What a writer that was killed has left behind.
    durable.clear(path.parent, f".{path.name}-", 0)


def read_file(path: Path, origin: Origin) -> memoryview | None:
    """The payload, or ``None`` where the file is not whole or not of this origin."""
    try:
        content = path.read_bytes()
        end = content.find(b"\n", 0, _HEADER_BYTES)
        header = json.loads(content[: max(end, 0)])
    except (OSError, ValueError):
        return None
    payload = memoryview(content)[end + 1 :]
    if header != {**_described(origin), "sha256": hashlib.sha256(payload).hexdigest()}:
        return None
    return payload


def last_generation(path: Path, library_id: str) -> int:
    """The generation that a file says it is of, whether it is whole or not; 0 where it says none.

    What is of a later generation than the library itself tells that the library has lost some.
    """
    try:
        with path.open("rb") as file:
            header = json.loads(file.readline(_HEADER_BYTES))
        return int(header["generation"]) if header["library_id"] == library_id else 0
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def write_folder(place: Path, fill: Callable[[Path], None], origin: Origin) -> None:
    """Let ``fill`` write into a folder, mark it, and give it its name once it is complete.

    Raises :class:`OSError` where it cannot be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=place.parent, prefix=".unfinished-"))
    try:
        fill(unfinished)
        marker = json.dumps({**_described(origin), "files": _checksums(unfinished)})
        (unfinished / MARKER).write_text(marker, encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        unfinished.replace(place)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def folder_is_whole(place: Path, origin: Origin) -> bool:
    """Whether the folder is of this origin, and every file in it as it was written."""
    try:
        marker = json.loads((place / MARKER).read_text(encoding="utf-8"))
        return bool(marker == {**_described(origin), "files": _checksums(place)})
    except (OSError, ValueError):
        return False


def remove_others(place: Path) -> None:
    """Remove the folders beside ``place``, as far as no other process holds them open."""
    for other in place.parent.iterdir():
        if other.is_dir() and other != place:
            shutil.rmtree(other, ignore_errors=True)


def _described(origin: Origin) -> dict[str, str | int]:
    return {"format": FORMAT, **asdict(origin)}


def _checksums(place: Path) -> dict[str, str]:
    # Names that start with a point are locks and lists that change whenever the index is opened.
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(place.iterdir())
        if path.name != MARKER and not path.name.startswith(".")
    }

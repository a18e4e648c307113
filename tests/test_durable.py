"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant import durable


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_takes_no_name_that_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    def refused(made: Path, path: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:  # as a disk of the kind that sticks and cards have
        monkeypatch.setattr(os, "link", refused)
    made, path = tmp_path / "made", tmp_path / "notes.txt"
    made.write_text("first")
    durable.place_new(made, path)
    assert (path.read_text(), made.exists()) == ("first", False)
    made.write_text("second")
    with pytest.raises(FileExistsError):
        durable.place_new(made, path)
    assert (path.read_text(), made.read_text()) == ("first", "second")


def test_only_what_has_the_name_and_is_old_is_cleared(tmp_path: Path) -> None:
    for name in (".made-old", ".made-new", ".other-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "part").touch()
        if name.endswith("old"):
            os.utime(tmp_path / name / "part", (1, 1))
            os.utime(tmp_path / name, (1, 1))
    (tmp_path / ".made-file").touch()
    (tmp_path / ".made-link").symlink_to(tmp_path / ".other-old")
    os.utime(tmp_path / ".made-file", (1, 1))
    os.utime(tmp_path / ".made-link", (1, 1), follow_symlinks=False)
    (tmp_path / ".made-written").mkdir()
    (tmp_path / ".made-written" / "part").touch()
    os.utime(tmp_path / ".made-written", (1, 1))
    durable.clear(tmp_path, ".made-")
    assert {path.name for path in tmp_path.iterdir()} == {
        *(".made-new", ".made-written", ".other-old")
    }
    durable.clear(tmp_path / "nowhere", ".made-")

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assistant.errors import ConfigError
from assistant.evaluation.folders import check_name, kept_runs, question_sets


def made(folder: Path, seconds: int) -> None:
    folder.mkdir(parents=True)
    (folder / "answers.jsonl").write_text("")
    (folder / "config.json").write_text("{}")
    os.utime(folder / "config.json", (seconds, seconds))


def test_runs_are_listed_latest_first_and_the_steps_of_a_ladder_with_them(tmp_path: Path) -> None:
    made(tmp_path / "old", 1000)
    made(tmp_path / "ladder" / "0-naive", 2000)
    made(tmp_path / "new", 3000)
    (tmp_path / "no run").mkdir()
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "config.json").write_text("{}")  # its answers are not kept
    assert kept_runs(tmp_path) == {
        "new": tmp_path / "new",
        "ladder/0-naive": tmp_path / "ladder" / "0-naive",
        "old": tmp_path / "old",
    }
    assert kept_runs(tmp_path / "nowhere") == {}


def test_question_sets_are_the_files_of_lines(tmp_path: Path) -> None:
    for name in ("b.jsonl", "a.jsonl", "README.md"):
        (tmp_path / name).write_text("")
    assert question_sets(tmp_path) == [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "/a", "a\\b", "C:\\a", "a\nb", " a", "a/"])
def test_a_name_that_leads_elsewhere_is_none(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot be the name of a folder"):
        check_name(name)


@pytest.mark.parametrize("name", ["sheet-shipped", "größere Passagen", "weight=0.5", "..a"])
def test_other_names_are_kept(name: str) -> None:
    assert check_name(name) == name

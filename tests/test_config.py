"""Where the library and the documents are when nobody says so."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import run
from platformdirs import user_data_path

from assistant.config import load_config

DATA = user_data_path("local-study-assistant", appauthor=False)


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ASSISTANT_LIBRARY", raising=False)
    monkeypatch.delenv("ASSISTANT_CORPUS", raising=False)
    monkeypatch.chdir(tmp_path)


def places() -> tuple[Path, Path]:
    config = load_config()
    return config.library, config.corpus


def test_a_folder_with_documents_has_its_own_library(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    assert places() == (Path("index"), Path("corpus"))


def test_a_folder_with_a_built_library_has_its_own(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "library.db").touch()
    assert places() == (Path("index"), Path("corpus"))


def test_elsewhere_there_is_one_library_per_person(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()  # of something else, such as a web page
    assert places() == (DATA / "index", DATA / "corpus")


def test_what_is_set_goes_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LIBRARY", "mine")
    assert places() == (Path("mine"), DATA / "corpus")
    assert load_config(library=tmp_path).library == tmp_path


def test_no_documents_anywhere_is_a_sentence_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_CORPUS", str(tmp_path / "none"))
    ran = run("index", "--library", tmp_path / "index")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == (
        f"error: There is no file or folder {tmp_path / 'none'}.\n"
        "hint: Name what to read: assistant index PATH [PATH…]\n"
    )
    assert not (tmp_path / "index").exists()

from __future__ import annotations

import os
from pathlib import Path

import pytest
from commands import fill

from assistant.changes import Changes, changes
from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.library import Library


@pytest.fixture
def built(tmp_path: Path, encoder: SentenceEncoder) -> Library:
    corpus = fill(tmp_path / "corpus")
    library = Library.open(load_config(corpus=corpus, library=tmp_path / "index"), encoder)
    library.sync()
    return library


def look(library: Library) -> Changes:
    return changes(library.status().documents, library.config.corpus, library.config.library)


def test_what_a_sync_would_do_is_what_it_does(built: Library) -> None:
    corpus = built.config.corpus
    assert not look(built)
    (corpus / "new.txt").write_text("A new file about rain.", encoding="utf-8")
    text = (corpus / "bread.txt").read_text("utf-8")
    (corpus / "bread.txt").write_text(text.replace("Sourdough", "Sourdaugh"), encoding="utf-8")
    (corpus / "clouds.md").unlink()
    (corpus / "README.md").write_text("About this folder.", encoding="utf-8")
    found = look(built)
    assert found == Changes(("new.txt",), ("bread.txt",), ("clouds.md",))
    report = built.sync()
    assert (report.added, report.updated, report.removed) == (
        found.added,
        found.changed,
        found.removed,
    )
    assert not look(built)


def test_a_file_that_is_only_touched_or_was_left_out_has_not_changed(built: Library) -> None:
    corpus = built.config.corpus
    os.utime(corpus / "bread.txt", (1, 1))
    (corpus / "picture.xyz").write_bytes(b"x")
    built.sync()
    assert not look(built)


def test_a_folder_that_is_not_there_has_no_changes(built: Library, tmp_path: Path) -> None:
    assert not changes(built.status().documents, tmp_path / "none", built.config.library)

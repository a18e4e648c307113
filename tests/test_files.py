from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from assistant import files
from assistant.files import find_files, leads_out, name_files
from assistant.types import DocumentRecord


def fill(folder: Path, *names: str) -> Path:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("text")
    return folder


def record(source: Path, path: str) -> DocumentRecord:
    return DocumentRecord("id", path, str(source), "", "", 0, "ready")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return fill(tmp_path / "corpus", "b.txt", "a.txt", "part/c.txt")


def named(roots: list[Path], corpus: Path, *records: DocumentRecord) -> list[str]:
    return list(name_files(roots, corpus, Path("/nowhere"), records).values())


def test_files_are_found_in_order_in_all_folders(corpus: Path) -> None:
    assert find_files(corpus, Path("/nowhere")) == [
        corpus / "a.txt",
        corpus / "b.txt",
        corpus / "part" / "c.txt",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "readme",
        "Readme.de.txt",
        "LICENSE",
        "licence.txt",
        ".hidden.txt",
        ".git/config.txt",
        "~$draft.docx",
        "Thumbs.db",
        "desktop.ini",
    ],
)
def test_files_about_a_folder_are_no_material(tmp_path: Path, name: str) -> None:
    fill(tmp_path, name, "readme-first-steps.txt")
    assert find_files(tmp_path, Path("/nowhere")) == [tmp_path / "readme-first-steps.txt"]


def test_the_library_is_no_material(corpus: Path) -> None:
    fill(corpus, "index/notes.txt")
    assert corpus / "index" / "notes.txt" not in find_files(corpus, (corpus / "index").resolve())


def test_linked_folders_are_not_followed(corpus: Path, tmp_path: Path) -> None:
    elsewhere = fill(tmp_path / "elsewhere", "d.txt")
    (corpus / "link").symlink_to(elsewhere, target_is_directory=True)
    (corpus / "loop").symlink_to(corpus, target_is_directory=True)
    (corpus / ".hidden").symlink_to(elsewhere, target_is_directory=True)
    found = find_files(corpus, Path("/nowhere"))
    assert [file.name for file in found] == ["a.txt", "b.txt", "link", "c.txt"]
    assert [file.name for file in found if leads_out(file, [corpus])] == ["link"]


def test_links_within_the_folders_are_files_like_others(corpus: Path, tmp_path: Path) -> None:
    elsewhere = fill(tmp_path / "corpus-2", "d.txt")
    (corpus / "again.txt").symlink_to(corpus / "part" / "c.txt")
    (corpus / "up.txt").symlink_to(Path("part") / ".." / "a.txt")
    (corpus / "ring.txt").symlink_to(corpus / "ring.txt")
    (corpus / "out.txt").symlink_to(elsewhere / "d.txt")
    (corpus / "relay.txt").symlink_to(corpus / "out.txt")
    found = find_files(corpus, Path("/nowhere"))
    out = [file.name for file in found if leads_out(file, [corpus])]
    assert out == ["out.txt", "relay.txt"]
    assert not [file for file in found if leads_out(file, [corpus, elsewhere])]


def test_files_of_the_corpus_are_named_by_their_path_in_it(corpus: Path, tmp_path: Path) -> None:
    names = ["a.txt", "b.txt", "part/c.txt"]
    assert named([corpus], corpus) == names
    assert named([corpus / "part", corpus / "a.txt"], corpus) == ["part/c.txt", "a.txt"]
    assert named([tmp_path], corpus) == names


def test_files_from_elsewhere_are_named_by_their_path_below_what_was_asked_for(
    corpus: Path, tmp_path: Path
) -> None:
    notes = fill(tmp_path / "notes", "d.txt", "deep/e.txt")
    assert named([notes], corpus) == ["d.txt", "deep/e.txt"]
    assert named([notes / "deep" / "e.txt"], corpus) == ["e.txt"]


def test_a_name_that_is_taken_is_set_apart_by_the_folders_above(
    corpus: Path, tmp_path: Path
) -> None:
    one = fill(tmp_path / "one", "a.txt")
    two = fill(tmp_path / "two", "a.txt")
    assert named([one, two], corpus) == ["a.txt", "two/a.txt"]
    assert named([two, one], corpus, record(one / "a.txt", "a.txt")) == ["two/a.txt", "a.txt"]


def test_a_file_keeps_the_name_it_has(corpus: Path, tmp_path: Path) -> None:
    deep = fill(tmp_path / "notes", "deep/e.txt") / "deep" / "e.txt"
    assert named([tmp_path / "notes"], corpus, record(deep, "e.txt")) == ["e.txt"]


def test_the_name_of_a_file_that_is_gone_is_free(corpus: Path, tmp_path: Path) -> None:
    moved = record(tmp_path / "old place" / "a.txt", "a.txt")
    assert named([corpus], corpus, moved) == ["a.txt", "b.txt", "part/c.txt"]


def test_a_file_that_is_asked_for_twice_is_one_file(corpus: Path) -> None:
    assert named([corpus, corpus / "a.txt"], corpus) == ["a.txt", "b.txt", "part/c.txt"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\tb\r\n.txt", "a\\tb\\r\\n.txt"),
        ("\u202ecod.exe\u202c\u2066\u200f.md", "\\u202ecod.exe\\u202c\\u2066\\u200f.md"),
        ("\x1b[2J\x9b\u2028\ufeff.txt", "\\x1b[2J\\x9b\\u2028\\ufeff.txt"),
        ("می\u200cخواهم größe 数 👩\u200d🔬.txt", "می\u200cخواهم größe 数 👩\u200d🔬.txt"),
    ],
)
def test_a_name_is_one_line_and_hides_nothing(name: str, shown: str) -> None:
    assert files.shown(name) == shown
    assert files.shown(shown) == shown


def test_the_examples_in_the_descriptions_are_true() -> None:
    assert doctest.testmod(files).failed == 0

"""Plain text and Markdown: encodings, offsets, front matter."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import LoadError
from assistant.load.formats import read_file
from assistant.load.text import FALLBACK_WARNING
from assistant.types import Extracted

CHEAT_SHEET = Path(__file__).resolve().parents[1] / "corpus" / "aws-mla-c01-cheat-sheet.txt"


def read(tmp_path: Path, data: bytes, name: str = "note.txt") -> Extracted:
    path = tmp_path / name
    path.write_bytes(data)
    return read_file(path)


def test_clean_utf_8_comes_out_byte_for_byte() -> None:
    extracted = read_file(CHEAT_SHEET)
    assert extracted.text.encode("utf-8") == CHEAT_SHEET.read_bytes()
    assert extracted.warnings == ()
    assert extracted.pages == ()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"], ids=lambda name: str(name)
)
def test_unicode_encodings(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "Größe → 数\n".encode(encoding)) == Extracted("Größe → 数\n")


def test_big_endian_with_its_mark(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xfe\xff" + "é\n".encode("utf-16-be")).text == "é\n"


def test_windows_1252_is_read_with_a_warning(tmp_path: Path) -> None:
    extracted = read(tmp_path, "naïve “quote” €".encode("cp1252"))
    assert extracted.text == "naïve “quote” €"
    assert extracted.warnings == (FALLBACK_WARNING,)


def test_bytes_without_a_meaning_do_not_stop_the_fallback(tmp_path: Path) -> None:
    assert read(tmp_path, b"caf\xe9 \x81").text == "café \ufffd"


def test_binary_content_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        read(tmp_path, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    assert caught.value.message == "the content is binary, not text"
    assert "byte order mark" in caught.value.hint


@pytest.mark.parametrize("data", [b" \n\t\r\n", b"\xef\xbb\xbf", b"\xe2\x80\x8b"])
def test_text_of_nothing_but_white_space_is_empty(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(LoadError, match=r"^the file is empty$"):
        read(tmp_path, data)


def test_markdown_stays_as_it_is(tmp_path: Path) -> None:
    source = "# Title\n\nSome *text* \\\n| a | b |\n|---|---|\n"
    assert read(tmp_path, source.encode(), "n.md") == Extracted(source, title="Title")


@pytest.mark.parametrize("name", ["n.md", "n.markdown", "N.MD"])
def test_front_matter_is_left_out(tmp_path: Path, name: str) -> None:
    source = b'---\r\ntitle: "On Trees"\r\ntags: [a]\r\n---\r\n\r\nText.\r\n'
    assert read(tmp_path, source, name) == Extracted("Text.\n", title="On Trees")


def test_a_rule_at_the_top_is_no_front_matter(tmp_path: Path) -> None:
    assert read(tmp_path, b"---\nText\n---\nmore\n", "n.md").text == "---\nText\n---\nmore\n"

"""Files made to do harm: each is read or refused in words, and the others are read all the same.

What a parser does that hangs or eats memory stands in test_load_reader.py; archives that unpack
without end and XML entities in test_load_office.py.
"""

from __future__ import annotations

import os
import socket
import zlib
from pathlib import Path

import pytest
from commands import run
from word_encoder import WordEncoder

from assistant.changes import changes
from assistant.chunk import Chunking, chunk
from assistant.config import load_config
from assistant.errors import LoadError
from assistant.files import shown
from assistant.library import Library
from assistant.load import Reader
from assistant.load.formats import read_file
from assistant.outline import parse
from assistant.types import Document, Extracted, SyncReport

TEXT = b"BT /F1 12 Tf 72 700 Td (Wrens weigh nine grams.) Tj ET"
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
FONT = b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources " + FONT
PAGE += b" >>"


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), extra, data)


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, which is its catalogue."""
    out, places = b"%PDF-1.7\n", []
    for number, data in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, data)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    foot = b"trailer << /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return out + head + table + foot + b"startxref\n%d\n%%%%EOF" % len(out)


def kids(numbers: str, count: int = 1) -> bytes:
    return b"<< /Type /Pages /Kids [%s] /Count %d >>" % (numbers.encode(), count)


def bomb() -> bytes:
    """A page whose text is 200 MB of blanks, deflated twice."""
    once = zlib.compress(b" " * 200_000_000, 1)
    return stream(zlib.compress(once, 9), b"/Filter [/FlateDecode /FlateDecode]")


FORM = b"/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /F 5 0 R >> >>"
PICTURE = b"/Type /XObject /Subtype /Image /Width 2000000000 /Height 2000000000"
PICTURE += b" /BitsPerComponent 8 /ColorSpace /DeviceRGB"
SHOWS = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1e9 1e9] /Contents 4 0 R"
SHOWS += b" /Resources << /XObject << /F 5 0 R >> >> >>"
DAMAGED = "the PDF file is damaged"

REFUSED = {
    "a tree of pages that holds itself": (
        pdf(CATALOG, kids("2 0 R 3 0 R", 2), PAGE, stream(TEXT)),
        DAMAGED,
    ),
    "a tree of pages 2,000 deep": (
        pdf(CATALOG, *(kids(f"{n} 0 R") for n in range(3, 2003)), PAGE, stream(TEXT)),
        DAMAGED,
    ),
    "a tree that names ten billion pages": (
        pdf(CATALOG, *(kids(f"{n} 0 R " * 10) for n in range(3, 13)), PAGE, stream(TEXT)),
        DAMAGED,
    ),
    "a content that deflates without end": (pdf(CATALOG, kids("3 0 R"), PAGE, bomb()), DAMAGED),
    "brackets 100,000 deep": (pdf(CATALOG, kids("3 0 R"), PAGE, b"[" * 100_000), DAMAGED),
    "a drawing that draws itself": (
        pdf(CATALOG, kids("3 0 R"), SHOWS, stream(b"/F Do"), stream(b"/F Do /F Do", FORM)),
        "the file has no text layer and may be scanned",
    ),
    "a picture of twelve exabytes": (
        pdf(CATALOG, kids("3 0 R"), SHOWS, stream(b"/F Do"), stream(b"\0" * 9, PICTURE)),
        "the file has no text layer and may be scanned",
    ),
}
READ = {
    "a count of two billion pages": pdf(CATALOG, kids("3 0 R", 2_000_000_000), PAGE, stream(TEXT)),
    "bookmarks in a ring": pdf(
        CATALOG.replace(b">>", b"/Outlines 5 0 R >>"),
        kids("3 0 R"),
        PAGE,
        stream(TEXT),
        b"<< /Type /Outlines /First 6 0 R /Last 6 0 R >>",
        b"<< /Title (a) /Parent 5 0 R /Next 6 0 R /First 6 0 R /Dest [3 0 R /Fit] >>",
    ),
}


def test_pdf_files_built_to_do_harm(tmp_path: Path) -> None:
    refused = {}
    with Reader(seconds=60, memory_mb=512) as reader:
        for name, (data, _) in REFUSED.items():
            path = tmp_path / f"{name}.pdf"
            path.write_bytes(data)
            with pytest.raises(LoadError) as caught:
                reader.read(path)
            refused[name] = caught.value.message
            assert caught.value.hint
        for name, data in READ.items():
            path = tmp_path / f"{name}.pdf"
            path.write_bytes(data)
            assert reader.read(path).text == "Wrens weigh nine grams.\n", name
    assert refused == {name: message for name, (_, message) in REFUSED.items()}


def test_html_entities_are_not_expanded(tmp_path: Path) -> None:
    page = tmp_path / "laughs.html"
    (tmp_path / "secret.txt").write_text("sesame")
    more = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    outside = f'<!ENTITY out SYSTEM "{(tmp_path / "secret.txt").as_uri()}">'
    page.write_text(f'<!DOCTYPE html [<!ENTITY l0 "ha">{more}{outside}]><p>&l9; &out; text')
    text = read_file(page).text
    assert "text" in text
    assert "haha" not in text
    assert "sesame" not in text


@pytest.mark.parametrize(
    "text",
    ["*" * 1_000_000 + " a", "w" * 1_000_000, "[" * 300_000 + "a", " " * 1_000_000 + "a b"],
    ids=["asterisks", "one word", "brackets", "blanks"],
)
def test_a_line_of_a_million_characters_costs_no_more_than_its_length(text: str) -> None:
    extracted = Extracted(f"Some words.\n\n{text}\n\nThe end.\n")
    document = Document("d", "a.txt", "a", "0", extracted.text, (), parse(extracted))
    passages = chunk(document, WordEncoder().count_tokens, 256, Chunking())
    assert passages[-1].text.endswith("The end.")
    assert all(document.text[p.start : p.end] == p.text for p in passages)


def indexed(folder: Path) -> SyncReport:
    config = load_config(library=folder.parent / "index", corpus=folder, max_file_mb=1)
    with Library.open(config, WordEncoder()) as library:
        return library.sync()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes, sockets and links")
def test_what_is_no_file_is_named_and_not_opened(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "well.txt").write_text("Wrens weigh nine grams.")
    os.mkfifo(folder / "pipe.txt")
    (folder / "device.txt").symlink_to("/dev/zero")
    (folder / "ring.txt").symlink_to(folder / "ring.txt")
    (folder / "gone.txt").symlink_to(folder / "none.txt")
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    with (folder / "sparse.txt").open("wb") as sparse:
        sparse.truncate(1_000_000_000)
    with socket.socket(socket.AF_UNIX) as listener:
        here = Path.cwd()
        os.chdir(folder)  # the name of a socket may have a hundred bytes only
        try:
            listener.bind("socket.txt")
        finally:
            os.chdir(here)
        report = indexed(folder)
    assert report.added == ("well.txt",)
    reasons = {record.path: record.reason.partition(".")[0] for record in report.failed}
    ring = reasons.pop("ring.txt")
    assert ring.startswith("the file cannot be read: ")
    assert reasons == {
        "device.txt": "this is a link that leads out of its folder",
        "gone.txt": "the file is not there",
        "pipe.txt": "this is a pipe, not a file",
        "socket.txt": "this is a socket, not a file",
        "sparse.txt": "the file is larger than 1 MB",
        "up": "this is a link that leads out of its folder",
    }


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_link_out_of_the_folder_is_read_only_where_it_is_asked_for(tmp_path: Path) -> None:
    folder, private = tmp_path / "corpus", tmp_path / "private"
    folder.mkdir()
    private.mkdir()
    (private / "diary.txt").write_text("The wren is called Adele.")
    (folder / "well.txt").write_text("Wrens weigh nine grams.")
    (folder / "twice.txt").symlink_to("well.txt")
    (folder / "diary.txt").symlink_to(private / "diary.txt")
    (folder / "all").symlink_to(private, target_is_directory=True)
    config = load_config(library=tmp_path / "index", corpus=folder)
    with Library.open(config, WordEncoder()) as library:
        report = library.sync()
        assert report.added == ("twice.txt", "well.txt")
        assert [record.path for record in report.failed] == ["all", "diary.txt"]
        assert report.failed[1].reason == (
            "this is a link that leads out of its folder. Copy here what it leads to, or give the "
            "path of that: assistant index PATH."
        )
        assert "Adele" not in library.search("Adele", 1)[0].passage.text
        assert not changes(library.status().documents, folder, config.library)
        # By its own path, as the hint says, or where the link itself is what is asked for.
        assert library.sync([private / "diary.txt"]).added == ("private/diary.txt",)
        assert library.sync([folder / "all"]).added == ("all/diary.txt",)
        assert library.sync([folder / "diary.txt"]).updated == ("diary.txt",)


NAMES = ["two\nlines.txt", "\u202etxt.exe\u202c.txt", "n" * 251 + ".txt", "\x1b[2Jclear.txt"]
NAMES += ["-rf.txt", "%s{0}[red].txt", "' OR 1=1 --.txt", "<b>bold.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_names_are_only_names(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number, name in enumerate(NAMES):
        (folder / name).write_text(f"Wren {number} weighs nine grams.")
    report = indexed(folder)
    assert sorted(report.added) == sorted(map(shown, NAMES))
    config = load_config(library=tmp_path / "index")
    with Library.open(config, WordEncoder()) as library:
        (hit,) = library.search("Wren 0 weighs", 1)
    assert hit.passage.text == "Wren 0 weighs nine grams."
    told = run("status", "--library", tmp_path / "index")
    assert told.code == 0
    assert not {"\x1b", "\u202e"} & set(told.out)
    named = [line.split("  ")[0] for line in told.out.splitlines()]
    assert {"two\\nlines.txt", "\\u202etxt.exe\\u202c.txt", "\\x1b[2Jclear.txt"} < set(named)
    forgotten = run("remove", "two\\nlines.txt", "--library", tmp_path / "index")
    assert forgotten.out == "removed two\\nlines.txt (1 passage)\n"

"""Damaged Word, PowerPoint and HTML files: each is read, or refused in words, within the limits.

``FUZZ_RUNS=5000 pytest tests/test_fuzz_office.py`` looks for longer; each kind of file then gets
that many damages. The default is a few of each.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pptx
import pytest
from pptx.util import Inches
from test_fuzz import RUNS, damaged
from test_load_office import item, make_docx, paragraph
from word_encoder import WordEncoder

from assistant.chunk import Chunking, chunk
from assistant.errors import LoadError
from assistant.load import Reader
from assistant.types import Document

HEADING = '<w:pStyle w:val="H1"/>'
TABLE = "".join(
    "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>"
    for row in (("Class", "Price"), ("Standard", "high"), ("Archive", "low"))
)


def docx(path: Path) -> bytes:
    body = paragraph("Storage", HEADING) + paragraph("It is dear. It lasts.")
    body += item("one", 0) + item("nested", 1) + f"<w:tbl>{TABLE}</w:tbl>"
    return make_docx(path, body).read_bytes()


def pptx_file(path: Path) -> bytes:
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Storage"
    slide.placeholders[1].text = "It is dear.\nIt lasts."
    slide.notes_slide.notes_text_frame.text = "Say why."
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Prices"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for number, words in enumerate(("Class", "Price", "Standard", "high")):
        table.cell(number // 2, number % 2).text = words
    deck.save(str(path))
    return path.read_bytes()


def html(path: Path) -> bytes:
    path.write_text(
        "<!DOCTYPE html><html><head><meta charset='utf-8'><title>Storage</title></head><body>"
        "<h1>Storage</h1><p>It is dear.<ul><li>one<ul><li>nested</ul></ul>"
        "<table><tr><th>Class<th>Price<tr><td>Standard<td>h\u00f6her</table>"
        "<pre><code>x = 1</code></pre></body></html>",
        encoding="utf-8",
    )
    return path.read_bytes()


MAKERS: dict[str, Callable[[Path], bytes]] = {"docx": docx, "pptx": pptx_file, "html": html}


def changed_members(data: bytes, chance: random.Random) -> bytes:
    """The same archive, some members of which are damaged, gone, there twice or exchanged."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    for _ in range(chance.randint(1, 4)):
        at, other = chance.randrange(len(parts)), chance.randrange(len(parts))
        name, content = parts[at]
        match chance.randrange(6):
            case 0 if content:
                parts[at] = (name, damaged(content, chance.randrange(2**32)))
            case 1 if len(parts) > 2:
                del parts[at]
            case 2:
                parts[at] = (name, parts[other][1])
            case 3:
                parts[at] = (chance.choice(["../", "/", "word/", "\\\\x\\", "é"]) + name, content)
            case 4:
                parts[at] = (name, nested(content, chance))
            case 5:
                parts.append((name, content))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", chance.choice((0, 8))) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def nested(xml: bytes, chance: random.Random) -> bytes:
    """XML with one of its tags repeated or standing in itself many times, where it has any."""
    start = xml.find(b"<", chance.randrange(max(len(xml), 1)))
    end = xml.find(b">", start) + 1
    if start < 0 or end <= 0:
        return xml
    return xml[:start] + xml[start:end] * chance.choice((2, 300, 20_000)) + xml[end:]


def damages(data: bytes, kind: str, number: int) -> Iterator[bytes]:
    """One damage of the bytes and, of an archive, one of its members."""
    yield damaged(data, number)
    if kind != "html":
        yield changed_members(data, random.Random(number))


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("kind", MAKERS)
def test_damaged_files_are_read_or_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"seed.{kind}"
    seed = MAKERS[kind](path)
    outcomes = Counter[str]()
    with Reader(seconds=30, memory_mb=1024) as reader:
        assert "Storage" in reader.read(path).text
        for number in range(max(RUNS // 2, 4)):
            for data in damages(seed, kind, number):
                path.write_bytes(data)
                outcomes[outcome(reader, path)] += 1
    assert not [message for message in outcomes if message.startswith("the file cannot be read")]
    assert not outcomes.keys() & {
        "the parser process does not start",
        "the parser crashed on the file",
        "reading took longer than 30 s",
        "reading took more than 1024 MB of memory",
    }
    print(kind, outcomes)  # noqa: T201


def outcome(reader: Reader, path: Path) -> str:
    """What comes of a file, in words; its passages are exact if it is read."""
    try:
        extracted, outline = reader.read_outlined(path)
    except LoadError as error:
        return error.message
    extracted.text.encode("utf-8")
    document = Document("d", "a", "a", "0", extracted.text, extracted.pages, outline)
    for passage in chunk(document, WordEncoder().count_tokens, 256, Chunking()):
        assert document.text[passage.start : passage.end] == passage.text
    return "read"

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pdf_files import column, make_pdf
from pypdf import PdfWriter
from pypdf.constants import PageLabelStyle

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.library import Library
from assistant.load.pictures import Picture, Pictures
from assistant.ui import reader, sheet
from assistant.ui.sheet import drawn, figure, frame, named, page_at

FIRST = "The barometer measures air pressure and is read at noon."
SECOND = "The anemometer measures wind speed and turns in any gale."


def book() -> PdfWriter:
    writer = make_pdf([column(FIRST), column(SECOND)])
    writer.set_page_label(0, 0, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(1, 1, style=PageLabelStyle.DECIMAL, start=1)
    return writer


@pytest.fixture
def library(tmp_path: Path, encoder: SentenceEncoder) -> Iterator[Library]:
    """A library of a PDF file with two pages, i and 1, and a text."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    book().write(corpus / "a & b.pdf")
    (corpus / "plain.txt").write_text(FIRST, "utf-8")
    with Library.open(load_config(corpus=corpus, library=tmp_path / "index"), encoder) as made:
        made.sync()
        yield made


@pytest.fixture
def pictures(library: Library) -> Iterator[Pictures]:
    drawing = sheet.pictures(library.config)
    yield drawing
    drawing.close()


def doc_id(library: Library, name: str) -> str:
    return next(each.doc_id for each in library.status().documents if each.path == name)


def test_the_cited_page_is_drawn_with_its_words_marked(
    library: Library, pictures: Pictures
) -> None:
    pdf = doc_id(library, "a & b.pdf")
    text = library.document(pdf).text
    at = (text.index("The anemometer"), text.index(" and turns"))
    html = drawn(library, pictures, [pdf, "2", *map(str, at)])
    assert '<p role="status">Page 1 (2 of the file)</p>' in html
    assert 'alt="Page 1 (2 of the file) of a &amp; b.pdf. Its text stands beside it.' in html
    assert html.count('class="sheet-mark"') == 1
    assert re.search(r'src="data:image/webp;base64,[\w+/]{100,}', html)
    assert 'data-page="1" aria-label="Previous page" title="Previous page">' in html
    assert 'data-page="3" aria-label="Next page" title="Next page" disabled>' in html
    other = drawn(library, pictures, [pdf, 1, *at])
    assert "sheet-mark" not in other
    assert "<figcaption></figcaption>" in other
    assert str(library.config.corpus) not in html


def test_a_quote_over_two_pages_is_marked_on_both(library: Library, pictures: Pictures) -> None:
    pdf = doc_id(library, "a & b.pdf")
    text = library.document(pdf).text
    at = (text.index("is read at noon"), text.index(" measures wind"))
    for page in (1, 2):
        assert drawn(library, pictures, [pdf, page, *at]).count('class="sheet-mark"') == 1


def test_a_file_that_is_gone_or_changed_is_said_in_its_place(
    library: Library, pictures: Pictures
) -> None:
    pdf = doc_id(library, "a & b.pdf")
    file = library.config.corpus / "a & b.pdf"
    make_pdf([column("Something else.")]).write(file)
    said = '<p class="sheet-none" role="status">This page cannot be shown as a picture: the file '
    html = drawn(library, pictures, [pdf, 1, 0, 0])
    assert f"{said}has changed since it was read. Read the folder again" in html
    assert "Previous page" in html
    file.unlink()
    assert f"{said}is not there." in drawn(library, pictures, [pdf, 1, 0, 0])


@pytest.mark.parametrize("given", [["gone", 1, 0, 0], ["x"], ["PDF", 9, 0, 0], ["TXT", 1, 0, 0]])
def test_what_is_no_page_is_said(library: Library, pictures: Pictures, given: list[object]) -> None:
    names = {"PDF": "a & b.pdf", "TXT": "plain.txt"}
    given = [doc_id(library, names[str(each)]) if each in names else each for each in given]
    assert 'class="failure"' in drawn(library, pictures, given)


def test_the_password_of_the_settings_opens_the_file(
    tmp_path: Path, encoder: SentenceEncoder
) -> None:
    (tmp_path / "corpus").mkdir()
    writer = book()
    writer.encrypt("open sesame", algorithm="AES-256")
    writer.write(tmp_path / "corpus" / "secret.pdf")
    config = load_config(
        corpus=tmp_path / "corpus", library=tmp_path / "index", pdf_password="open sesame"
    )
    with Library.open(config, encoder) as library:
        library.sync()
        drawing = sheet.pictures(config)
        html = drawn(library, drawing, [doc_id(library, "secret.pdf"), 1, 0, 20])
        drawing.close()
    assert html.count('class="sheet-mark"') == 1


def test_only_the_pages_of_a_pdf_have_a_frame_and_numbers_to_press(library: Library) -> None:
    pdf, plain = doc_id(library, "a & b.pdf"), doc_id(library, "plain.txt")
    document = library.document(pdf)
    second = document.text.index("The anemometer")
    assert f'data-doc="{pdf}" data-page="2" data-start="{second}" data-end="{second + 3}"' in frame(
        document, (second, second + 3)
    )
    assert page_at(document, len(document.text) + 5).number == 2
    assert page_at(document, 0).number == 1
    html = reader.opened(library, [pdf, second, second + 3])
    assert re.search(r'class="see-page"[^>]* data-page="2">p. 1</button>', html)
    assert frame(library.document(plain), (0, 0)) == ""
    assert "see-page" not in reader.opened(library, [plain, 0, 0])


def test_a_picture_says_whether_the_words_are_marked() -> None:
    lost = figure(Picture("AAAA", 10, 20), 'Page 1 of "a".pdf', cited=True)
    assert "<figcaption>The cited words were not found on it.</figcaption>" in lost
    assert 'alt="Page 1 of &quot;a&quot;.pdf. Its text' in lost
    found = figure(Picture("AAAA", 10, 20, ((0.25, 0.5, 0.125, 0.0625),)), "Page 1", cited=True)
    assert "left:25.00%;top:50.00%;width:12.50%;height:6.25%" in found
    assert "The cited words are marked." in found


def test_a_page_is_called_by_its_printed_number_first(library: Library) -> None:
    pages = library.document(doc_id(library, "a & b.pdf")).pages
    assert [named(page) for page in pages] == ["Page i (1 of the file)", "Page 1 (2 of the file)"]

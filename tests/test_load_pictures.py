"""Pages as pictures: what is drawn, where a quote is marked, and what is refused or stopped."""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pdf_files import column, make_pdf
from PIL import Image
from pypdf import PdfWriter

from assistant.errors import LoadError
from assistant.load.formats import read_file
from assistant.load.picture import MOST_PIXELS, joined, scale
from assistant.load.pictures import KEPT, Box, Picture, Pictures
from assistant.load.places import places

ROOT = Path(__file__).resolve().parents[1]
FIRST, SECOND = "The barometer measures air", "pressure, and is read at noon."
PAGES = [
    column("A title page"),
    column(FIRST, SECOND, "", "Another line.", "The barometer measures air", top=400),
]

# The real protocol with another way to draw: what stands for the quote is what goes wrong.
HOSTILE = """
    import os, re, sys
    sys.path.insert(0, ROOT)
    from assistant.load import worker

    def draw(request):
        if request["quote"] == "spin":
            re.match("(a+)+$", "a" * 60 + "b")
        if request["quote"] == "eat":
            hoard = []
            while True:
                hoard.append(bytearray(b"x" * 4_000_000))
        if request["quote"] == "die":
            os._exit(3)
        return {"picture": {"image": str(os.getpid()), "width": 1, "height": 1, "marks": []}}

    worker.main(sys.argv[1:], draw)
"""


@pytest.fixture(scope="module")
def pictures() -> Iterator[Pictures]:
    drawing = Pictures(password="open sesame", max_mb=5)
    yield drawing
    drawing.close()


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, str]:
    """A file of two pages and its hash."""
    return written(make_pdf(PAGES), tmp_path / "made.pdf")


def written(writer: PdfWriter, path: Path) -> tuple[Path, str]:
    writer.write(path)
    return path, digest(path)


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def opened(picture: Picture) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(picture.image)))


def ink(picture: Picture, box: Box) -> int:
    """How dark the darkest point of a part of the picture is: 0 is black."""
    left, top, width, height = box
    size = (picture.width, picture.height)
    edges = (left, top, left + width, top + height)
    part = opened(picture).crop(tuple(round(edges[i] * size[i % 2]) for i in range(4)))  # type: ignore[arg-type]
    return int(part.convert("L").getextrema()[0])  # type: ignore[arg-type]


def test_a_page_is_drawn_and_the_quote_is_where_its_ink_is(
    pictures: Pictures, made: tuple[Path, str]
) -> None:
    picture = pictures.draw(*made, 2, f"{FIRST}\n{SECOND}")
    assert opened(picture).format == "WEBP"
    assert opened(picture).size == (picture.width, picture.height)
    assert picture.width / picture.height == pytest.approx(595 / 842, abs=0.01)
    first, second = picture.marks
    assert first[0] == pytest.approx(72 / 595, abs=0.005)
    # Lines stand on y = 400 and 388 from below, in ten points.
    assert first[1] + first[3] == pytest.approx((842 - 400) / 842, abs=0.005)
    assert second[1] > first[1]
    assert ink(picture, first) < 100
    assert ink(picture, (0, 0, 1, 0.3)) > 200


def test_of_equal_words_those_behind_the_same_text_are_marked(
    pictures: Pictures, made: tuple[Path, str]
) -> None:
    (first,) = pictures.draw(*made, 2, FIRST).marks
    before = f"{FIRST}\n{SECOND}\n\nAnother line.\n"
    (last,) = pictures.draw(*made, 2, FIRST, before).marks
    assert last[1] > first[1]


def test_what_is_not_on_the_page_is_not_marked(pictures: Pictures, made: tuple[Path, str]) -> None:
    assert pictures.draw(*made, 1, "The thermometer shows the heat").marks == ()
    assert pictures.draw(*made, 1).marks == ()


def test_a_turned_page_has_its_marks_where_its_words_are(
    pictures: Pictures, tmp_path: Path
) -> None:
    writer = make_pdf(PAGES)
    writer.pages[1].rotate(90)
    picture = pictures.draw(*written(writer, tmp_path / "turned.pdf"), 2, FIRST)
    assert picture.width > picture.height
    (mark,) = picture.marks
    assert mark[3] > mark[2]
    assert ink(picture, mark) < 100


def test_only_the_file_that_was_read_is_drawn(
    pictures: Pictures, made: tuple[Path, str], tmp_path: Path
) -> None:
    path, old = made
    assert pictures.draw(path, old, 1).image
    make_pdf([column("Another text.")]).write(path)
    with pytest.raises(LoadError, match="the file has changed since it was read"):
        pictures.draw(path, old, 1)
    assert pictures.draw(path, digest(path), 1).image
    path.unlink()
    with pytest.raises(LoadError, match="the file is not there"):
        pictures.draw(path, old, 1)
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-" + b"x" * 5_000_000)
    with pytest.raises(LoadError, match="larger than 5 MB"):
        pictures.draw(large, digest(large), 1)


@pytest.mark.parametrize("page", [0, 3])
def test_a_page_that_is_not_there_is_a_reason(
    pictures: Pictures, made: tuple[Path, str], page: int
) -> None:
    with pytest.raises(LoadError) as caught:
        pictures.draw(*made, page)
    assert f"it has no page {page}" in caught.value.hint


def test_an_encrypted_file_opens_with_the_password_of_the_settings(
    pictures: Pictures, tmp_path: Path
) -> None:
    writer = make_pdf(PAGES)
    writer.encrypt("open sesame", algorithm="AES-256")
    file = written(writer, tmp_path / "secret.pdf")
    assert len(pictures.draw(*file, 2, SECOND).marks) == 1
    for password, said in ((None, "the file is encrypted"), ("wrong", "does not open it")):
        other = Pictures(password=password)
        with pytest.raises(LoadError, match=said):
            other.draw(*file, 2)
        other.close()


def test_a_damaged_file_costs_only_itself(
    pictures: Pictures, made: tuple[Path, str], tmp_path: Path
) -> None:
    for number, data in enumerate((b"%PDF-1.7\nnothing more", made[0].read_bytes()[:300])):
        path = tmp_path / f"{number}.pdf"
        path.write_bytes(data)
        with pytest.raises(LoadError, match="the PDF file is damaged"):
            pictures.draw(path, digest(path), 1)
    assert pictures.draw(*made, 1).image


def test_no_page_makes_a_picture_that_is_too_large(pictures: Pictures, tmp_path: Path) -> None:
    for width, height in ((595, 842), (14_400, 14_400), (14_400, 3), (3, 3)):
        size = scale(width, height)
        assert width * size * height * size <= MOST_PIXELS * 1.01
        assert max(width, height) * size <= 4000
    writer = PdfWriter()
    writer.add_blank_page(14_400, 3)
    picture = pictures.draw(*written(writer, tmp_path / "long.pdf"), 1)
    assert (picture.width, picture.height) == (4000, 1)


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Pictures]:
    script = tmp_path / "hostile_drawer.py"
    script.write_text(textwrap.dedent(HOSTILE).replace("ROOT", repr(str(ROOT))), "utf-8")
    drawing = Pictures(seconds=2, memory_mb=128, command=(sys.executable, str(script)))
    yield drawing
    drawing.close()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("spin", "drawing it took longer than 2 s"),
        ("eat", "drawing it took more than 128 MB of memory"),
        ("die", "drawing it crashed"),
    ],
)
def test_drawing_is_stopped_and_not_tried_again(
    hostile: Pictures, made: tuple[Path, str], what: str, said: str
) -> None:
    others = psutil.Process().children()
    first = hostile.draw(*made, 1)
    for _ in range(2):
        with pytest.raises(LoadError, match=said):
            hostile.draw(*made, 1, what)
        assert psutil.Process().children() == others
    again = hostile.draw(*made, 2)
    assert again.image != first.image  # The number of the process.
    with pytest.raises(LoadError, match=said):
        hostile.draw(*made, 1, what)
    assert hostile.draw(*made, 2, "well").image == again.image


def test_the_last_pages_are_kept_and_no_more(hostile: Pictures, made: tuple[Path, str]) -> None:
    first = hostile.draw(*made, 1, "0")
    hostile.close()
    for number in range(1, KEPT):
        hostile.draw(*made, 1, str(number))
    assert hostile.draw(*made, 1, "0") is first
    hostile.draw(*made, 1, "one more")
    assert hostile.draw(*made, 1, "1").image != first.image
    assert len(hostile._kept) == KEPT


def test_a_quote_in_pieces_is_found_line_by_line() -> None:
    letters = "firstlineofthetable" + "12" + "secondlineofthetable" + "third"
    quote = "First line of the table\nnot on this page at all\n- second line of the table"
    assert places(letters, quote) == [(0, 19), (21, 41)]
    assert places(letters, "third\nnowhere to be found") == []
    assert places(letters, " …\n") == []


def test_boxes_of_one_line_become_one() -> None:
    words: list[Box] = [(0.1, 0.1, 0.2, 0.02), (0.31, 0.105, 0.1, 0.01), (0.1, 0.13, 0.2, 0.02)]
    assert joined(words) == [(0.1, 0.1, 0.31, 0.02), (0.1, 0.13, 0.2, 0.02)]
    columns: list[Box] = [(0.1, 0.1, 0.3, 0.02), (0.6, 0.1, 0.3, 0.02)]
    assert joined(columns) == columns


@pytest.mark.parametrize(
    ("name", "page", "quote", "lines"),
    [
        ("geotopo_german_script.pdf", 6, "Die Elemente von", 1),
        (
            "federal-register_three-column_tables.pdf",
            1,
            "SUMMARY: The FAA proposes to\nsupersede Airworthiness Directive (AD)\n2018–23–51",
            3,
        ),
        ("cs229_supervised_zh_cjk.pdf", 1, "监督学习简介", 1),
        ("encrypted_openpassword.pdf", 1, "Lorem ipsum dolor sit amet", 1),
    ],
)
def test_quotes_of_real_files_are_found(
    shared_data: Path, name: str, page: int, quote: str, lines: int
) -> None:
    path = shared_data / "pdf" / name
    drawing = Pictures(password="openpassword")
    picture = drawing.draw(path, digest(path), page, quote)
    drawing.close()
    assert len(picture.marks) == lines
    assert all(ink(picture, mark) < 150 for mark in picture.marks)


def test_most_lines_of_a_real_page_are_found(shared_data: Path) -> None:
    path = shared_data / "pdf" / "cs229_super-cheatsheet_en.pdf"
    extracted = read_file(path)
    page = extracted.pages[1]
    text = extracted.text[page.start : page.end]
    lines = [line for line in text.splitlines() if len(line) > 40]
    drawing = Pictures()
    marked = [bool(drawing.draw(path, digest(path), page.number, line).marks) for line in lines]
    drawing.close()
    assert len(lines) > 10
    assert sum(marked) >= 0.9 * len(marked)

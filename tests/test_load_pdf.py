"""PDF: small files made here for each rule, and real ones with the outcome each must have."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from pdf_files import Text, column, make_pdf
from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import ArrayObject, NameObject, NumberObject, StreamObject, TextStringObject

from assistant.errors import LoadError
from assistant.load import formats
from assistant.load.formats import read_file
from assistant.load.furniture import without_furniture
from assistant.load.lines import Line
from assistant.load.paragraphs import to_texts
from assistant.types import Extracted, Page, TocEntry


def read(writer: PdfWriter, tmp_path: Path, password: str | None = None) -> Extracted:
    path = tmp_path / "made.pdf"
    writer.write(path)
    return read_file(path, name="made.pdf", password=password)


def test_pages_labels_bookmarks_and_title(tmp_path: Path) -> None:
    writer = make_pdf([column("Preface text."), column("First text."), column("Second text.")])
    writer.set_page_label(0, 0, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(1, 2, style=PageLabelStyle.DECIMAL, start=1)
    chapter = writer.add_outline_item(title="Chapter\u00ad 1", page_number=1)
    writer.add_outline_item(title="Section 1.1", page_number=2, parent=chapter)
    writer.add_metadata({"/Title": "Microsoft Word - On Trees"})
    assert read(writer, tmp_path) == Extracted(
        text="Preface text.\n\nFirst text.\n\nSecond text.\n",
        title="On Trees",
        pages=(Page(1, 0, 13, "i"), Page(2, 15, 26, "1"), Page(3, 28, 40, "2")),
        toc=(TocEntry("Chapter 1", 1, 2), TocEntry("Section 1.1", 2, 3)),
    )


@pytest.mark.parametrize("title", ["untitled", "thesis-final.docx", "Microsoft Word - a.doc", "12"])
def test_a_title_that_is_none_gives_way_to_the_largest_words(tmp_path: Path, title: str) -> None:
    large: list[Text] = [(72, 750, 20, "Introduction to"), (72, 726, 20, "Forestry")]
    writer = make_pdf([large + column("Trees are tall plants and live for long.")])
    writer.add_metadata({"/Title": title})
    assert read(writer, tmp_path).title == "Introduction to Forestry"


def test_paragraphs_are_set_apart(tmp_path: Path) -> None:
    lines = column(
        "The first paragraph has two lines",
        "and ends here.",
        "",
        "The second one follows after a gap,",
        "and it runs over more than",
        "two lines in all.",
    )
    lines.append((90, 700 - 12 * 6, 10, "An indented line begins the third."))
    lines.append((72, 700 - 12 * 7, 10, "It goes on at the margin."))
    lines.append((72, 700 - 12 * 8.1, 14, "A heading"))
    lines.append((72, 700 - 12 * 9.5, 10, "Text below it."))
    assert read(make_pdf([lines]), tmp_path).text == (
        "The first paragraph has two lines\nand ends here.\n\n"
        "The second one follows after a gap,\nand it runs over more than\ntwo lines in all.\n\n"
        "An indented line begins the third.\nIt goes on at the margin.\n\n"
        "A heading\n\nText below it.\n"
    )


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = column("left one", "left two", "left three.")
    right = column("Right one", "right two", "right three.", x=320)
    assert read(make_pdf([left + right]), tmp_path).text == (
        "left one\nleft two\nleft three.\n\nRight one\nright two\nright three.\n"
    )


def test_bullets_become_markdown_items(tmp_path: Path) -> None:
    lines = column("These are", "the things that are sold:", "• apples and", "oranges")
    lines += column("• pears", top=652, x=90) + column("• nuts", top=640)
    assert read(make_pdf([lines]), tmp_path).text == (
        "These are\nthe things that are sold:\n- apples and\noranges\n  - pears\n- nuts\n"
    )


def test_a_dash_in_a_sentence_is_no_bullet(tmp_path: Path) -> None:
    assert (
        "\n– and so on"
        in read(make_pdf([column("A sentence with a pause", "– and so on.")]), tmp_path).text
    )
    assert "\n- two" in read(make_pdf([column("List:", "– one", "– two")]), tmp_path).text


def test_hyphens_at_line_ends(tmp_path: Path) -> None:
    lines = column(
        "This is an inter-", "national matter of cost-", "benefit and of", "cost-benefit."
    )
    assert read(make_pdf([lines]), tmp_path).text == (
        "This is an international\nmatter of cost-benefit\nand of\ncost-benefit.\n"
    )


def test_running_lines_and_page_numbers_go(tmp_path: Path) -> None:
    pages = []
    for number in range(1, 7):
        lines = [(72.0, 800.0, 9.0, "Forestry for beginners"), (300.0, 40.0, 9.0, f"Page {number}")]
        body = column(f"What stands on page {'abcdef'[number - 1]} begins so", "and ends so.")
        pages.append(lines + body + [(520.0, 800.0 - number % 2 * 760, 9.0, str(number + 40))])
    text = read(make_pdf(pages), tmp_path).text
    assert "Forestry" not in text
    assert not re.search(r"\d", text)
    assert text.count("What stands on page") == 6


def chapters(size: float) -> list[list[Line]]:
    """Twelve pages of text, each below the title of the chapter that it is in."""
    titles = ["Light"] * 3 + ["Lenses"] * 2 + ["Eyes"] * 3 + ["Waves"] * 3 + ["Sun"]
    words = [f"{one} {two}" for one in "abcdefghijkl" for two in "stuvwxyz"]
    return [
        [
            Line(title, y=748, size=size),
            *(Line(f"The text {words[8 * i + n]}.", y=700 - 12 * n, size=10) for n in range(8)),
        ]
        for i, title in enumerate(titles)
    ]


def test_the_title_of_a_chapter_over_each_of_its_pages_goes() -> None:
    kept = without_furniture(chapters(9), [""] * 12)
    assert [page[0].text for page in kept] == [*(f"The text {c} s." for c in "abcdefghijk"), "Sun"]


def test_the_titles_of_slides_stay_though_they_come_back() -> None:
    assert without_furniture(chapters(20), [""] * 12) == chapters(20)


def test_numbered_headers_go_and_numbers_in_the_text_stay() -> None:
    pages = [
        [
            Line(f"{number} Chapter {'xyz'[number % 3]}", 72, 800, 9),
            Line(f"{number} is the number we talk about on this page.", 72, 700 - 20 * number, 10),
            Line(f"Text number {'abcdefghi'[number]}.", 72, 400, 10),
        ]
        for number in range(1, 9)
    ]
    kept = without_furniture(pages, [str(number) for number in range(1, 9)])
    assert [len(lines) for lines in kept] == [2] * 8
    assert kept[4][0].text == "5 is the number we talk about on this page."


def test_what_repeats_on_two_pages_of_many_stays() -> None:
    pages = [[Line(f"Only on page {'abcdefgh'[n]}", 72, 800, 10)] for n in range(8)]
    pages[2] = pages[5] = [Line("Exercises", 72, 800, 10)]
    assert without_furniture(pages, list("abcdefgh")) == pages


def test_a_lone_bullet_joins_its_line() -> None:
    lines = [Line("•", 72, 700, 10), Line("an item", 90, 700.5, 10), Line("text", 72, 688, 10)]
    assert to_texts([lines]) == ["- an item\ntext"]


def test_a_sentence_may_run_over_the_page_end(tmp_path: Path) -> None:
    extracted = read(make_pdf([column("It begins here"), column("and ends there.")]), tmp_path)
    assert extracted.text == "It begins here\nand ends there.\n"
    assert [extracted.text[page.start : page.end] for page in extracted.pages] == [
        "It begins here",
        "and ends there.",
    ]


def test_turned_text_keeps_to_itself(tmp_path: Path) -> None:
    writer = make_pdf([column("Upright text that is", "the larger part.")])
    turned = b"\nBT /F1 8 Tf 0 1 -1 0 30 300 Tm (in the margin) Tj ET"
    content = writer.pages[0]["/Contents"].get_object()
    assert isinstance(content, StreamObject)
    content.set_data(content.get_data() + turned)
    assert (
        read(writer, tmp_path).text == "Upright text that is\nthe larger part.\n\nin the margin\n"
    )


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    writer = make_pdf([column("Text."), [], column("More."), []], image=True)
    assert read(writer, tmp_path).warnings == ("pages 2, 4 have no text layer",)
    writer = make_pdf([column("Text."), []], image=True)
    assert read(writer, tmp_path).warnings == ("page 2 has no text layer",)


def test_a_blank_page_is_nothing_to_warn_of(tmp_path: Path) -> None:
    extracted = read(make_pdf([column("Text."), [], column("More.")]), tmp_path)
    assert extracted.warnings == ()
    assert extracted.pages[1] == Page(2, 5, 5)


def test_nothing_but_blank_pages_is_empty(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="the file is empty"):
        read(make_pdf([[], []]), tmp_path)


def test_a_damaged_page_costs_only_itself(tmp_path: Path) -> None:
    writer = make_pdf([column("Good."), column("Bad."), column("Good again.")])
    writer.pages[1][NameObject("/Resources")] = NumberObject(7)
    writer.pages[1][NameObject("/Contents")] = ArrayObject([TextStringObject("no stream")])
    extracted = read(writer, tmp_path)
    assert "Good." in extracted.text
    assert "Good again." in extracted.text
    assert len(extracted.pages) == 3


def test_a_stamp_on_scanned_pages_is_no_text_layer(tmp_path: Path) -> None:
    stamp = [(72.0, 20.0, 8.0, "Downloaded from the library")]
    with pytest.raises(LoadError, match="no text layer"):
        read(make_pdf([stamp] * 4, image=True), tmp_path)
    assert read(make_pdf([stamp] * 4), tmp_path).text.count("Downloaded") == 4


def test_an_image_only_file_is_said_to_be_scanned(tmp_path: Path) -> None:
    with pytest.raises(LoadError) as caught:
        read(make_pdf([[], []], image=True), tmp_path)
    assert caught.value.message == "the file has no text layer and may be scanned"
    assert "`ocrmypdf made.pdf OUTPUT.pdf`" in caught.value.hint


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_encryption(tmp_path: Path, algorithm: str) -> None:
    writer = make_pdf([column("Secret text.")])
    writer.encrypt("open sesame", algorithm=algorithm)
    assert read(writer, tmp_path, password="open sesame").text == "Secret text.\n"
    with pytest.raises(LoadError) as caught:
        read_file(tmp_path / "made.pdf", name="made.pdf")
    assert caught.value.message == "the file is encrypted"
    assert caught.value.hint == "Set ASSISTANT_PDF_PASSWORD and run `assistant index made.pdf`."
    with pytest.raises(LoadError) as caught:
        read_file(tmp_path / "made.pdf", password="wrong")
    assert caught.value.message == "the file is encrypted, and the password given does not open it"


def test_a_file_protected_from_changes_only_needs_no_password(tmp_path: Path) -> None:
    writer = make_pdf([column("Open text.")])
    writer.encrypt("", "owner", algorithm="AES-256")
    assert read(writer, tmp_path).text == "Open text.\n"
    assert read_file(tmp_path / "made.pdf", password="unrelated").text == "Open text.\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<html>not a PDF</html>", "the content is not a PDF file"),
        (b"%PDF-1.7\nnothing more", "the PDF file is damaged"),
    ],
)
def test_what_is_no_pdf(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "bad.pdf"
    path.write_bytes(data)
    with pytest.raises(LoadError) as caught:
        read_file(path)
    assert caught.value.message == message
    assert caught.value.hint


def test_a_pdf_cut_off_anywhere_raises_nothing_but_its_reason(tmp_path: Path) -> None:
    whole = tmp_path / "whole.pdf"
    make_pdf([column("Text.")] * 3).write(whole)
    data = whole.read_bytes()
    path = tmp_path / "cut.pdf"
    outcomes = set()
    for end in range(20, len(data), 97):
        path.write_bytes(data[:end])
        with contextlib.suppress(LoadError):
            outcomes.add(read_file(path).text)
    assert outcomes <= {"Text.\n\nText.\n\nText.\n"}


# One page of the gazette is a figure below its running header.
EXPECTED_WARNINGS = {
    "federal-register_three-column_tables.pdf": ("page 8 has no text layer",),
}

# Real files, by name, with a little of what must and must not come out.


@pytest.fixture(scope="module")
def real(shared_data: Path) -> dict[str, Extracted]:
    """Every readable PDF of the test data, read once."""
    unreadable = ("scan_one-page.pdf",)
    return {
        path.name: read_file(path, password="openpassword")
        for path in sorted((shared_data / "pdf").glob("*.pdf"))
        if path.name not in unreadable
    }


def test_every_real_file_has_sound_pages(real: dict[str, Extracted], shared_data: Path) -> None:
    assert len(real) == 7
    for name, extracted in real.items():
        assert extracted.warnings == EXPECTED_WARNINGS.get(name, ()), name
        password = "openpassword" if "encrypted" in name else None
        count = len(PdfReader(shared_data / "pdf" / name, password=password).pages)
        assert [page.number for page in extracted.pages] == list(range(1, count + 1))
        end = 0
        for page in extracted.pages:
            gap = extracted.text[end : page.start]
            assert gap in ("", "\n", "\n\n"), name
            has_text = bool(extracted.text[page.start : page.end].strip())
            assert has_text or f"page {page.number} has no text layer" in extracted.warnings, name
            end = page.end
        assert extracted.text[end:] == "\n"
        assert not re.search(r"[\ufb00-\ufb06\ufe70-\ufefc\x00-\x08\u00ad]", extracted.text), name


def test_gazette_in_three_columns(real: dict[str, Extracted]) -> None:
    text = real["federal-register_three-column_tables.pdf"].text
    assert (
        "SUMMARY: The FAA proposes to\nsupersede Airworthiness Directive (AD)\n"
        "2018–23–51, which applies to all The\nBoeing Company Model 737–8 and 737–9\n"
    ) in text
    assert "\n\nExamining the AD Docket\n\nYou may examine the AD docket on\n" in text
    assert "methods:\n\n- Federal eRulemaking Portal: Go to\nhttps://www.regulations.gov." in text
    assert "\n- Fax: 202–493–2251.\n" in text
    assert "\n\n1 Preliminary KNKT.18.10.35.04 Aircraft\nAccident Investigation Report" in text
    assert "ESTIMATED COSTS\n" in text
    assert "1 work-hour × $85 per hour = $85" in text
    for running in ("VerDate", "DSKJLSW7X2PROD", "/ Vol. 85, No. 152 /", "47699"):
        assert running not in text


def test_cheat_sheet_in_two_columns(real: dict[str, Extracted]) -> None:
    extracted = real["cs229_super-cheatsheet_en.pdf"]
    assert extracted.title == "Super VIP Cheatsheet: Machine Learning"
    assert extracted.toc[:2] == (
        TocEntry("Supervised Learning", 1, 2),
        TocEntry("Introduction to Supervised Learning", 2, 2),
    )
    assert len(extracted.toc) == 47
    assert (
        "- Gradient descent – By noting α∈ R the learning rate, the update rule for gradient "
        "descent\nis expressed with the learning rate and the cost function J as follows:\n"
    ) in extracted.text
    assert "Outcome Continuous Class" in extracted.text
    assert "classifier" in extracted.text
    assert "Stanford University" not in extracted.text
    assert "Shervine Amidi & Afshine Amidi" not in extracted.text


def test_german_script(real: dict[str, Extracted]) -> None:
    extracted = real["geotopo_german_script.pdf"]
    assert extracted.title == "Geometrie und Topologie"
    labels = [page.label for page in extracted.pages]
    assert labels[:5] == ["i", "ii", "iii", "1", "2"]
    assert labels[-1] == "114"
    assert extracted.toc[1] == TocEntry("1.1 Topologische Räume", 2, 6)
    assert "ihre Übungsaufgaben\nund Lösungen" in extracted.text
    assert "Kugeloberfläche" in extracted.text
    assert "Schwarz-Weiß," in extracted.text
    assert "\n1.1 Topologische Räume ... 2\n" in extracted.text
    assert "TOPOLOGISCHE RÄUME" not in extracted.text
    # The minus sign of TeX's old fonts has no Unicode value in the file.
    assert "x1 −x2 ∈ Z" in extracted.text
    page = extracted.pages[5]
    assert extracted.text[page.start : page.end].startswith("1 Topologische Grundbegriffe\n")


def test_chinese(real: dict[str, Extracted]) -> None:
    text = real["cs229_supervised_zh_cjk.pdf"].text
    assert "\n\n监督学习简介\n\n给定一组数据点" in text
    assert "- 预测类型 – 不同类型的预测模型总结如下表:" in text
    assert "- 核 – 给定特征映射φ" in text
    assert not re.search(r"([\u4e00-\u9fff])\1\1", text)
    assert "Stanford University" not in text


def test_arabic_from_right_to_left(real: dict[str, Extracted]) -> None:
    text = real["cs229_supervised_ar_rtl.pdf"].text
    # "Type of prediction – the different models of prediction are shown in the next table:"
    assert "- نوع التوقّع – أنواع نماذج التوقّع المختلفة موضحة في الجدول التالي:" in text
    assert "يتعلم كيف يتوقع y من x." in text
    assert "{x(1), ..., x(m)}" in text
    assert "- دالة الخسارة (Loss function) – " in text
    assert "stanford.edu" not in text


def test_form(real: dict[str, Extracted]) -> None:
    extracted = real["form_libreoffice.pdf"]
    assert extracted.title == "Example for a Form"
    for label in ("Gender:", "Nationality:", "First Name Last Name", "Agree to privacy policy"):
        assert f"\n{label}\n" in extracted.text


def test_encrypted_file(real: dict[str, Extracted], shared_data: Path) -> None:
    path = shared_data / "pdf" / "encrypted_openpassword.pdf"
    assert real[path.name].text.startswith("Lorem ipsum dolor sit amet, consetetur")
    assert read_file(path, password="permissionpassword") == real[path.name]
    with pytest.raises(LoadError, match=r"^the file is encrypted$"):
        read_file(path)


def test_scan(shared_data: Path) -> None:
    with pytest.raises(LoadError, match="no text layer and may be scanned"):
        read_file(shared_data / "pdf" / "scan_one-page.pdf")


def test_every_format_names_a_function() -> None:
    assert formats.SUPPORTED == (
        ".docx",
        ".htm",
        ".html",
        ".markdown",
        ".md",
        ".pdf",
        ".pptx",
        ".txt",
    )

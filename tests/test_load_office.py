"""HTML, Word and PowerPoint: what becomes text, what must not, and archives that are traps."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pptx
import pytest
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from assistant.errors import LoadError
from assistant.load.formats import read_file
from assistant.types import Extracted, Page, TocEntry

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCX_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.wordprocessingml.document.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{R}/officeDocument" Target="word/document.xml"/>'
        "</Relationships>"
    ),
    "word/styles.xml": (
        f'<w:styles xmlns:w="{W}">'
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
        "</w:styles>"
    ),
    "word/numbering.xml": (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    ),
    "word/_rels/document.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="s" Type="{R}/styles" Target="styles.xml"/>'
        f'<Relationship Id="n" Type="{R}/numbering" Target="numbering.xml"/>'
        f'<Relationship Id="x" Type="{R}/image" Target="http://127.0.0.1:9/x.png"'
        ' TargetMode="External"/></Relationships>'
    ),
}


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def item(text: str, level: int) -> str:
    number = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>'
    return paragraph(text, number)


def make_docx(path: Path, body: str, **parts: str | bytes) -> Path:
    document = f'<w:document xmlns:w="{W}" xmlns:m="{M}"><w:body>{body}</w:body></w:document>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        named = {
            name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()
        }
        for name, data in {**DOCX_PARTS, "word/document.xml": document, **named}.items():
            archive.writestr(name, data)
    return path


def html(tmp_path: Path, markup: str | bytes) -> Extracted:
    path = tmp_path / "page.html"
    path.write_bytes(markup if isinstance(markup, bytes) else markup.encode())
    return read_file(path)


def test_html_becomes_markdown(tmp_path: Path) -> None:
    extracted = html(
        tmp_path,
        "<!DOCTYPE html><html><head><title> A\n page </title></head><body>"
        "<h1>Storage <em>classes</em></h1><p>See <a href='http://127.0.0.1:9/'>the guide</a> on "
        "<code>s3_bucket</code>&nbsp;and *this*.<p><b>Term:</b> a definition"
        "<h2>List</h2><ul><li>one<ul><li>nested</ul><li>two</ul><ol><li>first<li>second</ol>"
        "<table><tr><th>Class<th>Price<tr><td>Standard<td>high<br>er</table></body></html>",
    )
    assert extracted == Extracted(
        "# Storage classes\n\nSee the guide on `s3_bucket` and *this*.\n\n"
        "**Term:** a definition\n\n"
        "## List\n\n- one\n  - nested\n- two\n\n1. first\n2. second\n\n"
        "| Class | Price |\n| --- | --- |\n| Standard | high er |\n",
        title="A page",
    )


def test_what_a_browser_does_not_show_is_not_text(tmp_path: Path) -> None:
    text = html(
        tmp_path,
        "<h1>Title</h1><script>evil()</script><style>p{}</style><!-- comment --><p hidden>a</p>"
        "<p style='color:red; display : none'>b</p><div aria-hidden='true'><p hidden>c</p></div>"
        "<noscript>d</noscript><template>e</template><nav>menu</nav><button>Copy</button>"
        "<iframe src='http://127.0.0.1:9/'>f</iframe>"
        "<img src='http://127.0.0.1:9/x.png' alt='A plot'>"
        "<p>Shown <svg><text>g</text></svg></p>"
        "<math><mi>x</mi><annotation encoding='application/x-tex'>x^2</annotation></math>",
    ).text
    assert text == "# Title\n\nA plot\n\nShown\n\n$x^2$\n"


@pytest.mark.parametrize(
    "data",
    [
        "<p>Größe</p>".encode(),
        "<meta charset='iso-8859-1'><p>Größe</p>".encode("latin-1"),
        "<?xml version='1.0' encoding='utf-8'?><html><p>Größe</p></html>".encode(),
        "<meta charset='latin-1'><p>Größe</p>".encode(),
        "<p>Größe</p>".encode("utf-16"),
    ],
)
def test_html_encodings(tmp_path: Path, data: bytes) -> None:
    assert html(tmp_path, data).text == "Größe\n"


def test_html_paragraphs_are_lines_wherever_the_markup_breaks_them(tmp_path: Path) -> None:
    text = html(
        tmp_path,
        "<p>It is set\nin the <a href='/x'>window\nof</a> options,<br>or nowhere.</p>"
        "<ul><li>One\nitem</ul><pre>a\n  b</pre>",
    ).text
    assert text == (
        "It is set in the window of options,\nor nowhere.\n\n- One item\n\n```\na\n  b\n```\n"
    )


def test_html_menus_and_columns_beside_the_main_part_go(tmp_path: Path) -> None:
    markup = (
        "<div>Menu</div><div role='{0}'><div role='navigation'>Up</div>"
        "<h2>Waves <a href='#waves'>¶</a></h2><p>They <a href='/x'>bend</a>.</p></div><div>Ad</div>"
    )
    assert html(tmp_path, markup.format("main")).text == "## Waves\n\nThey bend.\n"
    assert html(tmp_path, markup.format("group")).text == ("Menu\n\n## Waves\n\nThey bend.\n\nAd\n")


def test_html_nested_beyond_reason_still_gives_its_text(tmp_path: Path) -> None:
    assert "deep" in html(tmp_path, "<div>" * 3000 + "deep" + "</div>" * 3000).text


def test_html_without_words_is_empty(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="empty"):
        html(tmp_path, "<html><script>x</script></html>")


def test_docx_becomes_markdown(tmp_path: Path) -> None:
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = [("Class", "Price"), ("Standard", "high_er")]
    table = "".join("<w:tr>" + "".join(map(cell.format, row)) + "</w:tr>" for row in rows)
    path = make_docx(
        tmp_path / "a.docx",
        paragraph("Storage", '<w:pStyle w:val="H1"/>')
        + paragraph("Two \ufb01les")
        + paragraph("Kinds", '<w:pStyle w:val="H2"/>')
        + item("one", 0)
        + item("nested", 1)
        + item("two", 0)
        + f"<w:tbl>{table}</w:tbl>"
        + "<w:p><w:r><w:t>Energy </w:t></w:r><m:oMath><m:r><m:t>E=m</m:t></m:r></m:oMath></w:p>"
        + '<w:p><w:del w:id="1"><w:r><w:delText>deleted</w:delText></w:r></w:del></w:p>',
    )
    assert read_file(path) == Extracted(
        "# Storage\n\nTwo files\n\n## Kinds\n\n- one\n  - nested\n- two\n\n"
        "| Class | Price |\n| --- | --- |\n| Standard | high_er |\n\nEnergy $E=m$\n",
        title="Storage",
    )


def test_docx_whose_main_part_has_another_name(tmp_path: Path) -> None:
    path = make_docx(tmp_path / "a.docx", paragraph("Text."))
    renamed = tmp_path / "b.docx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(renamed, "w") as target:
        for name in source.namelist():
            data = source.read(name).replace(b"word/document.xml", b"word/document2.xml")
            target.writestr(name.replace("document.xml", "document2.xml"), data)
    assert read_file(renamed).text == "Text.\n"


def test_docx_title_from_its_properties(tmp_path: Path) -> None:
    core = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>On Trees</dc:title>'
        "</cp:coreProperties>"
    )
    path = make_docx(tmp_path / "a.docx", paragraph("Text."), docProps__core_dot_xml=core)
    assert read_file(path) == Extracted("Text.\n", title="On Trees")


def test_docx_pictures_are_not_read(tmp_path: Path) -> None:
    path = make_docx(
        tmp_path / "a.docx", paragraph("Text."), word__media__image1_dot_png=b"\0" * 5_000_000
    )
    assert read_file(path).text == "Text.\n"


def test_pptx_slides_are_pages(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    shapes: Any = first.shapes
    shapes.title.text = "Storage\x0bclasses"
    frame = shapes.placeholders[1].text_frame
    frame.text = "Standard"
    nested = frame.add_paragraph()
    nested.text, nested.level = "for hot data", 1
    first.notes_slide.notes_text_frame.text = "Say it slowly."
    deck.slides.add_slide(deck.slide_layouts[6])
    second: Any = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Prices"
    table = second.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for index, words in enumerate(["Class", "Price", "A|B", "low"]):
        table.cell(index // 2, index % 2).text = words
    box = second.shapes.add_textbox(Inches(1), Inches(2), Inches(3), Inches(1))
    box.text_frame.text = "Above the table."
    data: Any = CategoryChartData()  # type: ignore[no-untyped-call]
    data.categories = ["2023", "2024"]
    data.add_series("Cost", (1.5, 2))
    second.shapes.add_chart(
        XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(5), Inches(3), Inches(2), data
    )
    path = tmp_path / "a.pptx"
    deck.save(str(path))
    extracted = read_file(path)
    one = "# Storage classes\n\n- Standard\n  - for hot data\n\n## Notes\n\nSay it slowly.\n"
    two = (
        "# Prices\n\nAbove the table.\n\n| Class | Price |\n| --- | --- |\n| A\\|B | low |\n\n"
        "|  | Cost |\n| --- | --- |\n| 2023 | 1.5 |\n| 2024 | 2 |\n"
    )
    assert extracted == Extracted(
        f"{one}\n{two}",
        title="Storage classes",
        pages=(
            Page(1, 0, len(one)),
            Page(2, len(one), len(one)),
            Page(3, len(one) + 1, len(one) + 1 + len(two)),
        ),
        toc=(TocEntry("Storage classes", 1, 1), TocEntry("Prices", 1, 3)),
    )


@pytest.mark.parametrize(("suffix", "kind"), [(".docx", "Word"), (".pptx", "PowerPoint")])
class TestTraps:
    """Archives that are not what they say, for both formats."""

    def refusal(self, path: Path) -> LoadError:
        with pytest.raises(LoadError) as caught:
            read_file(path)
        return caught.value

    def test_not_an_archive(self, tmp_path: Path, suffix: str, kind: str) -> None:
        path = tmp_path / f"a{suffix}"
        path.write_bytes(b"plain words")
        assert self.refusal(path).message == f"the content is not a {kind} file"

    def test_another_archive(self, tmp_path: Path, suffix: str, kind: str) -> None:
        path = tmp_path / f"a{suffix}"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
        assert self.refusal(path).message == f"the content is not a {kind} file"

    def test_cut_off(self, tmp_path: Path, suffix: str, kind: str) -> None:
        path = make_docx(tmp_path / f"a{suffix}", paragraph("Text."))
        path.write_bytes(path.read_bytes()[:400])
        assert self.refusal(path).message == f"the {kind} file is damaged"

    def test_encrypted_and_old(self, tmp_path: Path, suffix: str, kind: str) -> None:
        path = tmp_path / f"a{suffix}"
        container = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
        path.write_bytes(container + "EncryptedPackage".encode("utf-16-le"))
        assert self.refusal(path).message == "the file is encrypted"
        path.write_bytes(container)
        assert self.refusal(path).message == f"the content is not a {kind} file"

    def test_zip_bomb(self, tmp_path: Path, suffix: str, kind: str) -> None:
        path = make_docx(
            tmp_path / f"a{suffix}",
            paragraph("Text."),
            ppt__presentation_dot_xml="<x/>",
            word__bomb_dot_xml=b" " * 40_000_000,
        )
        assert path.stat().st_size < 100_000
        assert self.refusal(path).message.startswith("the file unpacks to more than 300 MB")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
    def test_entities(self, tmp_path: Path, suffix: str, kind: str, encoding: str) -> None:
        laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
        bomb = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><x>&l9;</x>'.encode(encoding)
        path = make_docx(
            tmp_path / f"a{suffix}",
            paragraph("Text."),
            ppt__presentation_dot_xml="<x/>",
            word__styles_dot_xml=bomb,
        )
        error = self.refusal(path)
        assert error.message == f"the {kind} file is damaged"
        assert "document type" in error.hint

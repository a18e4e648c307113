"""Small PDF files, made with every line where it is told to stand."""

from __future__ import annotations

from collections.abc import Sequence

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, StreamObject

# Where a line stands, how large it is, and what it says.
Text = tuple[float, float, float, str]


def make_pdf(pages: Sequence[Sequence[Text]], *, image: bool = False) -> PdfWriter:
    """A PDF in Helvetica with each line where it is told to stand."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
            NameObject("/Encoding"): NameObject("/WinAnsiEncoding"),
        }
    )
    for lines in pages:
        page = writer.add_blank_page(595, 842)
        resources = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        content = StreamObject()
        drawn = [
            b"BT /F1 %g Tf %g %g Td (%s) Tj ET" % (size, x, y, text.encode("cp1252"))
            for x, y, size, text in lines
        ]
        content.set_data(b"\n".join(drawn))
        if image:
            picture = StreamObject()
            picture.update(
                {
                    NameObject("/Type"): NameObject("/XObject"),
                    NameObject("/Subtype"): NameObject("/Image"),
                    NameObject("/Width"): NumberObject(1),
                    NameObject("/Height"): NumberObject(1),
                    NameObject("/BitsPerComponent"): NumberObject(8),
                    NameObject("/ColorSpace"): NameObject("/DeviceGray"),
                }
            )
            picture.set_data(b"\x80")
            resources[NameObject("/XObject")] = DictionaryObject(
                {NameObject("/Im1"): writer._add_object(picture)}
            )
        page[NameObject("/Resources")] = resources
        page[NameObject("/Contents")] = writer._add_object(content)
    return writer


def column(*lines: str, top: float = 700, x: float = 72) -> list[Text]:
    """Lines under each other, twelve points apart; an empty one leaves its place free."""
    return [(x, top - 12 * number, 10, text) for number, text in enumerate(lines) if text]

from __future__ import annotations

import re

from assistant.library import Library
from assistant.types import Document, Page, Passage, Unit
from assistant.ui.reader import opened

TEXT = """# Zebras & co

They say <script>alert(1)</script> & <img src=x onerror=alert(2)> [a](http://example.com).

## Stripes

- One is **black**.
- One is white.

| Part | Count |
|---|---|
| legs | 4 |
| ears | 2 |

The end.
"""
SAID = TEXT.index("They"), TEXT.index("## S") - 2


class Shelf:
    """Two documents, of which the first has the text above."""

    def __init__(self, pages: tuple[Page, ...] = ()) -> None:
        self.pages = pages

    def passages(self) -> tuple[Passage, ...]:
        top, below = ("Zebras", "Zebras & co"), ("Zebras & co", "Stripes")
        return (
            passage("d", ("Zebras & co",), *SAID),
            passage("d", below, TEXT.index("- One"), len(TEXT) - 1),
            passage("e", top, 0, 5),
        )

    def document(self, doc_id: str) -> Document:
        text = TEXT if doc_id == "d" else "Other"
        return Document(doc_id, f'{doc_id}"<.md', "Title", "0", text, self.pages)


def passage(doc_id: str, heading: tuple[str, ...], start: int, end: int) -> Passage:
    text = (TEXT if doc_id == "d" else "Other")[start:end]
    unit = Unit("sentence", start, end)
    name = f'{doc_id}"<.md'
    return Passage(
        f"{doc_id}-{start}", doc_id, name, heading, None, None, start, end, text, units=(unit,)
    )


def test_the_first_document_opens_at_its_beginning() -> None:
    html = opened(Shelf(), [])
    assert '<option value="d" selected>d&quot;&lt;.md</option>' in html
    assert '<h2 id="reader-0">Zebras &amp; co</h2>' in html
    assert "Stripes</h" not in html
    assert (
        '<button type="button" class="open-reader" data-doc="d" data-start="0" aria-current' in html
    )
    assert ">Next chapter<" in html
    assert "<mark" not in html


def test_only_own_tags_come_out() -> None:
    html = opened(Shelf(), ["d", *SAID])
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;img" in html
    assert not re.search(r"<(?:script|img|b>)|\shref=\"http|\son\w+=\"", html)


def test_the_cited_words_are_marked_once_as_the_place() -> None:
    html = opened(Shelf(), ["d", *SAID])
    assert '<mark id="reader-quote">They say &lt;script&gt;' in html
    at = TEXT.index("One is **"), TEXT.index("- One is white")
    html = opened(Shelf(), ["d", *map(str, at)])
    assert '<li><mark id="reader-quote">One is <strong>black</strong>.</mark></li>' in html
    assert html.count("<mark") == 1


def test_a_chapter_has_headings_lists_and_tables() -> None:
    html = opened(Shelf(), ["d", TEXT.index("legs"), TEXT.index("legs")])
    assert "Stripes</h2>" in html
    assert "<li>One is white.</li></ul>" in html
    assert "<tr><th>Part</th><th>Count</th></tr><tr><td>legs</td><td>4</td></tr>" in html
    assert ">Previous chapter<" in html
    assert ">Next chapter<" not in html


def test_a_mark_over_heading_and_text_is_one_place() -> None:
    html = opened(Shelf(), ["d", TEXT.index("## S"), TEXT.index("- One is white")])
    assert html.count('id="reader-quote"') == 1
    assert "<mark>One is <strong>black</strong>.</mark>" in html
    assert '<mark id="reader-quote">Stripes</mark></h2>' in html


def test_pages_stand_where_they_begin_and_never_inside_a_table() -> None:
    row = TEXT.index("| legs")
    html = opened(Shelf((Page(1, 0, row), Page(2, row, len(TEXT), "ii"))), ["d", row, row])
    assert '<p class="reader-number">p. 1</p>' in html
    assert '</table></div><p class="reader-number">p. ii</p><p>The end.</p>' in html


def test_what_is_no_place_is_said_or_begins_at_the_beginning() -> None:
    assert "not in the library any more" in opened(Shelf(), ["gone", 0, 0])
    assert '<h2 id="reader-0">' in opened(Shelf(), ["d", "x", None])
    assert '<h2 id="reader-0">' in opened(Shelf(), ["d", -5, 10**9])


def test_the_sheet_is_read_with_the_pages_of_its_contents(cheat_sheet: Library) -> None:
    passages = cheat_sheet.passages()
    rag = next(each for each in passages if each.text.startswith("Definition: Retrieval"))
    unit = rag.units[0]
    html = opened(cheat_sheet, [rag.doc_id, unit.start, unit.end])
    assert '<p class="reader-number">pp. 27–29</p>' in html
    assert "Retrieval-Augmented Generation (RAG)</h2>" in html
    assert "How Retrieval-Augmented Generation Works</h3>" in html
    marked = re.search(r'<mark id="reader-quote">(.*?)</mark>', html)
    assert marked is not None
    assert marked[1].startswith("Definition: Retrieval-augmented generation (RAG)")
    assert html.count('aria-current="true"') == 1

from __future__ import annotations

from assistant.chapters import LONGEST, chapter_at, chapters
from assistant.chunk import Chunking, chunk
from assistant.library import Library
from assistant.outline import parse
from assistant.types import Document, Extracted, Page, Passage

BOOK = """# Weather

Clouds are made of water.

## Clouds

Cumulus clouds look like cotton.

### Names

- Cirrus consists of ice.
- Stratus is grey.

## Wind

Wind is air that moves.
"""


def read(text: str, pages: tuple[Page, ...] = ()) -> tuple[Document, list[Passage]]:
    outline = parse(Extracted(text, "Book"))
    document = Document("d", "book.md", "Book", "0", text, pages, outline)
    sizes = Chunking(target=40, small=0)
    words = lambda texts: [len(each.split()) for each in texts]  # noqa: E731
    return document, chunk(document, words, 40, sizes)


def test_chapters_cover_the_text_and_begin_at_their_headings() -> None:
    document, passages = read(BOOK)
    found = chapters(document, passages)
    assert "".join(BOOK[each.start : each.end] for each in found) == BOOK
    assert [each.path for each in found] == [
        ("Weather",),
        ("Weather", "Clouds"),
        ("Weather", "Wind"),
    ]
    assert [BOOK[each.start :].split("\n")[0] for each in found] == [
        "# Weather",
        "## Clouds",
        "## Wind",
    ]


def test_headings_are_lines_of_the_text_with_their_level() -> None:
    document, passages = read(BOOK)
    headings = [h for each in chapters(document, passages) for h in each.headings]
    assert [(h.title, h.level) for h in headings] == [
        ("Weather", 0),
        ("Clouds", 1),
        ("Names", 2),
        ("Wind", 1),
    ]
    assert BOOK[headings[2].start : headings[2].end] == "### Names"


def test_a_place_is_in_its_chapter() -> None:
    document, passages = read(BOOK)
    found = chapters(document, passages)
    assert chapter_at(found, BOOK.index("Stratus")).path == ("Weather", "Clouds")
    assert chapter_at(found, 0) is found[0]
    assert chapter_at(found, 10**9) is found[-1]


def test_pages_begin_where_they_do() -> None:
    middle = BOOK.index("### Names")
    pages = (Page(1, 0, middle, "i"), Page(2, middle, len(BOOK)))
    document, passages = read(BOOK, pages)
    _, clouds, wind = chapters(document, passages)
    assert clouds.pages == ((clouds.start, "p. i"), (middle, "p. 2"))
    assert wind.pages == ((wind.start, "p. 2"),)


def test_a_document_without_headings_or_passages_is_one_chapter() -> None:
    document, passages = read("It rains.\n")
    assert [(c.path, c.start, c.end) for c in chapters(document, passages)] == [((), 0, 10)]
    assert [(c.path, c.start, c.end) for c in chapters(document, [])] == [((), 0, 10)]


def test_a_long_chapter_is_read_in_parts() -> None:
    line = "The rain in Spain stays mainly in the plain, says the fifth line of the song.\n\n"
    document, passages = read(line * (2 * LONGEST // len(line)))
    found = chapters(document, passages)
    assert [(each.part, each.parts) for each in found] == [(1, 3), (2, 3), (3, 3)]
    assert all(each.end - each.start <= LONGEST + len(line) for each in found)
    assert "".join(document.text[each.start : each.end] for each in found) == document.text


def test_every_chapter_of_the_sheet_has_its_heading_and_pages(cheat_sheet: Library) -> None:
    passages = cheat_sheet.passages()
    document = cheat_sheet.document(passages[0].doc_id)
    found = chapters(document, passages)
    assert len(found) == 50
    assert all(any(h.level == 1 for h in each.headings) for each in found[1:])
    rag = next(each for each in found if "(RAG)" in each.path[-1])
    assert rag.pages == ((rag.start, "pp. 27–29"),)
    assert all(len([h for h in each.headings if h.level == 1]) == 1 for each in found[1:])

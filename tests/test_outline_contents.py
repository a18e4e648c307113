"""Tables of contents: printed ones with leaders or tabs, and the bookmarks of a PDF."""

from __future__ import annotations

import pytest
from outlines import contents_of, headings

from assistant.outline import parse
from assistant.outline.contents import find_contents, find_listings
from assistant.outline.lines import split_lines
from assistant.types import Extracted, Page, TocEntry

PROSE = "The text of this section is a whole sentence, as prose is."
TITLES = ["Light", "Lenses", "Mirrors and prisms", "Waves", "Interference"]
BODY = "\n\n".join(f"{title}\n\n{PROSE}" for title in TITLES)


def printed(leader: str) -> str:
    """A table of contents with such leaders, and the body."""
    lines = [f"{title}{leader}{2 * i + 1}" for i, title in enumerate(TITLES)]
    return "Optics\n\nContents\n" + "\n".join(lines) + f"\n\n{BODY}"


@pytest.mark.parametrize("leader", ["\t", " ..... ", " . . . . ", "....", "\t..."])
def test_tabs_and_dot_leaders(leader: str) -> None:
    text = printed(leader)
    assert headings(text) == TITLES
    assert [(s.page_start, s.page_end) for s in parse(Extracted(text))] == [
        (1, 2), (3, 4), (5, 6), (7, 8), (9, 9),
    ]  # fmt: skip


def test_spaces_are_no_leader() -> None:
    assert find_contents(tuple(split_lines(printed("    ")))) == ((), range(0))


def test_entries_without_leaders_belong_when_their_pages_fit() -> None:
    lines = ["1 Light 1", *(f"1.{i} {t} ..... {i + 1}" for i, t in enumerate(TITLES)), "Index 40"]
    entries, region = find_contents(tuple(split_lines("\n".join([*lines, "", "Text 3"]))))
    assert [(e.title, e.level, e.page) for e in entries[:2]] == [
        ("1 Light", 1, 1),
        ("1.0 Light", 2, 1),
    ]
    assert (entries[-1].title, region) == ("Index", range(len(lines)))


def test_the_table_and_its_title_are_no_content() -> None:
    sections = parse(Extracted(text := printed("\t")))
    assert [words for s in sections for words in contents_of(text, s)] == [PROSE] * 5


def test_parts_stand_above_their_chapters_even_without_a_line_of_their_own() -> None:
    table = (
        "Part A\t\nLight\t1\nLenses\t3\nMirrors and prisms\t5\nPart B\nWaves\t7\nInterference\t9"
    )
    assert headings(f"{table}\n\n{BODY}") == [
        "Part A/Light", "Part A/Lenses", "Part A/Mirrors and prisms",
        "Part B/Waves", "Part B/Interference",
    ]  # fmt: skip


def test_section_numbers_nest_and_need_not_be_in_the_text() -> None:
    table = "1 Light\t1\n1.1 Lenses\t3\n1.2 Mirrors & prisms\t5\n2 Waves\t7\n2.1 Interference\t9"
    text = f"{table}\n\n{BODY}".replace("Mirrors and", "Mirrors  and")
    assert headings(text)[:2] == ["1 Light", "1 Light/1.1 Lenses"]
    assert headings(text)[-1] == "2 Waves/2.1 Interference"


def test_nearly_equal_titles_match() -> None:
    text = printed("\t").replace("\nMirrors and prisms\n", "\nMirrors and Prism\n")
    assert headings(text) == TITLES


def test_a_table_of_figures_is_no_table_of_contents() -> None:
    rows = "\n".join(f"{2001 + i}\t{i + 1}" for i in range(9))
    text = f"Sales\n\nYear\tSales\n{rows}\n\nThe company grew."
    (section,) = parse(Extracted(text))
    assert len(contents_of(text, section)) == 11


def test_titles_match_in_order_and_only_behind_the_table() -> None:
    # ``Light`` stands before the table as well, and ``Waves`` a second time too early.
    text = f"Light\n\n{PROSE}\n\n" + printed("\t").replace("Lenses\n\n", "Lenses\n\nWaves\n\n", 1)
    assert headings(text)[-5:] == ["Light", "Lenses/Waves", *TITLES[2:]]


FIGURES = [f"{i // 5 + 1}.{i % 5 + 1}. Picture of a lens ... {2 * i + 3}" for i in range(12)]
INDEX = [
    "Aberration ... 4, 17",
    "Angle ... 8",
    "B",
    "Beam ... 3–5",
    "Camera ... 20",
    "Colour ... 9",
]
INDEX += [
    "Colour ... 9",
    "Dispersion ... 11",
    "E",
    "Eye ... 7",
    "Focus ... 6",
    "Glass ... xii",
    "Image ... 2, 3",
]
PRICES = [f"Lens {'ACBEDHFGIJLK'[i]} ..... {(7 * i) % 12 + 1}" for i in range(12)]


@pytest.mark.parametrize("listing", [FIGURES, INDEX])
def test_listings_of_figures_and_an_index_are_no_content(listing: list[str]) -> None:
    text = "\n".join([PROSE, *listing, "", PROSE])
    assert find_listings(tuple(split_lines(text))) == frozenset(range(1, 1 + len(listing)))
    assert [words for s in parse(Extracted(text)) for words in contents_of(text, s)] == [PROSE] * 2


@pytest.mark.parametrize("lines", [PRICES, FIGURES[:9]])
def test_prices_and_short_listings_stay(lines: list[str]) -> None:
    assert not find_listings(tuple(split_lines("\n".join(lines))))


def test_a_printed_table_counts_pages_in_its_own_way() -> None:
    # The body begins on the eighth page of the file, which is printed as the first.
    table = "\n".join(f"{title} ..... {i + 1}" for i, title in enumerate(TITLES))
    text, pages = pages_of(table, *["\n\nPreface."] * 6, *(f"\n\n{t}\n\n{PROSE}" for t in TITLES))
    sections = parse(Extracted(text, pages=pages))
    assert [s.heading for s in sections][-5:] == [(title,) for title in TITLES]
    assert not any("....." in words for s in sections for words in contents_of(text, s))


def pages_of(*texts: str) -> tuple[str, tuple[Page, ...]]:
    starts = [sum(len(text) for text in texts[:i]) for i in range(len(texts))]
    pages = [Page(i, a, a + len(t)) for i, (a, t) in enumerate(zip(starts, texts, strict=True), 1)]
    return "".join(texts), tuple(pages)


def test_bookmarks_are_placed_on_their_pages() -> None:
    same = f"Exercises\n\n{PROSE}\n\n"
    text, pages = pages_of(*[f"Chapter {n}\n\n{PROSE}\n\n{same}" for n in range(1, 7)])
    toc = (TocEntry("Chapter 1", 1, 1), TocEntry("Exercises", 2, 1), TocEntry("Exercises", 2, 6))
    sections = parse(Extracted(text, pages=pages, toc=toc))
    found = [(s.heading, s.blocks[0].start) for s in sections]
    assert found == [
        (("Chapter 1",), 0),
        (("Chapter 1", "Exercises"), text.index("Exercises")),
        (("Chapter 1", "Exercises"), text.rindex("Exercises")),
    ]
    # The page map of the document decides, not the numbers in the bookmarks.
    assert {(s.page_start, s.page_end) for s in sections} == {(None, None)}


def test_bookmarks_of_several_levels_name_all_headings() -> None:
    text = f"One\n\n{PROSE}\n\nOne A\n\n{PROSE}\n\nA Plain Title\n\n{PROSE}"
    toc = (TocEntry("One", 1), TocEntry("One A", 2))
    assert ["/".join(s.heading) for s in parse(Extracted(text, toc=toc))] == ["One", "One/One A"]
    assert ["/".join(s.heading) for s in parse(Extracted(text, toc=toc[:1]))] == [
        "One", "One/One A", "One/A Plain Title",
    ]  # fmt: skip


def test_bookmarks_that_are_nowhere_in_the_text_change_nothing() -> None:
    toc = tuple(TocEntry(f"Slide {i}", 1, i) for i in range(1, 9))
    plain = f"A Plain Title\n\n{PROSE}\n\nAnother Title\n\n{PROSE}"
    assert [s.heading for s in parse(Extracted(plain, toc=toc))] == [
        ("A Plain Title",), ("Another Title",),
    ]  # fmt: skip

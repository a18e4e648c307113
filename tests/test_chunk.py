"""Passages: exact, within the encoder's reach, in order, each word once."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from outlines import document
from test_outline import TEXTS

from assistant.chunk import Chunking, chunk, context_of, embedded_text
from assistant.embed import SentenceEncoder
from assistant.outline import CONTENT, title_of
from assistant.types import Document, Page, Passage

SHEET = (Path(__file__).parents[1] / "corpus/aws-mla-c01-cheat-sheet.txt").read_text("utf-8")
ENCODER = SentenceEncoder()
LIMIT = 256
WORDS = "a transformer, models! learn attention; weights: encoder Übergröße 漢字"
LONG = st.integers(1, 400).flatmap(
    lambda n: st.sampled_from([(WORDS + " ") * (n // 9 + 1), "漢字、" * n, "x" * n, "long-" * n])
)


DEFAULT = Chunking()


def cut(source: Document, sizes: Chunking = DEFAULT, limit: int = LIMIT) -> list[Passage]:
    return chunk(source, ENCODER.count_tokens, limit, sizes)


def check(source: Document, passages: Sequence[Passage], limit: int = LIMIT) -> None:
    """Everything that is promised of passages, whatever the text."""
    counts = ENCODER.count_tokens([embedded_text(passage) for passage in passages])
    assert all(count + 2 <= limit for count in counts)
    end = 0
    for number, passage in enumerate(passages, 1):
        assert source.text[passage.start : passage.end] == passage.text
        assert end <= passage.start < passage.end
        assert passage.passage_id == f"{source.doc_id}-{number}"
        end = at = passage.end
        at = passage.start
        for unit in passage.units:
            assert at <= unit.start < unit.end <= passage.end
            at = unit.end
    check_blocks(source, passages)


def check_blocks(source: Document, passages: Sequence[Passage]) -> None:
    """Every content block is in passages, each character of it once, and no noise is in any."""
    chapters: list[set[int]] = [set() for _ in passages]
    for section in source.outline:
        for block in section.blocks:
            inside = [
                (i, max(block.start, p.start), min(block.end, p.end))
                for i, p in enumerate(passages)
                if p.start < block.end and block.start < p.end
            ]
            if block.kind in CONTENT:
                held = "".join(source.text[a:b] for _, a, b in inside)
                whole = source.text[block.start : block.end]
                assert "".join(held.split()) == "".join(whole.split())
                for i, *_ in inside:
                    chapters[i].add(section.chapter)
            else:
                assert not inside or block.kind == "heading"
    assert all(len(numbers) == 1 for numbers in chapters)


@settings(deadline=None)
@given(st.lists(st.one_of(TEXTS, LONG), max_size=4).map("\n\n".join))
@example("x" * 100_000)
@example("漢" * 5_000)
@example("")
@example("# " + "heading " * 300 + "\n\nText.\n\n# " + "x" * 9000 + "\n\nMore.")
@example("| " + "name | " * 300 + "\n" + "| a | b |\n" * 90)
@example("\n".join(f"{'#' * i} " + "deep " * 60 + "\n" for i in range(1, 7)) + "\nText.")
@example("[a](http://" + "b/" * 900 + ") and more")
@example("1.1 Part\n:\n2) two\n# Title\n\nText.")
@example("<a " + "b " * 90 + "\n\n" + "c> " * 90)
def test_any_text(text: str) -> None:
    source = document(text)
    check(source, cut(source))


@settings(deadline=None, max_examples=30)
@given(TEXTS, st.integers(12, 64))
def test_any_text_and_a_small_encoder(text: str, limit: int) -> None:
    source = document(text)
    check(source, cut(source, limit=limit), limit)


@pytest.fixture(scope="module")
def sheet() -> Document:
    return document(SHEET)


@pytest.mark.parametrize("sizes", [Chunking(), Chunking(120, 30), Chunking(256, 0)])
def test_the_cheat_sheet(sheet: Document, sizes: Chunking) -> None:
    passages = cut(sheet, sizes)
    check(sheet, passages, sizes.target)
    texts = "\n".join(p.text for p in passages)
    assert "Reference:" not in texts
    assert "[Train](#)" not in texts
    assert "\n|\n" not in f"\n{texts}\n"
    assert "https://docs.aws.amazon.com" not in texts


def texts_of(file: Path) -> list[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_documentation_in_markdown(shared_data: Path) -> None:
    for page in texts_of(shared_data / "awsdocs" / "corpus.jsonl.gz")[::90]:
        source = document(page["text"])
        check(source, cut(source))
        titles = {section.heading[0] for section in source.outline if section.heading}
        assert title_of(page["title"]) in titles, page["_id"]
        assert not any("<a name" in part for s in source.outline for part in s.heading)


def test_abstracts_without_any_structure(shared_data: Path) -> None:
    for abstract in texts_of(shared_data / "cranfield" / "corpus.jsonl.gz")[::30]:
        source = document(abstract["text"])
        check(source, cut(source))
        assert {section.heading for section in source.outline} <= {()}


def test_a_chapters_addresses_and_pages_are_known_to_its_passages(sheet: Document) -> None:
    own = [p for p in cut(sheet) if "Neural Networks" in p.heading]
    assert {(p.page_start, p.page_end) for p in own} == {(35, 36)}
    assert {p.references for p in own} == {("https://aws.amazon.com/what-is/neural-network/",)}


def test_a_section_that_fits_is_one_passage() -> None:
    (passage,) = cut(document("# Cells\n\nThey divide.\n\n- And grow.\n- And die."))
    assert (passage.heading, passage.kind) == (("Cells",), "list")
    assert passage.text == "They divide.\n\n- And grow.\n- And die."
    assert " ".join(embedded_text(passage).split()) == "Cells They divide. And grow. And die."


def test_small_neighbours_stand_together_under_what_they_share() -> None:
    text = "# A\n\nIntro.\n\n## B\n\nOf b.\n\n## C\n\nOf c.\n\n# D\n\nOf d."
    first, second = cut(document(text))
    assert (first.heading, first.text) == (("A",), text[5 : text.index("\n\n# D")])
    assert [unit.heading for unit in first.units] == [(), ("B",), ("C",)]
    assert (second.heading, second.text) == (("D",), "Of d.")
    apart = cut(document(text), Chunking(small=0))
    assert [p.text for p in apart] == ["Intro.", "Of b.", "Of c.", "Of d."]


def test_joined_sections_begin_with_their_own_heading() -> None:
    text = "# Book\n\n# A\n\n## B\n\nOf b.\n\n## C\n\nOf c.\n\n# D\n\nOf d."
    first = cut(document(text))[0]
    assert (first.heading, first.text) == (("A",), "## B\n\nOf b.\n\n## C\n\nOf c.")


def test_what_belongs_in_no_passage_parts_neighbours() -> None:
    ends = "Of b.\n\n|", "Of c.\n\n## D\n\nhttps://a.org", "Of e."
    text = "# A\n\n" + "".join(f"## Part\n\n{end}\n\n" for end in ends) + "# F\n\nOf f."
    assert [p.text for p in cut(document(text))] == ["Of b.", "Of c.", "Of e.", "Of f."]


def test_a_table_cut_in_two_repeats_its_header() -> None:
    rows = [f"| Service number {i} | does the thing that {i} says, and more |" for i in range(40)]
    source = document("# Services\n\n| Service | Use |\n| --- | --- |\n" + "\n".join(rows))
    first, *others = cut(source)
    assert first.header == ""
    assert first.text.startswith("| Service | Use |")
    assert {p.header for p in others} == {"| Service | Use |"}
    assert {p.kind for p in (first, *others)} == {"table"}
    units = [source.text[u.start : u.end] for p in (first, *others) for u in p.units]
    assert units == rows
    assert embedded_text(others[0]).split("\n")[1].split() == ["Service", "Use"]


def test_a_heading_is_not_left_without_its_text() -> None:
    lead = "The following things are to be done, in this order:"
    filler = "\n\n".join("A sentence of some length that fills up the passage." for _ in range(14))
    source = document(f"# T\n\n{filler}\n\n{lead}\n\n" + "- A thing to do now.\n" * 12)
    assert not any(p.text.endswith(lead) for p in cut(source))


def test_overlong_headings_lose_their_outer_parts_first() -> None:
    words = " ".join(f"word{i}" for i in range(300))
    (passage,) = cut(document(f"# {words}\n\n## Close to the text\n\nThe text itself."))
    assert passage.heading == ("Close to the text",)
    (passage,) = cut(document(f"# {words}\n\nThe text itself.\n\n# B"))
    assert passage.heading[0].endswith("…")
    assert words.startswith(passage.heading[0][:-1])


def test_long_prose_is_cut_between_sentences() -> None:
    prose = " ".join(f"Sentence number {i} says very little about it." for i in range(100))
    passages = cut(document(prose))
    assert all(p.text.endswith(".") and p.text.startswith("Sentence") for p in passages)
    assert len({len(p.text) // 200 for p in passages}) <= 2


def test_pages_and_printed_labels() -> None:
    text = "One page of text.\n\nAnother page of text.\n\nThe last one."
    at = [0, text.index("Another"), text.index("The last"), len(text)]
    pages = tuple(Page(i + 1, at[i], at[i + 1], label) for i, label in enumerate(("ii", None, "1")))
    (passage,) = cut(replace(document(text), pages=pages))
    assert (passage.page_start, passage.page_end, passage.page_label) == (1, 3, "ii–1")
    bare = tuple(replace(page, label=None) for page in pages)
    (passage,) = cut(replace(document(text), pages=bare))
    assert (passage.page_start, passage.page_end, passage.page_label) == (1, 3, None)


def test_context_is_what_stands_before_the_text() -> None:
    assert context_of((), "") == ""
    passage = cut(document("# A\n\n## B\n\n**Bold** text."))[0]
    assert embedded_text(passage) == "A › B\n  Bold   text."


def test_the_fingerprint_names_the_settings() -> None:
    assert Chunking(100, 20).fingerprint() != Chunking(100, 30).fingerprint()
    assert Chunking().fingerprint().startswith("sections-4/")

from __future__ import annotations

import re

import pytest

from assistant.errors import LibraryError
from assistant.library import Library
from assistant.lookup import Found, Within
from assistant.types import Hit, Mode, Passage, Unit
from assistant.ui import lookup
from assistant.ui.lookup import READING, RELEVANCE, card, quotation, results

EVIL = '- Zebras **say** <script>alert(1)</script> "twice" & run.'


def passage(text: str = EVIL, start: int = 100) -> Passage:
    unit = Unit("item", start + 2, start + len(text))
    heading = ("Animals", "<b>Zebras</b>")
    return Passage(
        "d-1", "d", 'a"b.md', heading, 3, 3, start, start + len(text), text, units=(unit,)
    )


def found(*words: str) -> Found:
    own = passage()
    spans = [(own.text.index(word), len(word)) for word in words]
    marked = tuple((own.start + at, own.start + at + size) for at, size in spans)
    return Found(Hit(own, 1.0, 1), own.units[0], marked)


def test_nothing_typed_asks_for_words_and_searches_nothing() -> None:
    class Never:
        def look_up(self, question: str, k: int, mode: Mode, within: Within) -> list[Found]:
            raise AssertionError

        def passages(self) -> tuple[Passage, ...]:
            raise AssertionError

    assert results(Never(), "  ", "", "", "hybrid", RELEVANCE) == lookup.EMPTY


def test_a_card_escapes_marks_and_leads_to_the_reader() -> None:
    html = card(found("Zebras", "run"))
    assert "<script" not in html
    assert "&lt;b&gt;Zebras&lt;/b&gt;</h3>" in html
    assert '<p class="path">Animals</p>' in html
    assert "a&quot;b.md · p. 3" in html
    assert (
        '<mark id="best-1"><b class="match">Zebras</b> <strong>say</strong> &lt;script&gt;' in html
    )
    assert '<b class="match">run</b>.</mark>' in html
    end = 100 + len(EVIL)
    assert f'class="open-reader" data-doc="d" data-start="102" data-end="{end}"' in html


def test_a_quotation_has_its_words_and_its_place() -> None:
    place = '(a"b.md, Animals › <b>Zebras</b>, p. 3)'
    assert quotation(found()) == f'“Zebras say alert(1) "twice" & run.” {place}'


def test_results_are_sorted_and_filtered(cheat_sheet: Library) -> None:
    def starts(order: str, chapter: str = "") -> list[int]:
        html = results(cheat_sheet, "vector database", "", chapter, "hybrid", order)
        return [int(at) for at in re.findall(r'data-start="(\d+)"', html)]

    assert len(starts(RELEVANCE)) == lookup.COUNT
    assert starts(READING) == sorted(starts(RELEVANCE)) != starts(RELEVANCE)
    rag = "Data Formats & ML Concepts › Retrieval-Augmented Generation (RAG)"
    assert 0 < len(starts(RELEVANCE, rag)) < lookup.COUNT
    assert results(cheat_sheet, "xgboost", "", rag, "lexical", RELEVANCE) == lookup.NOTHING


def test_the_choices_are_the_documents_and_their_chapters(cheat_sheet: Library) -> None:
    doc_id = cheat_sheet.passages()[0].doc_id
    offered = lookup.documents(cheat_sheet, "gone")
    assert offered.choices == [("All documents", ""), ("aws-mla-c01-cheat-sheet.txt", doc_id)]
    assert offered.value == ""
    for chosen in ("", doc_id):
        chapters = lookup.chapters(cheat_sheet, chosen)
        assert len(chapters.choices) == 51
        assert chapters.visible
    assert not lookup.chapters(cheat_sheet, "gone").visible
    kept = str(chapters.choices[5][1])
    assert lookup.chapters(cheat_sheet, doc_id, kept).value == kept


class Broken:
    def look_up(self, question: str, k: int, mode: Mode, within: Within) -> list[Found]:
        raise LibraryError("There is no <library>.", "Run `assistant index`.")

    def passages(self) -> tuple[Passage, ...]:
        raise LibraryError("There is no <library>.")


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_what_is_wrong_is_said(mode: Mode) -> None:
    html = results(Broken(), "x", "", "", mode, RELEVANCE)
    assert "There is no &lt;library&gt;." in html
    assert "<code>assistant index</code>" in html
    assert lookup.documents(Broken(), None).choices == [("All documents", "")]

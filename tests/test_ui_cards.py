from __future__ import annotations

import re
from dataclasses import replace

import pytest

from assistant.types import Answer, Citation, Hit, Passage
from assistant.ui.cards import further, place, sources

OPENS = (
    '<button type="button" class="open-reader" data-doc="d1" data-start="{}" data-end="{}">'
    "Open in the reader</button></footer></article>"
)
PASSAGE = Passage(
    passage_id="p1",
    doc_id="d1",
    document="notes.txt",
    heading=("Search", "Retrieval"),
    page_start=27,
    page_end=27,
    start=100,
    end=140,
    text="**Dense** search is one. Lexical is two.",
)
OTHER = replace(PASSAGE, passage_id="p2", heading=(), text="Else.", page_start=None, page_end=None)
HOSTILE = replace(
    PASSAGE,
    passage_id="p3",
    document="<b>.txt",
    heading=("<i>Part</i>", "<script>alert(1)</script>"),
    page_label='"><img src=x onerror=alert(1)>',
    text='<img src=x onerror=alert(1)> ![x](http://example.com/a.png) [y](javascript:alert(1)) "',
)


def cite(marker: int, quote: str, passage: Passage = PASSAGE) -> Citation:
    at = passage.start + passage.text.index(quote)
    return Citation(marker, passage, at, at + len(quote), quote)


def answered(*citations: Citation, hits: tuple[Hit, ...] = (), refused: bool = False) -> Answer:
    return Answer("q", "q", "text", citations, hits, refused, 0.9)


def test_references_of_cited_chapters_are_links_if_they_lead_to_the_web() -> None:
    read = replace(PASSAGE, references=('https://a.example/"><b>', "javascript:alert(1)"))
    html = further(answered(cite(1, "Dense", read)))
    assert html.count("<li>") == 1
    assert 'href="https://a.example/&quot;&gt;&lt;b&gt;"' in html
    assert "javascript" not in html
    assert further(answered(cite(1, "Dense"))) == ""


def test_a_card_names_heading_path_document_and_page_and_marks_the_quote() -> None:
    assert sources(3, answered(cite(1, "Lexical is two."))) == (
        '<h2 class="sources-title">Sources</h2>'
        '<article class="card" tabindex="-1"><header>'
        '<span class="markers"><span class="marker" data-quote="quote-3-1" data-doc="d1"'
        ' data-start="125" data-end="140">1</span></span>'
        '<h3>Retrieval</h3><p class="path">Search</p><p class="where">notes.txt · p. 27</p>'
        '</header><div class="passage"><p><strong>Dense</strong> search is one. '
        '<mark id="quote-3-1">Lexical is two.</mark></p></div><footer class="card-foot">'
        + OPENS.format(125, 140)
    )


def test_a_passage_quoted_twice_is_one_card_with_both_markers() -> None:
    html = sources(1, answered(cite(1, "Dense"), cite(2, "Lexical is two.")))
    assert html.count("<article") == 1
    assert re.findall(r'data-start="(\d+)" data-end="(\d+)">(\d)</span>', html) == [
        ("102", "107", "1"),
        ("125", "140", "2"),
    ]
    assert '<strong><mark id="quote-1-1">' not in html
    assert '<mark id="quote-1-1"><strong>Dense</strong></mark>' in html
    assert '<mark id="quote-1-2">Lexical is two.</mark>' in html


def test_a_quote_within_another_still_has_a_place_to_link_to() -> None:
    html = sources(1, answered(cite(1, "Lexical is two."), cite(2, "Lexical")))
    assert '<span id="quote-1-2"></span>' in html


def test_what_was_found_but_not_quoted_is_folded_away() -> None:
    hits = (Hit(PASSAGE, 0.9, 1), Hit(OTHER, 0.5, 2))
    html = sources(1, answered(cite(1, "Dense"), hits=hits))
    assert "<details><summary>Also found (1)</summary>" in html
    assert '<article class="card" tabindex="-1" id="hit-1-2">' in html
    assert "hit-1-1" not in html


def test_a_refusal_shows_the_nearest_passages() -> None:
    html = sources(1, answered(hits=(Hit(OTHER, 0.5, 1),), refused=True))
    assert html == (
        '<h2 class="sources-title">Nearest passages</h2>'
        '<article class="card" tabindex="-1" id="hit-1-1"><header>'
        '<h3>notes.txt</h3><p class="where">notes.txt</p></header>'
        '<div class="passage"><p>Else.</p></div><footer class="card-foot">'
        '<span class="strength" role="img"'
        ' aria-label="Fits the question: 50 of 100, beside the other passages found"'
        ' title="Fits the question: 50 of 100, beside the other passages found">'
        '<span style="width:50%"></span></span>' + OPENS.format(100, 140)
    )


def test_nothing_found_is_no_html() -> None:
    assert sources(1, answered(refused=True)) == ""


def test_hostile_text_is_shown_as_text() -> None:
    assert sources(1, answered(cite(1, HOSTILE.text, HOSTILE))) == (
        '<h2 class="sources-title">Sources</h2>'
        '<article class="card" tabindex="-1"><header>'
        '<span class="markers"><span class="marker" data-quote="quote-1-1" data-doc="d1"'
        ' data-start="100" data-end="186">1</span></span>'
        "<h3>&lt;script&gt;alert(1)&lt;/script&gt;</h3>"
        '<p class="path">&lt;i&gt;Part&lt;/i&gt;</p>'
        '<p class="where">&lt;b&gt;.txt · p. &quot;&gt;&lt;img src=x onerror=alert(1)&gt;'
        " (p. 27 of the file)</p></header>"
        '<div class="passage"><p><mark id="quote-1-1">&lt;img src=x onerror=alert(1)&gt; '
        "![x](http://example.com/a.png) [y](javascript:alert(1)) &quot;</mark></p></div>"
        '<footer class="card-foot">' + OPENS.format(100, 186)
    )


@pytest.mark.parametrize(
    ("first", "last", "label", "expected"),
    [
        (None, None, None, ""),
        (None, None, "iv", "p. iv"),
        (5, None, None, "p. 5"),
        (5, 5, None, "p. 5"),
        (5, 7, None, "pp. 5–7"),
        (5, 5, "5", "p. 5"),
        (5, 5, "iv", "p. iv (p. 5 of the file)"),
        (5, 6, "iv–v", "pp. iv–v (pp. 5–6 of the file)"),
    ],
)
def test_place(first: int | None, last: int | None, label: str | None, expected: str) -> None:
    passage = replace(PASSAGE, page_start=first, page_end=last, page_label=label)
    assert place(passage) == expected


def test_all_quotes_of_a_card_are_opened_together() -> None:
    html = sources(1, answered(cite(1, "Dense"), cite(2, "Lexical is two.")))
    assert OPENS.format(102, 140) in html


def test_a_passage_of_a_document_that_is_gone_is_not_opened() -> None:
    html = sources(1, answered(cite(1, "Dense", replace(PASSAGE, doc_id=""))))
    assert '<span class="marker">1</span>' in html
    assert "open-reader" not in html


def test_scores_beyond_the_scale_fill_the_bar() -> None:
    html = sources(1, answered(hits=(Hit(PASSAGE, 1.7, 1), Hit(OTHER, -0.2, 2)), refused=True))
    assert "width:100%" in html
    assert "width:0%" in html

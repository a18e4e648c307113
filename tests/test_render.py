import io
from collections.abc import Iterable
from dataclasses import replace

from rich.console import Console, RenderableType

from assistant import render
from assistant.doctor import Check
from assistant.types import Answer, Citation, DocumentRecord, Hit, Passage, Status, SyncReport

TEXT = Passage(
    passage_id="p1",
    doc_id="d1",
    document="notes/clouds.pdf",
    heading=("Weather", "Clouds"),
    page_start=3,
    page_end=4,
    start=100,
    end=150,
    text="Cumulus clouds look like cotton.\n- [bold] and \x1b[31mred\x1b[0m \u202eecalp",
)
TABLE = Passage(
    passage_id="p2",
    doc_id="d2",
    document="heights.md",
    heading=(),
    page_start=None,
    page_end=None,
    start=0,
    end=12,
    text="Cirrus\t9000",
    kind="table",
    header="Cloud\tHeight",
)
FAILED = DocumentRecord("d3", "bad.pdf", "/x/bad.pdf", "", "", 1, "failed", "It is damaged.")


def plain(parts: Iterable[RenderableType], *, colour: bool = False) -> str:
    stream = io.StringIO()
    console = Console(
        file=stream, width=80, markup=False, highlight=False, force_terminal=colour, _environ={}
    )
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines())


def test_a_hit_shows_rank_document_pages_heading_and_text() -> None:
    hits = [Hit(TEXT, 0.8765, 1), Hit(TABLE, 0.5, 2)]
    assert plain(render.hits("cloud", hits)).split("\n") == [
        " 1  notes/clouds.pdf, pp. 3\u20134  score 0.876",
        "    Weather \u203a Clouds",
        "    Cumulus clouds look like cotton.",
        "    - [bold] and [31mred[0m ecalp",
        "",
        " 2  heights.md  score 0.500",
        "    Cloud | Height",
        "    Cirrus | 9000",
        "",
    ]


def test_the_words_of_the_question_are_marked() -> None:
    shown = plain(render.hits("What is a cloud?", [Hit(TEXT, 1.0, 1)]), colour=True)
    assert "Cumulus \x1b[1;33mclouds\x1b[0m look like cotton." in shown


def test_a_document_cannot_steer_the_terminal() -> None:
    shown = plain(render.hits("", [Hit(TEXT, 1.0, 1)]))
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_nothing_found_is_said() -> None:
    assert plain(render.hits("cloud", [])) == "Nothing was found."


def test_an_answer_ends_with_its_numbered_citations() -> None:
    cited = (
        Citation(1, TEXT, 100, 132, "Cumulus clouds look like cotton."),
        Citation(2, TEXT, 100, 114, "Cumulus clouds"),
        Citation(3, TABLE, 0, 11, "Cirrus\t9000"),
    )
    answer = Answer("q", "q", "Like cotton. [1]", cited, (Hit(TEXT, 1.0, 1),), False, 0.9)
    assert plain(render.answer(answer)).split("\n") == [
        "Like cotton. [1]",
        "",
        "notes/clouds.pdf, pp. 3\u20134",
        "    Weather \u203a Clouds",
        "    [1] \u201cCumulus clouds look like cotton.\u201d",
        "    [2] \u201cCumulus clouds\u201d",
        "",
        "heights.md",
        "    [3] \u201cCirrus | 9000\u201d",
        "",
    ]


def test_the_references_of_the_cited_chapters_are_offered_once_each() -> None:
    read = replace(TEXT, references=("https://a.example/\x1b[1m", "https://b.example/"))
    cited = (Citation(1, read, 100, 114, "Cumulus clouds"), Citation(2, read, 100, 107, "Cumulus"))
    answer = Answer("q", "q", "Clouds. [1]", cited, (), False, 0.9)
    assert plain(render.answer(answer)).split("\n")[-2:] == [
        "further reading: https://a.example/[1m",
        "further reading: https://b.example/",
    ]


def test_a_refusal_offers_the_nearest_passages() -> None:
    answer = Answer("q", "q", "Nothing answers this.", (), (Hit(TABLE, 0.1, 1),), True, 0.05)
    shown = plain(render.answer(answer))
    assert shown.startswith("Nothing answers this.\n\nThe nearest passages:\n")
    assert "heights.md" in shown


def test_a_printed_page_label_is_named_beside_the_page_number() -> None:
    labelled = Passage("p", "d", "a.pdf", (), 5, 5, 0, 1, "x", page_label="iii")
    assert "a.pdf, p. 5 (printed iii)" in plain(render.passage(labelled))


def test_a_sync_names_every_file_and_why_one_was_left_out() -> None:
    report = SyncReport(
        added=("a.txt",),
        unchanged=tuple(f"{n}.txt" for n in range(22)),
        failed=(FAILED,),
        documents=23,
        passages=1,
        embedded=1,
        seconds={"read": 1.0, "total": 2.0},
    )
    lines = plain(render.sync(report, quiet=False)).split("\n")
    assert lines[0] == "added     a.txt"
    assert lines[1] == "unchanged 0.txt"
    assert lines[21] == "unchanged \u2026 and 2 more"
    assert lines[22] == "left out  bad.pdf: It is damaged."
    assert lines[23] == "23 documents, 1 passage (1 newly embedded), 2.0 s"
    assert plain(render.sync(report, quiet=True)) == "left out  bad.pdf: It is damaged."


def test_status_lists_documents_and_the_whole() -> None:
    ready = DocumentRecord("d1", "a.pdf", "/x/a.pdf", "A", "", 9, "ready", passages=7, pages=3)
    shown = plain(render.status(Status("index", (ready, FAILED), 7, 2, "mini", "00", 1_500_000)))
    assert shown.split("\n") == [
        "document  pages  passages  state",
        "a.pdf         3         7  ready",
        "bad.pdf       \u2013         0  left out: It is damaged.",
        "",
        "index: 2 documents, 7 passages, 1.5 MB, encoder mini",
    ]


def test_checks_say_what_to_do() -> None:
    made = [Check("Python", "ok", "3.11"), Check("library", "fail", "it is empty", "Fill it.")]
    assert plain(render.checks(made, quiet=False)).split("\n") == [
        "ok    Python   3.11",
        "fail  library  it is empty",
        "               \u2192 Fill it.",
    ]
    assert "Python" not in plain(render.checks(made, quiet=True))

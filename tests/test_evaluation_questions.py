from pathlib import Path
from typing import Any

import pytest
from evaluation_set import BAROMETER, LINES, gold, line, small_set, write_lines

from assistant.errors import AssistantError
from assistant.evaluation.chapters import Chapter, chapter_at, chapters
from assistant.evaluation.checker import Finding, check
from assistant.evaluation.questions import Gold, Question, Turn, read_questions
from assistant.outline import parse
from assistant.types import Document, Extracted


def document(text: str, path: str = "notes.md", title: str = "") -> Document:
    return Document(path, path, title, "", text, (), parse(Extracted(text)))


def test_a_line_is_read_whole(tmp_path: Path) -> None:
    turns = [{"question": "What is AUC?", "answer": "An area."}]
    one = line("q1", "And AP?", gold("a.txt", "the  area", "part"), history=turns)
    assert read_questions(write_lines(tmp_path / "q.jsonl", (one,))) == (
        Question(
            "q1",
            "And AP?",
            "definition",
            "dev",
            True,
            (Turn("What is AUC?", "An area."),),
            (Gold("a.txt", "the  area", "part"),),
        ),
    )


def test_history_gold_and_grade_may_be_left_out(tmp_path: Path) -> None:
    short = line("q1", "Why?", {"document": "a.txt", "quote": "so"})
    del short["history"]
    none = line("q2", "When?")
    del none["gold"]
    read = read_questions(write_lines(tmp_path / "q.jsonl", (short, none)))
    assert read[0].gold == (Gold("a.txt", "so", "full"),)
    assert (read[0].history, read[1].gold) == ((), ())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"question": " "}, "field question is empty"),
        ({"category": None}, "field category is missing"),
        ({"answerable": "yes"}, "field answerable is not true or false"),
        ({"id": "q 1"}, "field id has white space"),
        ({"history": {}}, "field history is not a list"),
        ({"history": [{"question": "x"}]}, "field history[0].answer is missing"),
        ({"gold": ["x"]}, "field gold[0] is not an object"),
        ({"gold": [gold("a", "b"), gold("a", "")]}, "field gold[1].quote is empty"),
        ({"gold": [gold("a", "b", "most")]}, "field gold[0].grade is neither full nor part"),
    ],
)
def test_a_fault_names_line_and_field(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    path = write_lines(tmp_path / "q.jsonl", (LINES[0], {**LINES[1], **change}))
    with pytest.raises(AssistantError) as caught:
        read_questions(path)
    assert f"line 2: {words}" in caught.value.message


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    write_lines(path, (LINES[0], LINES[0]))
    path.write_text(path.read_text() + "{\n\n[]\n", "utf-8")
    with pytest.raises(AssistantError) as caught:
        read_questions(path)
    for words in (
        "line 2: id pressure is that of line 1 too",
        "line 3: not JSON",
        "line 5: not an",
    ):
        assert words in caught.value.message
    with pytest.raises(AssistantError, match="cannot be read"):
        read_questions(tmp_path)
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(AssistantError, match="holds no questions"):
        read_questions(tmp_path / "empty.jsonl")


@pytest.mark.parametrize("name", ["cheat-sheet", "own-words"])
def test_the_committed_sets_read(name: str) -> None:
    path = Path(__file__).resolve().parents[1] / "eval" / "questions" / f"{name}.jsonl"
    questions = read_questions(path)
    assert len(questions) >= 460
    assert {question.split for question in questions} == {"dev", "test"}
    assert all(bool(question.gold) == question.answerable for question in questions)


def test_a_sound_set_has_no_findings(tmp_path: Path) -> None:
    opened = small_set(tmp_path)
    assert check(opened.questions, opened.documents) == []


def test_planted_errors_are_found(tmp_path: Path) -> None:
    documents = small_set(tmp_path).documents
    lines = (
        line("a", "Which instrument?", gold("clouds.md", BAROMETER.replace("air", "sea"))),
        line("b", "which  instrument?", gold("clouds.md", BAROMETER)),
        line("c", "Which oven?", gold("oven.txt", "hot")),
        line("d", "Which flour?", split="train", category="odd", answerable=True),
        line("e", "Which dough?", gold("clouds.md", "Cirrus"), answerable=False),
        line("f", "Which instrument?", gold("clouds.md", BAROMETER), history=[]),
    )
    questions = read_questions(write_lines(tmp_path / "q.jsonl", lines))
    assert check(questions, documents) == [
        Finding(
            "quote",
            "a",
            "gold quote 1 does not occur in clouds.md: A barometer measures sea pressure.",
        ),
        Finding("duplicate", "b", "asks the same as a"),
        Finding("document", "c", "quotes oven.txt, which is not in the corpus"),
        Finding("category", "d", "has the unknown category odd"),
        Finding("split", "d", "has the unknown split train"),
        Finding("gold", "d", "is answerable but has no gold quote"),
        Finding("gold", "e", "is not answerable but has a gold quote"),
        Finding("duplicate", "f", "asks the same as a"),
        Finding("chapter", "", "no question is about bread.txt"),
    ]


def test_a_follow_up_with_another_history_is_no_duplicate(tmp_path: Path) -> None:
    documents = small_set(tmp_path).documents
    turns = [{"question": "What measures air pressure?", "answer": "A barometer."}]
    lines = (*LINES, line("again", LINES[1]["question"], LINES[1]["gold"][0], history=turns))
    assert check(read_questions(write_lines(tmp_path / "q.jsonl", lines)), documents) == []


def test_a_chapter_without_questions_is_found(tmp_path: Path) -> None:
    documents = small_set(tmp_path).documents
    questions = read_questions(write_lines(tmp_path / "q.jsonl", LINES[:3]))
    assert check(questions, documents) == [
        Finding("chapter", "", "no question is about clouds.md, Clouds")
    ]


def test_chapters_carry_the_heading_that_sets_them_apart() -> None:
    text = "Lead.\n\n# A\n\nText a.\n\n## A1\n\nMore.\n\n# B\n\n## B1\n\nText b.\n"
    found = chapters(document(text))
    assert [chapter.title for chapter in found] == ["A", "B"]
    assert chapter_at(found, text.index("More")) == "A"
    assert chapter_at(found, text.index("Text b")) == "B"
    assert chapter_at(found, 0) == "A"


def test_a_text_without_headings_is_one_chapter() -> None:
    assert chapters(document("Only words here.", title="Words")) == (Chapter("Words", 0),)
    assert chapters(document("Only words here.")) == (Chapter("notes.md", 0),)
    assert chapter_at((), 3) == ""


def test_half_a_character_is_named(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text('{"id": "a", "question": "\\ud83d"}\n')
    with pytest.raises(AssistantError, match="line 1: field question holds half a character"):
        read_questions(path)

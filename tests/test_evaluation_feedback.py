from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from evaluation_set import BAROMETER, CLOUDS, run_set, small_set

from assistant.config import load_config
from assistant.conversations import Conversations
from assistant.errors import AssistantError
from assistant.evaluation.checker import check
from assistant.evaluation.feedback import collect, write
from assistant.evaluation.questions import read_questions
from assistant.evaluation.sets import open_set
from assistant.types import Answer, Citation, Passage

PASSAGE = Passage("p", "d", "clouds.md", (), None, None, 0, len(CLOUDS), CLOUDS)
WIND = "An anemometer measures the speed of the wind."


def answered(question: str, *quotes: str, searched: str = "") -> Answer:
    found = tuple(
        Citation(n, PASSAGE, CLOUDS.index(quote), CLOUDS.index(quote) + len(quote), quote)
        for n, quote in enumerate(quotes, 1)
    )
    text = " ".join(quotes) or "Nothing answers this."
    return Answer(question, searched or question, text, found, (), not quotes, 0.5)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    """A conversation with thumbs up for turns 1, 2, 4 and 5, and down for turns 3 and 6."""
    kept = Conversations(tmp_path / "index")
    name = kept.new()
    kept.append(name, answered("What measures air pressure?", BAROMETER))
    kept.append(name, answered("And the wind?", WIND, BAROMETER, searched="What measures wind?"))
    kept.append(name, answered("What about rain?", WIND, searched="What measures rain?"))
    kept.append(name, answered("Who painted the Mona Lisa?"))
    kept.append(name, answered("what measures  AIR pressure?", BAROMETER))
    kept.append(name, answered("What are cirrus clouds made of?"))
    kept.append(name, answered("Nobody rated this", BAROMETER))
    for number, thumb in enumerate(("up", "up", "down", "up", "up", "down"), 1):
        kept.rate(name, number, thumb, "not rain" if number == 3 else "")  # type: ignore[arg-type]
    return kept


def lines(file: Path) -> list[Any]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_thumbs_up_are_a_set_that_can_be_checked_and_run(
    kept: Conversations, tmp_path: Path
) -> None:
    small_set(tmp_path)  # for its documents
    file = tmp_path / "sets" / "feedback.jsonl"
    made = write(collect(kept.all()), file)
    assert (made.questions, len(made.added), made.to_settle) == (3, 3, 2)
    first, second, refused = read_questions(file)
    assert (first.question, first.category) == ("What measures air pressure?", "feedback")
    assert (first.answerable, first.history, first.split) == (True, (), "dev")
    assert [(gold.quote, gold.grade) for gold in first.gold] == [(BAROMETER, "full")]
    assert (second.category, [turn.question for turn in second.history]) == (
        "follow-up",
        ["What measures air pressure?"],
    )
    assert [(gold.quote, gold.grade) for gold in second.gold] == [
        *((WIND, "part"), (BAROMETER, "part"))
    ]
    assert (refused.answerable, refused.gold, refused.category) == (False, (), "near-miss")
    config = load_config(corpus=tmp_path / "corpus", library=tmp_path / "index")
    questions = open_set(file, config)
    findings = check(questions.questions, questions.documents)
    assert {finding.kind for finding in findings} == {"chapter"}  # three questions are few
    run = run_set(questions, tmp_path)
    assert run.metrics["all"]["Success@5"]["mean"] == 1
    assert run.metrics["all"]["searched"] == 2


def test_what_is_to_be_settled_counts_nowhere(kept: Conversations, tmp_path: Path) -> None:
    made = write(collect(kept.all()), tmp_path / "feedback.jsonl")
    rain, cirrus = lines(made.unsettled_file)
    assert made.unsettled_file.name == "feedback.open.jsonl"
    assert (rain["question"], rain["reason"]) == ("What about rain?", "not rain")
    assert (rain["answerable"], rain["gold"]) == (None, [])
    assert rain["cited"] == [{"document": "clouds.md", "quote": WIND, "grade": "full"}]
    assert (cirrus["question"], cirrus["answer"]) == (
        *("What are cirrus clouds made of?", "Nothing answers this."),
    )
    with pytest.raises(AssistantError, match="line 1: field answerable is missing; line 2"):
        read_questions(made.unsettled_file)


def test_again_only_adds_what_is_new_and_keeps_what_a_person_changed(
    kept: Conversations, tmp_path: Path
) -> None:
    file = tmp_path / "feedback.jsonl"
    made = write(collect(kept.all()), file)
    before = file.read_text("utf-8")
    rain, cirrus = lines(made.unsettled_file)
    settled = {**rain, "answerable": False, "category": "near-miss"}
    file.write_text(before + json.dumps(settled), "utf-8")  # without a line end
    made.unsettled_file.write_text(json.dumps(cirrus) + "\n", "utf-8")
    name = kept.all()[0].id
    kept.rate(name, 7, "up")
    again = write(collect(kept.all()), file)
    assert (again.added, again.unsettled) == ((f"feedback-{name}-7",), ())
    assert (again.questions, again.to_settle) == (5, 1)
    assert [line["id"] for line in lines(file)][-2:] == [rain["id"], f"feedback-{name}-7"]
    assert file.read_text("utf-8").startswith(before)
    assert len(read_questions(file)) == 5
    content = file.read_bytes()
    assert write(collect(kept.all()), file).added == ()
    assert file.read_bytes() == content


def test_files_that_cannot_be_added_to(kept: Conversations, tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text("no JSON\n")
    with pytest.raises(AssistantError, match="cannot be added to") as error:
        write(collect(kept.all()), file)
    assert error.value.hint == "Mend it, or choose another file with --out."
    assert file.read_text() == "no JSON\n"
    with pytest.raises(AssistantError, match="cannot be written"):
        write(collect(kept.all()), file / "below.jsonl")

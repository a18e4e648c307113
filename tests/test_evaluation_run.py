import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from evaluation_set import BAROMETER, CLOUDS, YEAST, gold, line, run_set, small_set, write_lines
from test_evaluation_beir import folder as beir_folder

from assistant.config import load_config
from assistant.errors import AssistantError
from assistant.evaluation.answers import AnswerJudge, Quoted
from assistant.evaluation.execute import best_of_each
from assistant.evaluation.metrics import MEASURES, per_question
from assistant.evaluation.run import Run, read, read_ranking, write
from assistant.evaluation.sets import open_set
from assistant.evaluation.spans import Place
from assistant.evaluation.systems import NAMED, SHIPPED
from assistant.types import Document, Hit, Passage

ROOT = Path(__file__).resolve().parents[1]
ROW = ["id", "question", "searched", "category", "split", "answerable", "elapsed_ms", "answer"]
ROW += [
    "refused",
    "confidence",
    "features",
    "citations",
    "full",
    "part",
    "opens",
    "words",
    "gold",
    "hits",
]
HIT = ["passage_id", "document", "heading", "page_start", "page_end", "start", "end", "score"]
HIT += ["relevant", "text"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("evaluation")


@pytest.fixture(scope="module")
def made(place: Path) -> Run:
    return run_set(small_set(place), place)


@pytest.fixture(scope="module")
def sheet(place: Path) -> Run:
    """Every fifth of the committed questions over the documents of the project."""
    config = load_config(corpus=ROOT / "corpus", library=place / "index")
    questions = open_set(ROOT / "eval" / "questions" / "cheat-sheet.jsonl", config)
    some = questions.questions[::5]
    gold = {question.id: questions.gold[question.id] for question in some}
    return run_set(replace(questions, questions=some, gold=gold), place, name="sheet")


def test_a_run_read_back_is_the_same(sheet: Run, tmp_path: Path) -> None:
    write(sheet, tmp_path / "run")
    assert read(tmp_path / "run") == sheet


def test_a_run_read_back_gives_the_same_metrics(sheet: Run, tmp_path: Path) -> None:
    write(sheet, tmp_path)
    back = read(tmp_path)
    again = per_question(back.ranking, back.qrels, back.per_question)
    assert again == sheet.per_question
    for measure in MEASURES:
        mean = float(np.mean([values[measure] for values in again.values()]))
        assert sheet.metrics["all"][measure]["mean"] == pytest.approx(mean)


def test_the_files_give_ir_measures_the_same_figures(sheet: Run, tmp_path: Path) -> None:
    write(sheet, tmp_path)
    qrels = list(ir_measures.read_trec_qrels(str(tmp_path / "qrels.trec")))
    found = list(ir_measures.read_trec_run(str(tmp_path / "run.trec")))
    assert len({line.query_id for line in qrels}) == sheet.metrics["all"]["searched"]
    theirs = ir_measures.calc_aggregate(map(ir_measures.parse_measure, MEASURES), qrels, found)
    ours = sheet.metrics["all"]
    assert len(theirs) == len(MEASURES)
    for measure, value in theirs.items():
        assert ours[str(measure)]["mean"] == pytest.approx(value)
        assert ours[str(measure)]["low"] <= value <= ours[str(measure)]["high"]


def test_scores_fall_strictly_in_the_file(sheet: Run, tmp_path: Path) -> None:
    write(sheet, tmp_path)
    rows = [line.split() for line in (tmp_path / "run.trec").read_text().splitlines()]
    for before, after in pairwise(rows):
        if before[0] == after[0]:
            assert int(after[3]) == int(before[3]) + 1
            assert np.float32(after[4]) < np.float32(before[4])
    assert {row[1] for row in rows} == {"Q0"}
    assert {row[5] for row in rows} == {"sheet"}


def test_every_fourth_file_has_its_fields(made: Run, tmp_path: Path) -> None:
    write(made, tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert [sorted(row) for row in rows] == [sorted(ROW)] * 7
    first = rows[0]
    assert first["gold"] == [
        {
            "document": "clouds.md",
            "start": CLOUDS.index(BAROMETER),
            "end": CLOUDS.index(BAROMETER) + len(BAROMETER),
            "grade": "full",
        }
    ]
    assert sorted(first["hits"][0]) == ["passage_id", "relevant", "score"]
    passages = [json.loads(line) for line in (tmp_path / "passages.jsonl").read_text().splitlines()]
    assert [sorted(row) for row in passages] == [sorted(set(HIT) - {"relevant", "score"})] * len(
        {row["passage_id"] for row in passages}
    )
    assert {hit["passage_id"] for row in rows for hit in row["hits"]} == {
        row["passage_id"] for row in passages
    }
    config = json.loads((tmp_path / "config.json").read_text())
    assert list(config) == [
        *("name", "set", "set_sha256", "settings", "encoder", "commit", "date", "machine"),
        *("documents", "passages"),
    ]
    assert (config["name"], config["set"], config["documents"]) == ("small", "small", 2)
    assert config["encoder"]["name"] == "words"


def test_the_small_set_is_judged_as_worked_by_hand(made: Run) -> None:
    pressure = made.asked[0]
    assert [hit.relevant for hit in pressure.hits].count(True) == 1
    assert pressure.hits[0].relevant
    assert BAROMETER in pressure.hits[0].text
    assert made.per_question["pressure"] == dict.fromkeys(MEASURES, 1.0)
    assert set(made.per_question) == {"pressure", "wind", "rise", "clouds"}
    assert set(made.ranking) == {one.id for one in made.asked}
    metrics = made.metrics
    assert [metrics[split]["questions"] for split in ("all", "dev", "test")] == [7, 4, 3]
    assert [metrics[split]["searched"] for split in ("all", "dev", "test")] == [4, 2, 2]
    assert metrics["all"]["refusal"]["unanswerable"] == 3
    assert set(metrics["per_category"]) == {"definition"}
    places = {"clouds.md › Instruments", "bread.txt › bread", "clouds.md › Clouds"}
    assert set(metrics["per_chapter"]) == places
    assert metrics["per_chapter"]["clouds.md › Instruments"]["searched"] == 2
    assert metrics["all"]["answers"]["verbatim"] == 1


def test_the_answer_holds_the_gold_span(made: Run) -> None:
    reply = made.asked[0].reply
    assert reply is not None
    assert (reply.full, reply.part, reply.refused) == (True, True, False)
    assert reply.citations[0].quote == BAROMETER
    assert all(quoted.verbatim for quoted in reply.citations)
    assert reply.words >= 5
    refused = [one.reply for one in made.asked if one.reply and one.reply.refused]
    assert all(reply.words == 0 and not reply.full for reply in refused)


def test_features_are_those_that_the_confidence_was_made_of(sheet: Run) -> None:
    from assistant.confidence import load_calibration

    for one in sheet.asked:
        assert one.reply is not None
        assert load_calibration().probability(one.reply.features) == one.reply.confidence


def test_without_the_products_ranking_nothing_is_answered(place: Path) -> None:
    run = run_set(small_set(place), place, NAMED["naive"], "naive")
    assert all(one.reply is None for one in run.asked)
    assert "answers" not in run.metrics["all"]
    assert run.metrics["all"]["Success@5"]["mean"] == 1
    write(run, place / "naive")
    assert read(place / "naive") == run
    rows = (place / "naive" / "answers.jsonl").read_text("utf-8").splitlines()
    assert not any("answer" in json.loads(row) for row in rows)


def test_a_follow_up_is_searched_for_after_its_history(tmp_path: Path) -> None:
    before = [{"question": "Which instrument measures air pressure?", "answer": "A barometer."}]
    rows = (
        line("follow", "and the wind?", gold("clouds.md", CLOUDS[-53:-1]), history=before),
        line("new", "Why does sourdough bread rise?", gold("bread.txt", YEAST), history=before),
    )
    small_set(tmp_path)  # for its documents
    config = load_config(corpus=tmp_path / "corpus", library=tmp_path / "index")
    questions = open_set(write_lines(tmp_path / "follow-ups.jsonl", rows), config)
    follow, new = run_set(questions, tmp_path).asked
    assert (follow.question, follow.searched) == (
        *("and the wind?", "Which instrument measures the wind?"),
    )
    assert new.searched == new.question
    without = run_set(questions, tmp_path, replace(SHIPPED, follow_ups=False)).asked
    assert [one.searched for one in without] == ["and the wind?", new.question]
    assert follow.reply
    assert without[0].reply
    assert follow.reply.features != without[0].reply.features
    assert without[1].hits == new.hits


def test_a_beir_folder_is_ranked_by_document(place: Path) -> None:
    questions = open_set(beir_folder(place / "beir"), load_config())
    run = run_set(questions, place, name="beir set")
    assert run.metrics["all"]["Success@1"]["mean"] == 1
    assert run.ranking["q1"][0][0] == "a/1.md"
    assert run.qrels == {"q1": {"a/1.md": 1}, "q2": {"2": 1}}
    assert all(one.reply is None for one in run.asked)
    assert set(run.metrics) == {
        *("all", "per_category", "per_chapter", "per_share", "per_question", "latency_ms")
    }
    write(run, place / "beir-run")
    assert read(place / "beir-run") == run
    assert read_ranking(place / "beir-run" / "run.trec") == run.ranking


def test_the_best_passage_stands_for_its_document() -> None:
    hits = [
        Hit(Passage(f"{doc}-{n}", doc, doc, (), None, None, 0, 1, "x"), 1 - n / 10, n)
        for n, doc in enumerate("abacb", 1)
    ]
    assert [hit.passage.passage_id for hit in best_of_each(hits)] == ["a-1", "b-2", "c-4"]


def test_two_runs_differ_only_in_date_and_latency(made: Run, place: Path) -> None:
    again = run_set(small_set(place), place)
    assert (again.ranking, again.qrels) == (made.ranking, made.qrels)
    assert [replace(one, elapsed_ms=0) for one in again.asked] == [
        replace(one, elapsed_ms=0) for one in made.asked
    ]
    same = {**again.metrics, "latency_ms": 0}
    assert same == {**made.metrics, "latency_ms": 0}
    assert {**again.config, "date": 0} == {**made.config, "date": 0}


def test_answers_are_judged_over_the_union_of_citations() -> None:
    text = "one two three four five six seven eight nine ten"
    judge = AnswerJudge({"t": Document("t", "t", "", "", text)})

    def quoted(words: str) -> Quoted:
        start = text.index(words)
        return Quoted("t", start, start + len(words), words, True)

    gold = [Place("t", 0, len("one two three four"), "full"), Place("t", 40, 48, "part")]
    halves = [quoted("one two"), quoted("three four five")]
    assert judge.full(halves, gold)
    assert not judge.full(halves[:1], gold)
    assert judge.part(halves[:1], gold)  # six of fifteen letters
    assert not judge.part([quoted("seven")], gold)
    assert not judge.full([quoted("nine ten")], gold)  # which answers only in part
    assert judge.full([quoted("nine ten")], gold[1:])
    assert not judge.part([], gold)


def test_what_is_no_run(tmp_path: Path, made: Run) -> None:
    with pytest.raises(AssistantError, match=r"is not a run: it has no config\.json"):
        read(tmp_path)
    write(made, tmp_path)
    (tmp_path / "answers.jsonl").write_text('{"id": 1}\n')
    with pytest.raises(AssistantError, match="not a run as this version writes it"):
        read(tmp_path)


def test_a_set_whose_answers_are_gone_is_refused(tmp_path: Path) -> None:
    small_set(tmp_path)
    (tmp_path / "corpus" / "bread.txt").unlink()
    with pytest.raises(AssistantError) as caught:
        small_set(tmp_path)
    assert "No gold quote of 1 questions occurs" in caught.value.message
    assert caught.value.hint.startswith("assistant eval check ")
    (tmp_path / "corpus" / "clouds.md").unlink()
    with pytest.raises(AssistantError, match="There is no document in"):
        small_set(tmp_path)

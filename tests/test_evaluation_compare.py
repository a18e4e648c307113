from dataclasses import replace
from pathlib import Path

import pytest
from evaluation_set import run_set, small_set

from assistant.errors import AssistantError
from assistant.evaluation.ablate import rungs
from assistant.evaluation.compare import compare, contrast, corrected, load
from assistant.evaluation.metrics import per_question
from assistant.evaluation.run import Run, write
from assistant.evaluation.significance import Counts


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("compare")
    return run_set(small_set(place), place, name="good")


@pytest.fixture(scope="module")
def bad(good: Run) -> Run:
    """The same run with every ranking turned round."""
    ranking = {
        question: [(name, -score) for name, score in reversed(found)]
        for question, found in good.ranking.items()
    }
    asked = tuple(replace(one, hits=tuple(reversed(one.hits))) for one in good.asked)
    values = per_question(ranking, good.qrels, good.per_question)
    metrics = {**good.metrics, "per_question": values}
    return Run("bad", good.config, metrics, ranking, good.qrels, asked)


def test_differences_worked_by_hand() -> None:
    found = contrast([0, 1, 0.5, 0.5], [1, 1, 0, 1])
    assert found.difference.mean == pytest.approx(0.25)
    assert found.counts == Counts(better=2, worse=1, equal=1)
    # Of the eight signs of 1, -0.5, 0.5 six give a sum of at least 1 or at most -1.
    assert found.p == 0.75
    assert [one.corrected for one in corrected([found, found])] == [1, 1]


def test_runs_are_compared_with_the_first(good: Run, bad: Run) -> None:
    found = compare([good, bad, good])
    assert (found.names, found.split, found.questions) == (("good", "bad", "good"), "all", 4)
    line = next(line for line in found.lines if line.measure == "RR@10")
    assert [mean.mean for mean in line.means] == [1.0, line.means[1].mean, 1.0]
    assert line.contrasts[0].counts == Counts(better=0, worse=4, equal=0)
    assert line.contrasts[0].p == 2 / 16
    assert line.contrasts[0].corrected == 2 * 2 / 16
    assert line.contrasts[1].counts == Counts(better=0, worse=0, equal=4)
    assert [line.measure for line in found.lines][-3:] == ["full", "part", "opens"]
    assert {changed.run for changed in found.changed} == {"bad"}
    first = found.changed[0]
    assert first.values[0] == 1 > first.values[1]
    assert first.rankings[0][0].relevant
    assert not first.rankings[1][0].relevant
    assert {shown.name for shown in first.rankings[0]} == {s.name for s in first.rankings[1]}
    assert first.rankings[0][0].text == first.rankings[1][-1].text != ""


def test_a_split_alone(good: Run, bad: Run) -> None:
    assert compare([good, bad], "dev").questions == 2
    with pytest.raises(AssistantError, match="no questions in the split train") as caught:
        compare([good, bad], "train")
    assert caught.value.hint == "Splits: all dev test"


def test_a_trec_run_of_another_program(good: Run, bad: Run, tmp_path: Path) -> None:
    write(good, tmp_path / "good")
    write(bad, tmp_path / "bad")
    foreign = tmp_path / "other.run"
    foreign.write_bytes((tmp_path / "bad" / "run.trec").read_bytes())
    runs = load([tmp_path / "good", tmp_path / "bad", foreign])
    assert [run.name for run in runs] == ["good", "good", "other"]
    assert runs[2].per_question == bad.per_question
    found = compare(runs)
    assert [line.measure for line in found.lines][-1] == "R@100"
    assert found.changed[-1].rankings[1][0].text == ""
    assert found.shares == ()
    foreign.write_text("one two\n")
    with pytest.raises(AssistantError, match="is not a TREC run"):
        load([tmp_path / "good", foreign])


def test_runs_over_other_questions_are_refused(good: Run, tmp_path: Path) -> None:
    write(good, tmp_path / "good")
    write(replace(good, config={**good.config, "set_sha256": "other"}), tmp_path / "other")
    with pytest.raises(AssistantError, match="not made on the same questions"):
        load([tmp_path / "good", tmp_path / "other"])


def test_each_rung_is_compared_with_the_one_before(good: Run, bad: Run) -> None:
    first, second, third = rungs([bad, good, good])
    assert (first.name, first.contrasts) == ("bad", {})
    assert second.means["RR@10"].mean == 1
    assert second.contrasts["RR@10"].counts == Counts(better=4, worse=0, equal=0)
    assert second.contrasts["RR@10"].corrected == 2 * 2 / 16
    assert third.contrasts["RR@10"].counts.equal == 4
    assert rungs([bad, good], "dev")[1].contrasts["RR@10"].counts.better == 2


def test_the_means_at_other_shares(good: Run) -> None:
    found = compare([good, good], "test").shares
    assert [(line.measure, line.share) for line in found[:5]] == [
        *(("nDCG@10", share) for share in ("0.25", "0.5", "0.75", "1.0")),
        ("Success@5", "0.25"),
    ]
    half = next(line for line in found if line.share == "0.5")
    assert half.means[0] == compare([good, good], "test").lines[0].means[0]

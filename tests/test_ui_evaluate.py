from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from commands import fill
from evaluation_set import run_set, small_set, write_lines
from reported_run import QUESTION, ROWS, STRIPES, reported
from word_encoder import WordEncoder

from assistant.config import Config, load_config
from assistant.evaluation.compare import compare
from assistant.evaluation.failures import KINDS, failures
from assistant.evaluation.folders import kept_runs
from assistant.evaluation.marks import Piece
from assistant.evaluation.run import read, write
from assistant.evaluation.systems import NAMED
from assistant.ui import evaluations, questions, results, runs
from assistant.ui.action import EndedError
from assistant.ui.evaluations import State
from assistant.ui.runs import EVERY, FAILED, Wanted

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Shelf:
    """What a run needs of a library, with vectors that need no model."""

    config: Config
    encoder: WordEncoder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runs: two over hostile questions, and one over others."""
    place = tmp_path_factory.mktemp("evaluate")
    write(reported(place, NAMED["lexical"]), place / "runs" / "lexical")
    write(reported(place), place / "runs" / "shipped")
    (place / "other").mkdir()
    write(run_set(small_set(place / "other"), place), place / "runs" / "other")
    return place / "runs"


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    fill(tmp_path / "corpus")
    write_lines(tmp_path / "small.jsonl")
    config = load_config(
        corpus=tmp_path / "corpus", library=tmp_path / "index", cache=tmp_path / "cache"
    )
    return Shelf(config, WordEncoder())


def soup(html: str) -> BeautifulSoup:
    found = BeautifulSoup(html, "lxml")
    assert not found.select("script, img, iframe, object, link, style")
    return found


def cells(html: str, caption: str) -> dict[str, list[str]]:
    """The cells of a table by the head of their row."""
    found = next(one for one in soup(html).select("table") if caption in one.get_text())
    return {
        row.select("th")[0].get_text(): [cell.get_text() for cell in row.select("td")]
        for row in found.select("tbody tr")
    }


def run(shelf: Shelf, wanted: Wanted, folder: Path) -> list[State]:
    """What is said of a run from its beginning to its end."""
    return list(evaluations.states(evaluations.begin(shelf, wanted, folder)))


def values(update: Any) -> list[Any]:
    """The values that a component lets choose from."""
    return [value for _, value in update.choices]


def test_the_figures_are_those_of_the_run_with_their_intervals(folder: Path) -> None:
    html = runs.figures("shipped", "dev", folder)
    metrics = read(folder / "shipped").metrics
    own = metrics["dev"]["nDCG@10"]
    shown = f"{own['mean']:.3f} {own['low']:.3f}–{own['high']:.3f}"
    assert cells(html, "Retrieval")["nDCG@10"][1] == shown
    tile = soup(html).select(".tiles div")[0]
    assert [part.get_text() for part in tile.select("dt, dd")] == ["nDCG@10", shown]
    assert len(cells(html, "By category")) == len(metrics["per_category"])
    assert len(soup(html).select("figure svg[role=img][aria-label]")) == 5


def test_a_split_has_its_own_main_figures_and_curve(folder: Path) -> None:
    metrics = read(folder / "shipped").metrics
    for split in ("test", "dev", "all"):
        page = soup(runs.figures("shipped", split, folder))
        tops = [cell.get_text() for cell in page.select(".tiles .v")]
        assert tops[0] == f"{metrics[split]['nDCG@10']['mean']:.3f}"
        labels = [str(svg["aria-label"]) for svg in page.select("svg")]
        (curve,) = [label for label in labels if label.startswith("Success@k")]
        assert f". {split}: " in curve
        assert str(metrics[split]["questions"]) in page.select(".about")[0].get_text()


def test_what_went_wrong_is_listed_and_can_be_narrowed(folder: Path) -> None:
    run = read(folder / "shipped")
    wrong = {one.asked.id: one.kinds for one in failures(run)}

    def listed(split: str, only: str) -> list[str]:
        page = soup(runs.questions("shipped", split, only, folder))
        return [str(one["data-question"]) for one in page.select("details")]

    assert listed(EVERY, FAILED) == list(wrong)
    assert listed(EVERY, EVERY) == [row["id"] for row in ROWS]
    dev = {one.id for one in run.asked if one.split == "dev"}
    assert listed("dev", FAILED) == [name for name in wrong if name in dev]
    counts = {key: label for label, key in runs.kinds("shipped", EVERY, folder)}
    for kind in {kind for kinds in wrong.values() for kind in kinds}:
        expected = [name for name, kinds in wrong.items() if kind in kinds]
        assert listed(EVERY, kind) == expected
        assert counts[kind] == f"{KINDS[kind]} ({len(expected)})"
    assert counts[EVERY] == f"all questions ({len(ROWS)})"
    assert set(counts) <= {FAILED, EVERY, *KINDS}


def test_a_question_shows_what_was_found_and_what_should_have_been(folder: Path) -> None:
    html = runs.explained("shipped", ROWS[-2]["id"], folder)
    page = soup(html)
    gold = page.select("blockquote")[0]
    assert gold.select("p")[0].get_text() == STRIPES
    assert gold.select("footer")[0].get_text() == "zebra.md · answers in full"
    asked = next(one for one in read(folder / "shipped").asked if one.id == ROWS[-2]["id"])
    places = [one.get_text() for one in page.select(".hits .place")]
    assert len(places) == min(5, len(asked.hits))
    assert asked.hits[0].heading[-1] in places[0]
    assert ("relevant · " in places[0]) == asked.hits[0].relevant
    texts = [one.get_text() for one in page.select(".hits .passage")]
    assert any(STRIPES in text for text in texts)
    unanswerable = runs.explained("shipped", "mona", folder)
    assert "The documents do not answer this." in unanswerable
    assert not soup(unanswerable).select("blockquote")


def test_the_text_of_a_question_looks_as_it_does_elsewhere() -> None:
    pieces = (Piece("**Grid** has", "gold"), Piece(":\n- <", ""), Piece("five six", "both"))
    assert questions.marked(pieces) == (
        '<div class="passage"><p><mark><strong>Grid</strong> has</mark>:</p>'
        "<ul><li>&lt;<mark><u>five</u> <u>six</u></mark></li></ul></div>"
    )
    cells = questions.marked((Piece("five\tsix", "asked"),))
    assert "<td><u>five</u></td><td><u>six</u></td>" in cells


def test_nothing_of_a_set_becomes_markup(folder: Path) -> None:
    evil = str(ROWS[-2]["id"])
    for html in (
        runs.figures("shipped", EVERY, folder),
        runs.explained("shipped", evil, folder),
        runs.questions("shipped", EVERY, EVERY, folder),
        runs.comparison("shipped", "lexical", EVERY, folder),
        evaluations.explained("<s>shipped</s>", '"><b>', folder),
    ):
        assert not soup(html).select("s, i, title")
        names = {name for tag in soup(html).find_all(True) for name in tag.attrs}
        assert not {name for name in names if name.startswith("on")}
    listed = soup(runs.questions("shipped", EVERY, EVERY, folder))
    assert QUESTION in [one.get_text() for one in listed.select(".q")]


def test_a_comparison_has_differences_their_p_and_who_won(folder: Path) -> None:
    both = [read(folder / name) for name in ("lexical", "shipped")]
    line = compare(both, "all").lines[0]
    found, counts = line.contrasts[0], line.contrasts[0].counts
    row = cells(runs.comparison("shipped", "lexical", EVERY, folder), "Mean and 95 % interval")
    before, after, difference, p, won = row[line.measure]
    assert before.split()[0] == f"{line.means[0].mean:.3f}"
    assert after.split()[0] == f"{line.means[1].mean:.3f}"
    low, high = found.difference.low, found.difference.high
    assert difference == f"{found.difference.mean:+.3f} {low:+.3f} to {high:+.3f}"
    assert p == f"{found.corrected:.3f}{'*' if found.corrected < 0.05 else ''}"
    assert won == f"{counts.better} / {counts.worse} / {counts.equal}"


def test_runs_over_other_questions_are_not_compared(folder: Path) -> None:
    told = evaluations.comparison("shipped", "other", EVERY, folder)
    assert soup(told).select(".failure")
    assert "were not made on the same questions" in told
    assert evaluations.comparison("shipped", "shipped", EVERY, folder) == results.NOT_COMPARED
    assert evaluations.comparison("shipped", None, None, folder) == results.NOT_COMPARED


def test_the_view_of_a_run_follows_its_splits_and_failures(folder: Path) -> None:
    split, figures, compared, only, listed = evaluations.view(
        "shipped", "lexical", "no such split", "no such kind", folder
    )
    assert [value for _, value in split.choices] == ["test", "dev", "all"]
    assert (split.value, only.value) == ("test", FAILED)
    assert figures == runs.figures("shipped", "test", folder)
    assert compared == runs.comparison("shipped", "lexical", "test", folder)
    assert listed == runs.questions("shipped", "test", FAILED, folder)
    assert evaluations.view("shipped", None, "dev", EVERY, folder)[4] == runs.questions(
        "shipped", "dev", EVERY, folder
    )


def test_without_a_run_the_tab_says_what_to_do(tmp_path: Path) -> None:
    assert evaluations.view(None, None, None, None, tmp_path)[1] == results.NO_RUN
    chosen, against, sets, system = evaluations.offered(None, None, None, None, tmp_path, tmp_path)
    assert (chosen.value, values(against)) == (None, [evaluations.NOTHING])
    assert (sets.value, values(system)) == (None, list(NAMED))


def test_the_latest_run_is_offered_first_and_a_choice_is_kept(folder: Path) -> None:
    names = list(kept_runs(folder))
    assert sorted(names) == ["lexical", "other", "shipped"]
    chosen, against = evaluations.kept(None, None, folder)
    assert (chosen.value, values(chosen)) == (names[0], names)
    assert (against.value, values(against)) == (
        evaluations.NOTHING,
        [evaluations.NOTHING, *names[1:]],
    )
    chosen, against = evaluations.kept("lexical", "other", folder)
    assert (chosen.value, against.value) == ("lexical", "other")
    # A run is not compared with itself.
    others = evaluations.others("other", "other", folder)
    without = [name for name in names if name != "other"]
    assert (others.value, values(others)) == ("none", ["none", *without])
    assert evaluations.kept("gone", "gone", folder)[0].value == names[0]


def test_a_run_that_is_gone_or_damaged_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    gone = evaluations.view("gone", None, None, None, folder)[1]
    assert f"There is no run gone in {folder}." in soup(gone).get_text()
    (tmp_path / "broken").mkdir()
    for name in ("answers.jsonl", "config.json"):
        (tmp_path / "broken" / name).write_text("{}")
    assert "is not a run" in evaluations.view("broken", None, None, None, tmp_path)[1]
    assert "no such question" in evaluations.explained("shipped", "gone", folder)
    assert "../shipped" in evaluations.explained("../shipped", "x", folder / "shipped")


def test_the_report_is_named_and_written_where_it_is_missing(folder: Path) -> None:
    path = folder / "lexical" / "report.html"
    assert not path.exists()
    assert soup(evaluations.report("lexical", folder)).select("code")[0].get_text() == str(path)
    assert path.read_text("utf-8").startswith("<!DOCTYPE html>")
    assert evaluations.report(None, folder) == ""


def test_a_run_tells_its_progress_and_is_kept_under_its_name(shelf: Shelf, tmp_path: Path) -> None:
    wanted = Wanted(str(tmp_path / "small.jsonl"), "lexical", " collapse=off ")
    *before, last = run(shelf, wanted, tmp_path / "runs")
    assert all("<progress" in state.said and state.name is None for state in before)
    assert last.name == "small-lexical-collapse=off"
    assert last.said == '<p class="done" role="status">Done: small-lexical-collapse=off</p>'
    stored = json.loads((tmp_path / "runs" / last.name / "config.json").read_text("utf-8"))
    assert (stored["settings"]["mode"], stored["settings"]["collapse"]) == ("lexical", False)
    assert (tmp_path / "runs" / last.name / "report.html").is_file()
    named = Wanted(str(tmp_path / "small.jsonl"), "shipped", "", "my run")
    assert run(shelf, named, tmp_path / "runs")[-1].name == "my run"
    assert list(kept_runs(tmp_path / "runs")) == ["my run", "small-lexical-collapse=off"]


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (Wanted("small.jsonl", "shipped", "depht=1"), "There is no setting depht."),
        (Wanted("small.jsonl", "shipped", "weight=<b>"), "weight=&lt;b&gt; cannot be used."),
        (Wanted("small.jsonl", "shipped", "dense"), "dense is neither NAME=VALUE nor"),
        (Wanted("small.jsonl", "shipped", "", "../up"), "../up cannot be the name of a folder."),
        (Wanted("nowhere.jsonl", "shipped"), "nowhere.jsonl"),
        (Wanted(" ", "shipped"), "No question set was chosen."),
    ],
)
def test_what_cannot_be_run_is_said_in_words(
    shelf: Shelf, tmp_path: Path, wanted: Wanted, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    last = run(shelf, wanted, tmp_path / "runs")[-1]
    assert last.name is None
    assert last.said.startswith('<div class="failure">')
    assert told in last.said
    assert "Something unexpected" not in last.said
    assert not (tmp_path / "runs").exists()


class Waiting(WordEncoder):
    """Encodes no question before it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go_on = threading.Event(), threading.Event()

    def encode_query(self, question: str) -> Any:
        self.reached.set()
        assert self.go_on.wait(20)
        return super().encode_query(question)


def test_a_run_that_is_stopped_writes_nothing(shelf: Shelf, tmp_path: Path) -> None:
    encoder = Waiting()
    wanted = Wanted(str(tmp_path / "small.jsonl"), "dense")
    action = evaluations.begin(Shelf(shelf.config, encoder), wanted, tmp_path / "runs")
    states = evaluations.states(action)
    assert "<progress" in next(states).said
    assert encoder.reached.wait(20)
    action.end()
    # It is said at once, though the run is still at work.
    assert [state.said for state in states] == [results.STOPPED]
    (thread,) = [one for one in threading.enumerate() if one.name == "action"]
    encoder.go_on.set()
    thread.join(20)
    assert not thread.is_alive()
    assert not (tmp_path / "runs").exists()
    assert run(shelf, wanted, tmp_path / "runs")[-1].name == "small-dense"


def test_a_run_that_nobody_watches_any_more_ends(shelf: Shelf, tmp_path: Path) -> None:
    encoder = Waiting()
    wanted = Wanted(str(tmp_path / "small.jsonl"), "dense")
    action = evaluations.begin(Shelf(shelf.config, encoder), wanted, tmp_path / "runs")
    states = evaluations.states(action)
    next(states)
    states.close()
    encoder.go_on.set()
    with pytest.raises(EndedError):
        action.result()


def test_importing_the_page_loads_nothing_of_evaluation_that_is_heavy() -> None:
    code = "import sys, assistant.ui.page; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert "assistant.ui.evaluate" in loaded
    tops = {name.split(".")[0] for name in loaded}
    assert not tops & {"matplotlib", "ir_measures", "sklearn", "scipy", "torch", "faiss", "tantivy"}
    assert not {name for name in loaded if name.startswith("assistant.evaluation.")} - {
        "assistant.evaluation.folders"
    }

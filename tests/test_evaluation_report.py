import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from commands import run as command
from reported_run import QUESTION, ROWS, STRIPES, reported

from assistant.errors import AssistantError
from assistant.evaluation import report
from assistant.evaluation.failures import failures
from assistant.evaluation.metrics import MEASURES, Interval
from assistant.evaluation.plots import Group, groups, latency
from assistant.evaluation.run import Run, read, write
from assistant.evaluation.systems import NAMED
from assistant.evaluation.tables import splits

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run, with its report."""
    place = tmp_path_factory.mktemp("reported")
    write(reported(place), place / "run")
    report.write(place / "run")
    return place / "run"


@pytest.fixture(scope="module")
def made(folder: Path) -> Run:
    return read(folder)


@pytest.fixture(scope="module")
def page(folder: Path) -> BeautifulSoup:
    return BeautifulSoup((folder / report.NAME).read_text("utf-8"), "lxml")


def table(page: BeautifulSoup, caption: str) -> dict[str, list[str]]:
    """The cells of a table by the head of their row."""
    found = next(one for one in page.select("table") if caption in one.get_text())
    return {
        row.select_one("th").get_text(strip=True): [  # type: ignore[union-attr]
            cell.get_text(" ", strip=True) for cell in row.select("td")
        ]
        for row in found.select("tbody tr")
    }


def shown(value: dict[str, float]) -> str:
    return f"{value['mean']:.3f} {value['low']:.3f}–{value['high']:.3f}"


def attributes(page: BeautifulSoup, name: str) -> set[str]:
    return {str(tag[name]) for tag in page.find_all(True) if tag.has_attr(name)}


def test_the_same_run_gives_the_same_bytes_in_another_process(folder: Path) -> None:
    code = (
        "import pathlib, sys, matplotlib; matplotlib.rcParams['lines.linewidth'] = 9;"
        "from assistant.evaluation import report; from assistant.evaluation.run import read;"
        "sys.stdout.buffer.write(report.render(read(pathlib.Path(sys.argv[1]))).encode())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    assert told.stdout == (folder / report.NAME).read_bytes()


def test_nothing_says_when_or_by_what_it_was_drawn(folder: Path) -> None:
    import matplotlib

    text = (folder / report.NAME).read_text("utf-8")
    assert "matplotlib" not in text.casefold()
    assert matplotlib.__version__ not in text
    assert not re.search(r"<metadata|<!--|\d\.\d{6}[^+:]", text)


def test_what_comes_from_outside_is_escaped(page: BeautifulSoup, made: Run) -> None:
    assert [script.get_text() for script in page.find_all("script")] == [
        (report.HERE / "report.js").read_text("utf-8")
    ]
    assert page.find_all(["img", "s", "iframe"]) == []
    assert page.h1 is not None
    assert page.h1.get_text() == made.name
    evil = ROWS[-2]
    entry = page.find(id=f"q-{evil['id']}")
    assert isinstance(entry, Tag)
    question = entry.find(class_="q")
    assert isinstance(question, Tag)
    assert question.get_text() == QUESTION
    assert question.find_all() == []
    assert entry["data-category"] == evil["category"]
    assert STRIPES in entry.get_text()
    assert "49 in the morning" not in entry.get_text()


def test_the_page_names_no_other_address(page: BeautifulSoup) -> None:
    assert {link for link in attributes(page, "href") if not link.startswith("#")} == {"data:,"}
    assert attributes(page, "src") == set()
    assert all(found.startswith("#") for found in attributes(page, "xlink:href"))
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert isinstance(policy, Tag)
    assert str(policy["content"]).startswith("default-src 'none'")


def test_every_failed_question_is_there(page: BeautifulSoup, folder: Path) -> None:
    values = json.loads((folder / "metrics.json").read_text("utf-8"))["per_question"]
    rows = map(json.loads, (folder / "answers.jsonl").read_text("utf-8").splitlines())
    failed = [row["id"] for row in rows if went_wrong(row, values)]
    assert failed
    assert [str(one["id"]) for one in page.select(".failure")] == [f"q-{name}" for name in failed]


def went_wrong(row: dict[str, Any], values: dict[str, dict[str, float]]) -> bool:
    if not row["answerable"]:
        return not row["refused"]
    return not values[row["id"]]["Success@5"] or row["refused"] or not row["full"]


def test_a_run_without_answers_shows_what_was_not_found(tmp_path: Path) -> None:
    run = reported(tmp_path, replace(NAMED["lexical"]))
    page = BeautifulSoup(report.render(run), "lxml")
    entry = page.find(id="q-yak")
    assert isinstance(entry, Tag)
    assert entry["data-kinds"] == "unfound"
    assert "No relevant passage was found." in entry.get_text()
    assert "in the morning" in entry.get_text()
    assert page.find(id="answers") is None
    assert [tag["id"] for tag in page.find_all("section")] == [
        *("retrieval", "where", "failures", "latency", "made"),
    ]


def test_the_figures_are_those_of_the_run(page: BeautifulSoup, made: Run) -> None:
    names = splits(made.metrics)
    assert names == ["test", "dev", "all"]
    retrieval = table(page, "Retrieval")
    assert list(retrieval) == list(MEASURES)
    for measure, cells in retrieval.items():
        assert cells == [shown(made.metrics[name][measure]) for name in names]
    answers = table(page, "Answers")
    for label, key in (("holds a gold span", "full"), ("holds a part of one", "part")):
        assert answers[label] == [shown(made.metrics[name]["answers"][key]) for name in names]
    refusal = table(page, "Refusal")
    assert refusal["AUROC"] == [shown(made.metrics[name]["refusal"]["auroc"]) for name in names]
    for kind in ("category", "chapter"):
        groups = made.metrics[f"per_{kind}"]
        found = table(page, f"By {kind}")
        assert set(found) == {" ".join(name.split()) for name in groups}
        for name, group in groups.items():
            assert found[name][0] == str(group["questions"])
            assert found[name][1] == shown(group["nDCG@10"])
    wrong = table(page, "What went wrong")
    assert wrong["questions in all"][-1] == str(len(failures(made)))


def test_every_plot_says_what_it_shows(page: BeautifulSoup) -> None:
    assert len(page.find_all("svg")) == 5
    assert all(plot["role"] == "img" and plot["aria-label"] for plot in page.find_all("svg"))
    for found in page.find_all("table"):
        assert found.find("caption") is not None
        assert all(head.get("scope") in ("row", "col") for head in found("th"))
    ids = [str(tag["id"]) for tag in page.find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_plots_draw_any_name_and_number() -> None:
    sure = Interval(1.0, 1.0, 1.0)
    drawn = groups("g", [Group("a$b$<c>&漢字" * 9, 1, (sure, sure))], ("x", "y"), (1, 1))
    assert "a$b$&lt;c&gt;&amp;漢字a" in drawn
    assert "…</text>" in drawn
    assert "median 0" in latency([0.0, 0.0], 0.0, 0.0)
    assert "</svg>" in latency([1.0, 2e6], 1.0, 2e6)


def test_the_command_writes_and_checks(folder: Path, tmp_path: Path) -> None:
    written = (folder / report.NAME).read_bytes()
    assert command("eval", "report", folder, "--check").code == 0
    (folder / report.NAME).write_bytes(written.replace(b"<main>", b"<main >"))
    told = command("eval", "report", folder, "--check")
    assert (told.code, told.out) == (1, f"{folder / report.NAME} is not current\n")
    told = command("eval", "report", folder, "--check", "--json")
    assert (told.code, told.json["ok"]) == (1, False)
    assert command("eval", "report", folder).code == 0
    assert (folder / report.NAME).read_bytes() == written
    told = command("eval", "report", tmp_path)
    assert told.code == 1
    assert "is not a run" in told.err


def test_a_check_needs_a_report(made: Run, tmp_path: Path) -> None:
    write(made, tmp_path)
    with pytest.raises(AssistantError, match=re.escape("has no report.html")):
        report.check(tmp_path)


@pytest.mark.parametrize("path", sorted((ROOT / "eval" / "runs").glob(f"*/{report.NAME}")), ids=str)
def test_a_committed_report_is_current(path: Path) -> None:
    assert report.check(path.parent)

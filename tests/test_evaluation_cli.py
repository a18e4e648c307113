import json
from pathlib import Path

import pytest
from commands import run
from evaluation_set import LINES, gold, line, small_set, write_lines

from assistant.evaluation import ablate

MEASURES = ["nDCG@10", "RR@10", "Success@1", "Success@5", "Success@10", "R@10", "R@100"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("evaluation")
    small_set(place)
    return place


@pytest.fixture(autouse=True)
def settings(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CACHE", str(place / "cache"))
    monkeypatch.setenv("ASSISTANT_CORPUS", str(place / "corpus"))
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(place / "index"))
    monkeypatch.chdir(place)


@pytest.fixture(scope="module")
def made(place: Path) -> Path:
    """The folder of a run, made once: the cache then has all its vectors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_CACHE", str(place / "cache"))
        patch.setenv("ASSISTANT_CORPUS", str(place / "corpus"))
        told = run("eval", "run", place / "small.jsonl", "--out", place / "made")
    assert told.code == 0
    assert f"written to {place / 'made'}" in told.err
    for words in ("small-shipped: 2 documents", "all (4)", "dev (2)", "AUROC of the confidence"):
        assert words in told.out
    return place / "made"


def test_run_prints_the_contract(made: Path) -> None:
    told = run("eval", "run", "small.jsonl", "--json", "--name", "again")
    assert told.code == 0
    assert list(told.json) == ["run", "config", "metrics"]
    assert told.json["run"] == str(Path("eval") / "runs" / "again")
    assert sorted(path.name for path in Path(told.json["run"]).iterdir()) == [
        *("answers.jsonl", "config.json", "metrics.json", "passages.jsonl", "qrels.trec"),
        *("report.html", "run.trec"),
    ]
    assert list(told.json["metrics"]) == ["all", "dev", "test", "latency_ms"]
    assert list(told.json["metrics"]["all"]) == [
        *("questions", "searched", *MEASURES, "answers", "refusal"),
    ]
    assert told.json["config"]["name"] == "again"
    assert told.json["metrics"]["all"]["Success@5"] == {"mean": 1, "low": 1, "high": 1}
    stored = json.loads((made / "metrics.json").read_text("utf-8"))
    assert stored["all"] == told.json["metrics"]["all"]


def test_settings_are_named_in_the_run(made: Path) -> None:
    told = run("eval", "run", "small.jsonl", "--config", "lexical", "--config", "collapse=off")
    assert told.code == 0
    assert told.out.startswith("small-lexical-collapse=off: 2 documents")
    assert "answer holds" not in told.out
    stored = json.loads(Path("eval/runs/small-lexical-collapse=off/config.json").read_text())
    assert (stored["settings"]["mode"], stored["settings"]["collapse"]) == ("lexical", False)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "small.jsonl", "--config", "depht=1"], "There is no setting depht."),
        (["run", "small.jsonl", "--name", "a/b"], "cannot be the name of a folder"),
        (["compare", "made"], "Give at least two runs."),
        (["run"], "Missing argument 'SET'."),
    ],
)
def test_wrong_usage_ends_with_2(words: list[str], message: str) -> None:
    told = run("eval", *words, "--json")
    assert told.code == 2
    assert message in told.json["error"]["message"]
    assert message in told.err


@pytest.mark.parametrize(
    "words",
    [["run", "no.jsonl"], ["check", "corpus"], ["compare", "made", "no"], ["run", "corpus"]],
)
def test_what_cannot_be_read_ends_with_1(made: Path, words: list[str]) -> None:
    told = run("eval", *words, "--json")
    assert told.code == 1
    assert told.json["error"]["hint"]
    assert told.err.startswith("error: ")


def test_compare(made: Path) -> None:
    run("eval", "run", "small.jsonl", "--config", "lexical", "--out", "lexical", "--quiet")
    told = run("eval", "compare", "made", "lexical", "--json")
    assert told.code == 0
    assert list(told.json) == ["names", "split", "questions", "lines", "shares", "changed"]
    assert told.json["names"] == ["small-shipped", "small-lexical"]
    assert [one["measure"] for one in told.json["lines"]] == MEASURES
    contrast = told.json["lines"][0]["contrasts"][0]
    assert list(contrast) == ["difference", "p", "corrected", "counts"]
    assert sum(contrast["counts"].values()) == 4
    shown = run("eval", "compare", "made", "lexical", "--split", "dev", "--quiet")
    assert shown.out.startswith("2 questions (dev)\nrun 1: small-shipped\nrun 2: small-lexical\n")
    assert "won/lost" in shown.out


def test_check(place: Path) -> None:
    told = run("eval", "check", "small.jsonl", "--json")
    assert (told.code, told.json) == (0, {"ok": True, "questions": 7, "findings": []})
    wrong = line("wrong", "What is hail?", gold("clouds.md", "Hail is frozen rain."))
    write_lines(place / "wrong.jsonl", (*LINES, wrong))
    told = run("eval", "check", "wrong.jsonl")
    assert told.code == 1
    assert told.out == (
        "quote     wrong gold quote 1 does not occur in clouds.md: Hail is frozen rain.\n"
        "8 questions, 1 finding\n"
    )
    found = run("eval", "check", "wrong.jsonl", "--json").json["findings"]
    assert [(one["kind"], one["id"]) for one in found] == [("quote", "wrong")]


def test_ablate(made: Path) -> None:
    told = run("eval", "ablate", "small.jsonl", "--json", "--out", "steps")
    assert told.code == 0
    names = [step["name"] for step in told.json["steps"]]
    assert (names[0], names[-1], len(names)) == ("naive", "follow-ups resolved", 11)
    assert told.json["steps"][0]["contrasts"] == {}
    assert list(told.json["steps"][1]["contrasts"]) == MEASURES
    folders = {folder.name.partition("-")[0] for folder in Path("steps").iterdir()}
    assert folders == {*map(str, range(11)), "ladder.json"}
    shown = run("eval", "ablate", "small.jsonl", "--out", "steps", "--split", "dev")
    assert "\nSuccess@5  naive " in shown.out
    assert "passages by section" in shown.out
    # The last step is the product: the same figures as a run of it.
    assert told.json["steps"][-1]["means"]["RR@10"]["mean"] == 1


def test_ablate_choices(made: Path) -> None:
    told = run("eval", "ablate", "small.jsonl", "--choices", "--out", "choices")
    assert told.code == 0
    assert "words not stemmed" in told.out
    assert "against the first" in told.out
    table = ablate.read(Path("choices") / "choices.json")
    assert table["against"] == "first"
    first, *others = table["splits"]["all"]["steps"]
    assert (first.name, first.contrasts, len(others)) == ("shipped", {}, len(ablate.choices()) - 1)
    # Each is set against the product, not against the one before.
    for other in others:
        gained = other.means["RR@10"].mean - first.means["RR@10"].mean
        assert other.contrasts["RR@10"].difference.mean == pytest.approx(gained)


def test_calibrate(made: Path) -> None:
    told = run("eval", "calibrate", "small.jsonl", "--out", "confidence.json", "--json")
    assert told.code == 0
    assert list(told.json) == [
        *("bias", "fitted", "kind", "measured", "threshold", "weak", "weights")
    ]
    assert json.loads(Path("confidence.json").read_text()) == told.json
    shown = run("eval", "calibrate", "small.jsonl", "--out", "confidence.json")
    assert "best_unit" in shown.out
    assert "refused though answerable" in shown.out
    assert "written to confidence.json" in shown.err


def test_calibrate_with_questions_over_other_libraries(made: Path) -> None:
    rows = [
        {
            "library": "weather",
            "question": f"What is {word}?",
            "category": "definition" if answerable else "near-miss",
            "answerable": answerable,
            "features": {"best_unit": 0.5, "weakest_word": 0.5, "matched_words": 0.5},
        }
        for word, answerable in (("snow", True), ("hail", False))
    ]
    alone = run("eval", "calibrate", "small.jsonl", "--out", "alone.json", "--json")
    elsewhere = Path("elsewhere.json")
    encoder = alone.json["fitted"]["encoder_sha256"]
    elsewhere.write_text(json.dumps({"encoder": encoder, "questions": rows}))
    words = ("eval", "calibrate", "small.jsonl", "--out", "c.json", "--elsewhere", str(elsewhere))
    both = run(*words, "--json")
    counts = [told.json["fitted"]["questions_elsewhere"] for told in (alone, both)]
    assert counts == [0, 2]
    assert both.json["kind"] != alone.json["kind"]
    elsewhere.write_text(json.dumps({"encoder": "another", "questions": rows}))
    assert "is of another encoder" in run(*words).err
    for text in ("[]", "{", json.dumps({"encoder": encoder, "questions": [{}]})):
        elsewhere.write_text(text)
        told = run(*words)
        assert told.code == 1
        assert "is no file of questions over other libraries" in told.err


def test_eval_alone_says_what_there_is() -> None:
    told = run("eval", "--help")
    for command in ("run", "compare", "ablate", "check", "calibrate"):
        assert f" {command} " in told.out

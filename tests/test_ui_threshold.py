from __future__ import annotations

import json
from pathlib import Path

from assistant.confidence import load_calibration
from assistant.ui.threshold import measured, threshold

ROOT = Path(__file__).resolve().parents[1]


def keep(folder: Path, name: str, threshold: float, **refusal: object) -> None:
    (folder / name).mkdir()
    for file in ("answers.jsonl", "config.json"):
        (folder / name / file).write_text("")
    metrics = {"all": {}, "test": {"refusal": {"threshold": threshold, **refusal}}}
    (folder / name / "metrics.json").write_text(json.dumps(metrics))


def test_the_threshold_is_told_as_it_was_measured(tmp_path: Path) -> None:
    at = load_calibration().threshold
    assert "No evaluation run with this threshold" in measured(tmp_path, at)
    keep(tmp_path, "other", at / 2, false_refusals={"mean": 0.5})
    keep(tmp_path, "words", at)
    assert "No evaluation run with this threshold" in measured(tmp_path, at)
    shares = {"all": 0.25, "near-miss": 0.2, "off-topic": 0.0}
    answers = {kind: {"mean": share} for kind, share in shares.items()}
    keep(tmp_path, "sheet", at, false_refusals={"mean": 0.09}, false_answers=answers)
    assert measured(tmp_path, at) == (
        "At this threshold it answers 91 % of the questions that the documents answer, and wrongly"
        " also 1 in 5 of those that they only nearly answer and none of those about something else."
        " So it was measured on the test questions of the run sheet, with five passages considered."
    )
    one_kind = {"all": {"mean": 0.5}}
    (tmp_path / "sheet" / "metrics.json").unlink()
    keep(tmp_path, "own", at, false_refusals={"mean": 0.09}, false_answers=one_kind)
    assert "wrongly also 50 % of those that they do not answer." in measured(tmp_path, at)


def test_the_kept_runs_of_the_project_tell_the_meaning_of_its_threshold() -> None:
    html = threshold(ROOT / "eval" / "runs")
    assert "At this threshold it answers" in html
    assert "of those that they only nearly answer" in html

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.confidence import load_calibration
from assistant.config import Config, load_config
from assistant.errors import LibraryError
from assistant.types import Status
from assistant.ui.settings import measured, overview, settings, tried_model


class Shelf:
    def __init__(self, config: Config, error: Exception | None = None) -> None:
        self.config = config
        self.error = error

    def status(self) -> Status:
        if self.error:
            raise self.error
        return Status("index", (), 7, 1, "mini<lm>", "53aa51172d142c89", 2_000_000)


def test_every_setting_is_shown_with_its_variable_and_no_secret(tmp_path: Path) -> None:
    config = load_config(library=tmp_path, llm_key="sesame", pdf_password="open", llm="<model>")
    html = overview(Shelf(config), tmp_path)
    for name in Config.model_fields:
        assert f"<code>ASSISTANT_{name.upper()}</code>" in html
    assert "sesame" not in html
    assert ">open<" not in html
    assert html.count("set, and not shown") == 2
    assert "&lt;model&gt;" in html
    assert "mini&lt;lm&gt;" in html


def test_what_was_set_is_told_from_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MAX_FILE_MB", "17")
    size, seconds, model = settings(load_config(), ("max_file_mb", "parse_seconds", "llm"))
    assert (size.value, size.chosen) == ("17", True)
    assert (seconds.value, seconds.chosen) == ("120", False)
    assert model.value == "none: answers are quotations from your documents"


def test_a_library_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    html = overview(Shelf(load_config(), LibraryError("It is damaged.")), tmp_path)
    assert "It is damaged." in html
    assert "ASSISTANT_CORPUS" in html


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
    answers = {"all": {"mean": 0.25}, "near-miss": {"mean": 0.4}}
    keep(tmp_path, "sheet", at, false_refusals={"mean": 0.09}, false_answers=answers)
    assert measured(tmp_path, at) == (
        "Measured in the run sheet (test questions): it answers 91 % of the questions that your"
        " documents answer, and wrongly 25 % of those that they do not (40 % of near-miss)."
    )


def test_no_chat_model_is_no_fault() -> None:
    said = [*tried_model(load_config())]
    assert "Asking the chat model" in said[0]
    assert said[-1] == (
        '<div class="done" role="status"><p>none is set: answers are quotations from your'
        " documents</p></div>"
    )


def test_a_chat_model_that_does_not_answer_says_what_to_do() -> None:
    config = load_config(llm="ollama:none", llm_url="http://127.0.0.1:9", llm_seconds=5)
    *_, said = tried_model(config)
    assert said.startswith('<div class="failure" role="status">')
    assert "127.0.0.1:9" in said

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Library, bundle, doctor, log
from assistant.config import Config, load_config
from assistant.errors import AssistantError

SECRET = "the dormouse"


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Config]:
    yield load_config(library=tmp_path / "index", corpus=tmp_path / "corpus", log=tmp_path / "log")
    log.set_up(load_config(log=tmp_path / "over"))


def logged(config: Config) -> list[dict[str, object]]:
    return list(log.lines(config.log))


def failing() -> AssistantError:
    try:
        raise AssistantError(f"{SECRET} cannot be read.")
    except AssistantError as error:
        return error


def test_a_line_tells_what_happened_and_nothing_private(config: Config) -> None:
    log.set_up(config)
    log.note("asked", {"question": SECRET}, refused=False, stages_ms={"embed": 3.5})
    log.fault("failed", failing())
    asked, failed = logged(config)
    assert (asked["event"], asked["refused"], asked["stages_ms"]) == (
        "asked",
        False,
        {"embed": 3.5},
    )
    assert (failed["level"], failed["error"]) == ("error", "AssistantError")
    assert str(failed["at"]).startswith("['tests/test_log.py:")
    assert SECRET not in (config.log / log.FILE).read_text("utf-8")


def test_content_is_logged_where_it_is_asked_for(config: Config) -> None:
    log.set_up(config.model_copy(update={"log_content": True}))
    log.note("asked", {"question": SECRET})
    log.fault("failed", failing())
    asked, failed = logged(config)
    assert asked["question"] == SECRET
    assert failed["message"] == f"{SECRET} cannot be read."


def test_the_file_rotates(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MOST_BYTES", 2000)
    log.set_up(config)
    for number in range(200):
        log.note("asked", number=number)
    files = sorted(config.log.iterdir())
    assert len(files) == 1 + log.KEPT
    assert all(file.stat().st_size <= 2000 for file in files)
    numbers = [line["number"] for line in logged(config)]
    assert numbers == list(range(200))[-len(numbers) :]


def test_a_place_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    log.set_up(load_config(log=tmp_path / "file" / "log"))
    log.note("asked")
    assert list(log.lines(tmp_path / "file" / "log")) == []


def test_the_report_has_figures_and_no_content(config: Config, cheat_sheet: Library) -> None:
    log.set_up(config)
    answer = cheat_sheet.ask(f"What is Amazon Polly, {SECRET}?")
    log.fault("failed", failing())
    own = cheat_sheet.config.model_copy(update={"log": config.log})
    found = bundle.report(own, doctor.examine(own))
    assert found["library"]["documents"][0]["kind"] == ".txt"
    assert found["timings_ms"]["match"]["count"] == 1
    assert set(found["timings_ms"]) == set(answer.seconds)
    assert found["last_errors"][0]["error"] == "AssistantError"
    text = json.dumps(found)
    for private in (SECRET, "Polly", "cheat-sheet", str(own.library)):
        assert private not in text


def test_a_report_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    bundle.write({"version": "1"}, tmp_path / "report.json")
    assert json.loads((tmp_path / "report.json").read_text()) == {"version": "1"}
    with pytest.raises(AssistantError, match="cannot be written"):
        bundle.write({}, tmp_path / "missing" / "report.json")

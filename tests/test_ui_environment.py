from __future__ import annotations

from pathlib import Path

import pytest

from assistant.config import Config, load_config
from assistant.errors import LibraryError
from assistant.types import Status
from assistant.ui.environment import settings, variables


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
    html = variables(Shelf(config))
    for name in Config.model_fields:
        assert f"<code>ASSISTANT_{name.upper()}</code>" in html
    assert "sesame" not in html
    assert ">open<" not in html
    assert html.count("set, and not shown") == 2
    assert "&lt;model&gt;" in html
    assert "mini&lt;lm&gt;" in html
    assert "<code>remove</code> them, or <code>mark</code> them" in html
    assert "`" not in html


def test_what_was_set_is_told_from_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_MAX_FILE_MB", "17")
    size, seconds, model = settings(load_config(), ("max_file_mb", "parse_seconds", "llm"))
    assert (size.value, size.chosen) == ("17", True)
    assert (seconds.value, seconds.chosen) == ("120", False)
    assert model.value == "none: answers are quotations from your documents"


def test_a_library_that_cannot_be_read_is_said() -> None:
    html = variables(Shelf(load_config(), LibraryError("It is damaged.")))
    assert "It is damaged." in html
    assert "ASSISTANT_CORPUS" in html

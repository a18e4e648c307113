from dataclasses import replace
from pathlib import Path

import pytest
from commands import run as command
from evaluation_set import run_set, small_set

from assistant.errors import AssistantError
from assistant.evaluation import ablate, readme
from assistant.evaluation.ablate import ladder
from assistant.evaluation.run import FIGURES, FILES, write

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A README beside a run and a ladder of two steps."""
    place = tmp_path_factory.mktemp("readme")
    questions = small_set(place)
    write(run_set(questions, place, name="plain|run"), place / "runs" / "plain")
    for name in set(FILES) - set(FIGURES):
        (place / "runs" / "plain" / name).unlink()  # the figures are enough
    steps = [
        replace(run_set(questions, place, settings, name=name), name=name)
        for name, settings in list(ladder().items())[1:3]
    ]
    ablate.write(steps, place / "runs" / "ladder" / "ladder.json")
    (place / "README.md").write_text(f"before {readme.BEGIN}x{readme.END} after", encoding="utf-8")
    return place


def test_the_tables_hold_the_figures(place: Path) -> None:
    file = place / "README.md"
    assert not readme.check(file, place / "runs")
    readme.write(file, place / "runs")
    assert readme.check(file, place / "runs")
    text = file.read_text("utf-8")
    assert text.startswith(f"before {readme.BEGIN}\n|")
    assert text.endswith(f"|\n{readme.END} after")
    lines = text.split("\n")
    rows = [line for line in lines if line.startswith("| `plain\\|run` |")]
    assert len(rows) == 4
    assert rows[0].startswith("| `plain\\|run` | 2 of small, test | 1.000 (1.000–1.000) |")
    steps = lines[
        lines.index("| step, 2 of small, test | nDCG@10 | p | Success@1 | p | Success@5 | p |") :
    ]
    assert [step.split(" | ")[0] for step in steps[2:4]] == [
        "| passages by section",
        "| headings embedded",
    ]
    assert steps[3].count("1.000 |") == 3


def test_a_ladder_is_read_as_it_was_written(place: Path, tmp_path: Path) -> None:
    content = ablate.read(place / "runs" / "ladder" / "ladder.json")
    assert list(content["splits"]) == ["dev", "test", "all"]
    first, second = content["splits"]["test"]["steps"]
    assert (first.name, first.contrasts) == ("passages by section", {})
    assert second.contrasts["RR@10"].corrected == 1.0
    (tmp_path / "ladder.json").write_text('{"splits": {"dev": {"steps": [{}]}}}')
    with pytest.raises(AssistantError, match="is no ladder"):
        ablate.read(tmp_path / "ladder.json")


def test_the_command_fills_and_checks(place: Path) -> None:
    file = place / "README.md"
    file.write_text(f"{readme.BEGIN}\n{readme.END}", encoding="utf-8")
    told = command("eval", "readme", file, "--check")
    assert (told.code, told.out) == (1, f"{file} is not current\n")
    assert command("eval", "readme", file).code == 0
    assert command("eval", "readme", file, "--check").code == 0


def test_a_readme_needs_a_place_for_tables(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing", encoding="utf-8")
    with pytest.raises(AssistantError, match="has no place for tables"):
        readme.write(tmp_path / "README.md", tmp_path)
    with pytest.raises(AssistantError, match="There is no"):
        readme.check(tmp_path / "other.md", tmp_path)
    assert readme.generated(tmp_path) == "There is no run yet."


def test_the_committed_tables_are_current() -> None:
    assert readme.check(ROOT / "eval" / "README.md", ROOT / "eval" / "runs")

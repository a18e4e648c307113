"""What ``pip install .`` gives: whole, and at home in any folder."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from commands import fill

ROOT = Path(__file__).resolve().parents[1]
# What the package reads at run time beside its own modules.
DATA = {".css", ".html", ".js", ".json", ".typed"}

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("pip") is None or importlib.util.find_spec("setuptools") is None,
    reason="needs pip and setuptools",
)


def build(what: str, source: Path, target: Path) -> Path:
    """The one file that the build makes of ``source`` in ``target``, an empty folder."""
    code = f"import sys; from setuptools import build_meta; build_meta.build_{what}(sys.argv[1])"
    words = [sys.executable, "-c", code, str(target)]
    subprocess.run(words, cwd=source, check=True, capture_output=True)
    (built,) = target.iterdir()
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, built of a copy, so that nothing is left behind in the project."""
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "MANIFEST.in", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "assistant", source / "assistant", ignore=ignored)
    (source / "tests").mkdir()
    (source / "tests" / "test_nothing.py").write_text("")
    return build("sdist", source, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built of the source distribution."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    shutil.unpack_archive(sdist, unpacked)
    (source,) = unpacked.iterdir()
    return build("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed package and nothing else."""
    target = tmp_path_factory.mktemp("installed")
    words = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target"]
    subprocess.run([sys.executable, *words, target, wheel], check=True, capture_output=True)
    return target


def package() -> set[str]:
    """The files of the package, by their paths in the project."""
    files = (ROOT / "assistant").rglob("*")
    return {file.relative_to(ROOT).as_posix() for file in files if file.suffix in {".py", *DATA}}


def test_the_source_holds_the_package_and_what_builds_it(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
        found = {name for name in names if Path(name).suffix and ".egg-info" not in name}
    others = {"pyproject.toml", "MANIFEST.in", "README.md", "setup.cfg"}
    assert found == package() | others
    assert {"LICENSE", "PKG-INFO"} < names
    assert not {name for name in names if name.startswith("tests")}


def test_the_wheel_holds_the_package_and_what_it_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if not name.endswith("/")}
    assert {name for name in names if ".dist-info/" not in name} == package()
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def elsewhere(installed: Path, folder: Path, *words: str | Path) -> str:
    """What the installed program prints, started in a folder of a person's home."""
    home = folder.parent
    # Without the development installation of the project, which "-S" and the path leave out.
    packages = [os.fspath(installed), *(path for path in sys.path if path.endswith("-packages"))]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")},
        "PYTHONPATH": os.pathsep.join(packages),
        "XDG_DATA_HOME": os.fspath(home / "data"),
        "XDG_STATE_HOME": os.fspath(home / "state"),
        "HOME": os.fspath(home),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(
        [sys.executable, "-S", *words],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        encoding="utf-8",
    ).stdout


def test_the_installed_package_is_the_one_that_runs(installed: Path, tmp_path: Path) -> None:
    told = elsewhere(installed, tmp_path, "-c", "import assistant; print(assistant.__file__)")
    assert Path(told.strip()).is_relative_to(installed)


@pytest.mark.skipif(sys.platform != "linux", reason="sets the data folder as Linux has it")
def test_the_installed_program_answers_from_any_folder(installed: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    there.mkdir()
    told = elsewhere(installed, tmp_path, "-m", "assistant", "--help")
    assert "Answer a question from your documents" in told
    told = elsewhere(installed, fill(here), "-m", "assistant", "index", ".", "--json")
    assert json.loads(told)["added"] == ["bread.txt", "clouds.md"]
    question = "What does a barometer measure?"
    told = elsewhere(installed, there, "-m", "assistant", "ask", question, "--json")
    quotes = [citation["quote"] for citation in json.loads(told)["citations"]]
    assert quotes[0] == "A barometer measures air pressure."
    assert (tmp_path / "data" / "local-study-assistant" / "index" / "library.db").is_file()
    assert list(there.iterdir()) == []


def test_the_command_is_named_in_the_metadata(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "assistant = assistant.__main__:main" in archive.read(entry).decode()
        (metadata,) = (name for name in archive.namelist() if name.endswith("METADATA"))
        version = re.search(r"^Version: (.+)$", archive.read(metadata).decode(), re.MULTILINE)
    assert version is not None
    assert version[1] == importlib.metadata.version("local-study-assistant")


def test_the_minimum_versions_of_the_security_page_are_those_of_the_package() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    promised = re.findall(r"^\| ([a-z0-9-]+) \| ([0-9.]+) \|", page, re.MULTILINE)
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    needed = dict(re.findall(r'^    "([a-z0-9-]+)(?:\[\w+\])?>=([0-9.]+)', project, re.MULTILINE))
    assert len(promised) > 10
    assert {name: needed.get(name) for name, _ in promised} == dict(promised)
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    assert [name for name, _ in promised if f"\n{name}==" not in pinned] == []

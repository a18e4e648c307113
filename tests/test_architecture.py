"""Which module may use which, and how large a part may grow."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted([ROOT / "app.py", *(ROOT / "assistant").rglob("*.py")])
TREES = {file: ast.parse(file.read_text("utf-8")) for file in FILES}

# A module uses only what stands on the lines below its own. Modules side by side (·) do not use
# each other; a module and its parts (+) do.
LAYERS = (
    ("app", "starts the program"),
    (
        "cli + cli_backup + cli_calibrate + cli_chats + cli_eval + cli_feedback + __main__ + batch"
        " + options",
        "the commands; one of them serves the page",
    ),
    ("ui", "the page; it is started in a terminal, so it can write there"),
    ("calls + console + contract + render + render_eval", "what a terminal and programs are given"),
    (
        "evaluation · integrations · bundle + doctor · backup + backup_file",
        "use a library, or its parts, as any program would",
    ),
    ("__init__", "the public names"),
    ("library", "puts the parts together"),
    (
        "conversations + transcript + conversation_rows + mirror",
        "conversations as they are kept and written out",
    ),
    (
        "sync + files + tally + changes · answer",
        "the two ways through the parts: files in, answers out",
    ),
    ("chat + parts", "what a question asks for, seen with those before it"),
    (
        "evidence · lookup",
        "all that bears on a question, and how far it answers it",
    ),
    (
        "confidence · write + growing + no_answer + support",
        "judges the evidence; puts it into a model's words",
    ),
    (
        "candidates · choose · framing · quote · slips",
        "weighs evidence, picks it, and puts it into its own words",
    ),
    (
        "extract · generate + model_errors · reachable · retrieve",
        "find evidence, what writes, and put the one into words through the other",
    ),
    ("match", "how well the words of a question are met"),
    ("indexes", "one state of the library in memory: what is stored and what is derived from it"),
    (
        "load · chunk + pieces + units + measure · embed + model_folder · store + rows + schema"
        " + checksums + loaded + packed + database + faults + salvage · vectors"
        " · lexical + tokens + spelling · prompt · chapters",
        "one job each, and none knows of the others",
    ),
    ("derived", "how files that are built from the library are kept: by vectors and by lexical"),
    ("durable · lock", "files that appear whole, and who may write"),
    ("outline", "what a text looks like: its headings, bullets, rows and sentences"),
    ("log", "what happened, without content"),
    ("config", "the settings"),
    ("protocols", "the encoder and the chat model, in terms of the types"),
    ("types · errors · stopwatch", "known to all, and know nothing"),
)

# What else is installed, and who alone may use it. A part that can be exchanged has one owner; what
# is only for speed or types may be used where it is needed.
OWNERS = {
    "anyio": {"ui"},
    "bs4": {"load"},
    "faiss": {"vectors"},
    "fastapi": {"ui"},
    "filelock": {"lock"},
    "gradio": {"ui"},
    "httpx": {"reachable"},
    "huggingface_hub": {"model_folder"},
    "ir_measures": {"evaluation"},
    "jinja2": {"evaluation"},
    "langchain": {"generate"},
    "langchain_core": {"generate", "integrations"},
    "langsmith": {"generate"},
    "langchain_text_splitters": {"chunk", "evaluation"},
    "markitdown": {"load"},
    "matplotlib": {"evaluation"},
    "mcp": {"ui"},
    "platformdirs": {"config"},
    "pptx": {"load"},
    "psutil": {"load"},
    "pydantic": {"config"},
    "pydantic_settings": {"config"},
    "pypdf": {"load"},
    "pypdfium2": {"load"},
    "rich": {"console", "render", "render_eval"},
    "scipy": {"evaluation"},
    "sklearn": {"evaluation"},
    "sentence_transformers": {"embed"},
    "sqlite3": {"database", "salvage"},
    "starlette": {"ui"},
    "tantivy": {"lexical"},
    "tokenizers": {"embed"},
    "torch": {"embed"},
    "transformers": {"embed"},
    "typer": {
        *("cli", "cli_backup", "cli_calibrate", "cli_chats", "cli_eval", "cli_feedback"),
        *("__main__", "options"),
    },
    "uvicorn": {"ui"},
}
EVERYWHERE = {"numpy"}

HEAVY = {
    "faiss",
    "gradio",
    "langchain",
    "langchain_core",
    "sentence_transformers",
    "tantivy",
    "torch",
    "transformers",
}


def name_of(file: Path) -> str:
    """The module or package directly below ``assistant`` that a file belongs to."""
    relative = file.relative_to(ROOT)
    return relative.parts[1].removesuffix(".py") if len(relative.parts) > 1 else relative.stem


def imports(file: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, by its full name."""
    for node in ast.walk(TREES[file]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} imports relatively"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"


def own_imports(file: Path) -> set[str]:
    """The modules of this project that a file uses, by their name below ``assistant``."""
    names = {parts[1] for parts in (name.split(".") for name in imports(file)) if parts[0] == PART}
    return {name if name in MODULES else "__init__" for name in names} - {name_of(file)}


PART = "assistant"
MODULES = {name_of(file) for file in FILES}
GROUPS = [[group.split(" + ") for group in line.split(" · ")] for line, _ in LAYERS]
PLACE = {
    module: (depth, position)
    for depth, groups in enumerate(GROUPS)
    for position, group in enumerate(groups)
    for module in group
}


def test_every_module_has_its_place() -> None:
    assert MODULES - PLACE.keys() == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_down(file: Path) -> None:
    here = PLACE[name_of(file)]
    upward = {
        other for other in own_imports(file) if PLACE[other] != here and PLACE[other][0] <= here[0]
    }
    assert upward == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_package_is_used_by_its_owner_alone(file: Path) -> None:
    standard = set(sys.stdlib_module_names) - OWNERS.keys()
    used = {name.split(".")[0] for name in imports(file)} - standard - EVERYWHERE - {PART}
    assert {package for package in used if name_of(file) not in OWNERS.get(package, ())} == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_grows_too_long(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= 250
    functions = [n for n in ast.walk(TREES[file]) if isinstance(n, ast.FunctionDef)]
    long = {f.name for f in functions if (f.end_lineno or 0) - f.lineno + 1 > 40}
    assert long == set()


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_nothing_prints_or_unpickles(file: Path) -> None:
    calls = [node for node in ast.walk(TREES[file]) if isinstance(node, ast.Call)]
    assert "print" not in {call.func.id for call in calls if isinstance(call.func, ast.Name)}
    trusting = {
        ast.unparse(word)
        for call in calls
        for word in call.keywords
        if word.arg in ("allow_pickle", "trust_remote_code", "weights_only")
    }
    assert trusting <= {"allow_pickle=False", "trust_remote_code=False", "weights_only=True"}
    assert "torch.load" not in {ast.unparse(call.func) for call in calls}
    tops = {name.split(".")[0] for name in imports(file)}
    assert not tops & {"pickle", "marshal", "shelve", "dill", "joblib", "cloudpickle"}


UNSAFE = """\
import os, subprocess, marshal, shelve, joblib, dill, cloudpickle
import pickle
from pickle import loads
eval(os.environ["X"])
exec(os.environ["X"])
os.system(os.environ["X"])
os.popen(os.environ["X"])
subprocess.run(os.environ["X"], shell=True)
subprocess.getoutput(os.environ["X"])
"""


@pytest.mark.parametrize("file", ["assistant/x.py", "tests/test_x.py", "eval/x.py", "app.py"])
def test_the_lint_rules_know_pickle_eval_and_shell(file: str) -> None:
    command = [sys.executable, "-m", "ruff", "check", "--output-format", "json"]
    found = subprocess.run(
        [*command, "--stdin-filename", file, "-"],
        cwd=ROOT,
        input=UNSAFE,
        capture_output=True,
        text=True,
        check=False,
    )
    rules = {"S102", "S301", "S307", "S602", "S604", "S605", "TID251"}
    told = [each for each in json.loads(found.stdout) if each["code"] in rules]
    assert {each["location"]["row"] for each in told} == set(range(1, 10))
    assert sum(each["code"] == "TID251" for each in told) == 7


@pytest.mark.parametrize("module", ["assistant", "assistant.library", "assistant.cli"])
def test_importing_loads_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert module in loaded
    assert HEAVY & {name.split(".")[0] for name in loaded} == set()

"""Nothing leaves the machine: the program works where there is no network but loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import fill

ROOT = Path(__file__).resolve().parents[1]
ALONE = (sys.executable, str(ROOT / "tests" / "loopback_only.py"))

# Serves the page on a free port, reads it, and asks for what it refers to.
READ_PAGE = """
import os, re, subprocess, sys, time, urllib.request

words = [sys.executable, "app.py", "--port", "0"]
with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as page:
    try:
        line = page.stdout.readline()
        url = re.search(r"http://127\\.0\\.0\\.1:\\d+", line).group()
        with urllib.request.urlopen(url, timeout=60) as answer:
            html = answer.read().decode()
        print(answer.status, len(html))
        for address in re.findall(r'(?:src|href)="(\\.?/[^"]+)"', html):
            with urllib.request.urlopen(url + "/" + address.lstrip("./"), timeout=60) as answer:
                print(answer.status, address)
    finally:
        page.terminate()
"""
REACH_OUT = "import socket; socket.create_connection(('192.0.2.1', 80), 5)"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs exec")


def alone(folder: Path, *words: str, guard: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a command with no network but loopback."""
    unproxied = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    return subprocess.run(
        [*ALONE, *(["--guard"] if guard else []), str(folder), *words],
        cwd=ROOT,
        env={**unproxied, "ASSISTANT_LIBRARY": str(folder / "index")},
        capture_output=True,
        text=True,
        timeout=240,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a library of two small files, made without network."""
    folder = tmp_path_factory.mktemp("offline")
    ran = alone(folder, sys.executable, "-m", "assistant", "index", str(fill(folder / "notes")))
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.mark.parametrize("guard", [False, True])
def test_other_machines_are_out_of_reach(tmp_path: Path, guard: bool) -> None:
    ran = alone(tmp_path, sys.executable, "-c", REACH_OUT, guard=guard)
    assert ran.returncode == 1
    assert ran.stderr.endswith("OSError: [Errno 101] Network is unreachable\n")


def test_index_and_ask_work_without_network(built: Path) -> None:
    question = "What does a barometer measure?"
    ran = alone(built, sys.executable, "-m", "assistant", "ask", question, "--json")
    assert ran.returncode == 0, ran.stderr
    answer = json.loads(ran.stdout)
    assert answer["citations"][0]["quote"] == "A barometer measures air pressure."
    assert answer["citations"][0]["document"] == "clouds.md"


def test_the_page_works_without_network(built: Path) -> None:
    ran = alone(built, sys.executable, "-c", READ_PAGE)
    assert ran.returncode == 0, ran.stderr
    first, *rest = ran.stdout.splitlines()
    assert first.startswith("200 ")
    assert int(first.split()[1]) > 1000
    assert rest != []
    assert {line.split()[0] for line in rest} == {"200"}

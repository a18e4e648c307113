"""Command lines run by the tests, and the small corpus that they run on."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.__main__ import main

CLOUDS = """# Weather

## Clouds

Cumulus clouds look like cotton and form below 2,000 metres. Cirrus clouds consist of ice crystals.

## Instruments

A barometer measures air pressure. An anemometer measures the speed of the wind.
"""
BREAD = """Sourdough bread rises because wild yeast and lactic acid bacteria ferment the flour.
The dough rests overnight at room temperature before it is baked in a hot oven.
"""


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def run(*words: str | Path) -> Ran:
    """One command line in this process, with its output as it would be redirected."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(word) for word in words])
    return Ran(code, out.getvalue(), err.getvalue())


def start(*words: str | Path) -> subprocess.Popen[str]:
    """One command line as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *map(str, words)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def fill(folder: Path) -> Path:
    """Make a folder with two small documents."""
    folder.mkdir()
    (folder / "clouds.md").write_text(CLOUDS, encoding="utf-8")
    (folder / "bread.txt").write_text(BREAD, encoding="utf-8")
    return folder

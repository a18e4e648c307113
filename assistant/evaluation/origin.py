"""Where a run comes from: the program's commit, the date, and the machine."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import datetime, timezone
from pathlib import Path
from typing import Any


def now() -> dict[str, Any]:
    """``commit``, ``date`` in UTC, and ``machine``, as ``config.json`` has them."""
    date = datetime.now(timezone.utc).isoformat(timespec="seconds")
    return {"commit": commit(), "date": date, "machine": machine()}


def commit() -> str:
    """The commit of the program's own source, marked where it was changed since; or nothing."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return found.stdout.strip()


def machine() -> dict[str, Any]:
    """The processor, its cores, and the version of Python."""
    cpu = platform.processor()
    known = Path("/proc/cpuinfo")
    if known.is_file():
        lines = known.read_text("utf-8", "replace").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        cpu = names[0] if names else cpu
    return {"cpu": cpu, "cores": os.cpu_count(), "python": platform.python_version()}

"""A report for whoever is asked for help: versions, sizes, timings, last errors; no content."""

from __future__ import annotations

import json
import platform
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timezone
from pathlib import Path, PurePath
from statistics import median, quantiles
from typing import Any

from assistant import __version__, log
from assistant.config import Config
from assistant.doctor import Check, versions
from assistant.errors import AssistantError
from assistant.library import Library

LAST_ERRORS = 20


def report(config: Config, checks: Sequence[Check]) -> dict[str, Any]:
    """Everything as plain JSON. Of the ``checks`` only names and states, as texts name files."""
    logged = list(log.lines(config.log))
    errors = [_error(one) for one in logged if one.get("level") == "error"]
    return {
        "made": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "version": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "packages": versions(),
        "checks": [{"name": check.name, "state": check.state} for check in checks],
        "settings_changed": sorted(config.model_fields_set),
        "library": _library(config),
        "timings_ms": _timings(logged),
        "events": dict(Counter(str(one.get("event")) for one in logged)),
        "last_errors": errors[-LAST_ERRORS:],
    }


def write(found: dict[str, Any], path: Path) -> None:
    """Write a report. Raises :class:`AssistantError` where that fails."""
    try:
        path.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise AssistantError(f"{path} cannot be written: {error.strerror}.") from None


def _library(config: Config) -> dict[str, Any]:
    """Sizes and states of the documents; their kind in place of their names."""
    try:
        with Library.open(config) as library:
            state = library.status()
    except AssistantError as error:
        return {"error": type(error).__name__}
    return {
        "size_bytes": state.size_bytes,
        "passages": state.passages,
        "generation": state.generation,
        "encoder_sha256": state.encoder_sha256,
        "documents": [
            {
                "kind": PurePath(record.path).suffix.lower(),
                "size": record.size,
                "pages": record.pages,
                "passages": record.passages,
                "state": record.state,
            }
            for record in state.documents
        ],
    }


def _timings(logged: Iterable[dict[str, Any]]) -> dict[str, dict[str, float]]:
    """Median and 95th percentile of each stage of the questions that were logged."""
    taken: dict[str, list[float]] = {}
    for one in logged:
        stages = one.get("stages_ms")
        for stage, took in stages.items() if isinstance(stages, dict) else ():
            if isinstance(took, (int, float)):
                taken.setdefault(str(stage), []).append(float(took))
    return {
        stage: {
            "count": len(values),
            "median": round(median(values), 1),
            "p95": round(quantiles(values, n=20)[-1] if len(values) > 1 else values[0], 1),
        }
        for stage, values in taken.items()
    }


def _error(logged: dict[str, Any]) -> dict[str, Any]:
    """What is known of an error, without what a setting may have let into the log."""
    return {name: logged[name] for name in ("time", "event", "error", "at") if name in logged}

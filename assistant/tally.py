"""What a sync has done so far, and the report made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import perf_counter

from assistant.types import DocumentRecord, SyncReport


@dataclass(slots=True)
class Tally:
    """Counts documents by what happened to them, and the seconds of each stage."""

    paths: dict[str, list[str]] = field(default_factory=dict)
    failed: list[DocumentRecord] = field(default_factory=list)
    warned: list[DocumentRecord] = field(default_factory=list)
    embedded: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def note(self, what: str, path: str) -> None:
        """Count a document; ``what`` is a field of the report: ``added``, ``unchanged``, …"""
        self.paths.setdefault(what, []).append(path)

    def remark(self, record: DocumentRecord) -> None:
        """Count a document that failed or was read with a warning; others are not counted."""
        if record.state == "failed":
            self.failed.append(record)
        elif record.state == "warning":
            self.warned.append(record)

    def spent(self, stage: str, since: float) -> float:
        """Count the time from ``since`` until now, which is returned."""
        now = perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - since
        return now

    def report(self, records: Sequence[DocumentRecord]) -> SyncReport:
        """All of it, with what the library holds now."""
        return SyncReport(
            **{what: tuple(found) for what, found in self.paths.items()},
            failed=tuple(self.failed),
            warned=tuple(self.warned),
            documents=sum(record.passages > 0 for record in records),
            passages=sum(record.passages for record in records),
            embedded=self.embedded,
            seconds=self.seconds,
        )

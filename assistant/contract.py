"""What ``--json`` prints: types to plain objects. The fields are a contract: they stay."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from assistant.errors import AssistantError
from assistant.types import (
    Answer,
    Citation,
    DocumentRecord,
    Hit,
    Mode,
    Passage,
    Status,
    SyncReport,
)

Json = dict[str, Any]


def error(problem: AssistantError) -> Json:
    """``{"error": {"message", "hint"}}``."""
    return {"error": {"message": problem.message, "hint": problem.hint}}


def search(question: str, mode: Mode, hits: list[Hit], elapsed_ms: float) -> Json:
    """The result of ``assistant search``."""
    return {
        "question": question,
        "mode": mode,
        "elapsed_ms": round(elapsed_ms, 1),
        "hits": [_hit(hit) for hit in hits],
    }


def answer(result: Answer, elapsed_ms: float) -> Json:
    """The result of ``assistant ask``."""
    return {
        "question": result.question,
        "searched": result.searched,
        "answer": result.text,
        "refused": result.refused,
        "confidence": round(result.confidence, 3),
        "generator": result.generator,
        "elapsed_ms": round(elapsed_ms, 1),
        "citations": [_citation(citation) for citation in result.citations],
        "hits": [_hit(hit) for hit in result.hits],
        "note": result.note,
        "further_reading": list(result.further_reading),
        "stages_ms": {stage: round(1000 * took, 1) for stage, took in result.seconds.items()},
    }


def passage(found: Passage) -> Json:
    """The result of ``assistant show``."""
    return {
        "passage_id": found.passage_id,
        **_place(found),
        "start": found.start,
        "end": found.end,
        "text": found.text,
        "kind": found.kind,
        "header": found.header,
        "page_label": found.page_label,
        "references": list(found.references),
    }


def sync(report: SyncReport) -> Json:
    """The result of ``assistant index``."""
    return {
        "added": list(report.added),
        "updated": list(report.updated),
        "unchanged": list(report.unchanged),
        "removed": list(report.removed),
        "left_out": [_reason(record) for record in report.failed],
        "warnings": [_reason(record) for record in report.warned],
        "documents": report.documents,
        "passages": report.passages,
        "embedded": report.embedded,
        "seconds": {stage: round(seconds, 3) for stage, seconds in report.seconds.items()},
    }


def status(state: Status) -> Json:
    """The result of ``assistant status``."""
    return {**asdict(state), "documents": [document(record) for record in state.documents]}


def document(record: DocumentRecord) -> Json:
    """One document of the library; also the result of ``assistant remove``."""
    fields = asdict(record)
    return {"document": fields.pop("path"), **fields}


def _hit(hit: Hit) -> Json:
    found = hit.passage
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "passage_id": found.passage_id,
        **_place(found),
        "start": found.start,
        "end": found.end,
        "text": found.text,
        "kind": found.kind,
        "header": found.header,
        "page_label": found.page_label,
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
    }


def _citation(citation: Citation) -> Json:
    return {
        "marker": citation.marker,
        "passage_id": citation.passage.passage_id,
        **_place(citation.passage),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _place(found: Passage) -> Json:
    return {
        "document": found.document,
        "heading": list(found.heading),
        "page_start": found.page_start,
        "page_end": found.page_end,
    }


def _reason(record: DocumentRecord) -> Json:
    return {"document": record.path, "reason": record.reason}

"""Passages, and indexes over them, made by hand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assistant import lexical, vectors
from assistant.indexes import Index
from assistant.loaded import Loaded
from assistant.types import Passage, PassageKind, Unit, UnitKind


def passage(
    number: int,
    text: str,
    *,
    units: Sequence[str] | None = None,
    unit_kind: UnitKind = "sentence",
    unit_heading: tuple[str, ...] = (),
    heading: tuple[str, ...] = (),
    start: int = 0,
    kind: PassageKind = "text",
    header: str = "",
) -> Passage:
    """A passage of ``notes.txt`` at ``start``; its units are these parts of its text, or all."""
    parts = [text] if units is None else units
    places = [start + text.index(part) for part in parts]
    return Passage(
        passage_id=f"notes-{number}",
        doc_id="notes",
        document="notes.txt",
        heading=heading,
        page_start=None,
        page_end=None,
        start=start,
        end=start + len(text),
        text=text,
        kind=kind,
        header=header,
        units=tuple(
            Unit(unit_kind, place, place + len(part), unit_heading)
            for place, part in zip(places, parts, strict=True)
        ),
    )


def index(
    passages: Sequence[Passage],
    matrix: Sequence[Sequence[float]],
    units: Sequence[Sequence[Sequence[float]]],
) -> Index:
    """An index in memory; ``matrix[i]`` is the vector of passage i, ``units[i]`` of its units."""
    rows = np.array(matrix, np.float32)
    unit_rows = [np.array(own, np.float16).reshape(-1, rows.shape[1]) for own in units]
    offsets = np.cumsum([0, *map(len, unit_rows)], dtype=np.int64)
    loaded = Loaded(
        1,
        tuple(passages),
        np.arange(1, len(passages) + 1),
        rows,
        np.concatenate(unit_rows),
        offsets,
    )
    return Index(
        loaded,
        vectors.build(rows),
        lexical.build_in_memory(passages),
        {found.passage_id: i for i, found in enumerate(passages)},
    )

"""Passages, and indexes over them, made by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant import lexical, vectors
from assistant.chunk import embedded_text
from assistant.indexes import Index
from assistant.loaded import Loaded
from assistant.packed import pack, stack
from assistant.protocols import Pieces
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


def word_pieces(
    text: str, whole: Sequence[float] | NDArray[np.float32], vectors: Sequence[Sequence[float]]
) -> Pieces:
    """The first words of a text as pieces with these vectors."""
    spans = [word.span() for word, _ in zip(re.finditer(r"\w+", text), vectors, strict=False)]
    return Pieces(
        np.array(whole, np.float32),
        np.array(vectors, np.float32).reshape(len(vectors), -1 if vectors else len(whole)),
        np.array(spans, np.int32).reshape(-1, 2),
    )


def index(
    passages: Sequence[Passage],
    matrix: Sequence[Sequence[float]],
    units: Sequence[Sequence[Sequence[float]]],
    pieces: Sequence[Sequence[Sequence[float]]] = (),
) -> Index:
    """An index in memory; ``matrix[i]`` is the vector of passage i, ``units[i]`` of its units, and
    ``pieces[i]`` those of the words in what is embedded of it; no words are known without.
    """
    rows = np.array(matrix, np.float32)
    unit_rows = [np.array(own, np.float32).reshape(-1, rows.shape[1]) for own in units]
    words = [
        word_pieces(embedded_text(own), row, known)
        for own, row, known in zip(passages, rows, pieces or [()] * len(rows), strict=True)
    ]
    loaded = Loaded(
        1,
        tuple(passages),
        np.arange(1, len(passages) + 1),
        stack(list(map(pack, words, unit_rows))),
    )
    return Index(
        loaded,
        vectors.build(rows),
        lexical.build_in_memory(passages),
        {found.passage_id: i for i, found in enumerate(passages)},
    )

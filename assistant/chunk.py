"""Documents to passages: whole sections where they fit the encoder, split and joined where not."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.measure import CountTokens, Measure
from assistant.outline import SEPARATOR, blank_markup
from assistant.pieces import Cutter, Piece
from assistant.types import Block, Document, Passage, PassageKind, Section
from assistant.units import units_of

SPECIAL_TOKENS = 2  # what the encoder puts around a text
COUNTED_AT_ONCE = 100  # pieces


@dataclass(frozen=True, slots=True)
class Chunking:
    """Sizes in word pieces of the encoder: a passage has at most ``target``, its heading included.

    Neighbouring sections of a chapter are joined while one of them has fewer than ``small``.
    """

    target: int = 256
    small: int = 60

    def fingerprint(self) -> str:
        """What identifies the passages that these settings make."""
        return f"sections-4/{self.target}/{self.small}"


def chunk(
    document: Document, count_tokens: CountTokens, max_tokens: int, sizes: Chunking
) -> list[Passage]:
    """Cut a document into passages, in order.

    No passage crosses a chapter, and none has more than ``max_tokens`` word pieces together with
    its heading path and table header, which are shortened where they would take more than half.
    Sections are split between paragraphs, bullets and rows, then sentences, then words; small
    neighbours are joined. ``document.text[p.start:p.end] == p.text`` for every passage.
    ``count_tokens`` is the encoder's; what it raises ends the work. Linear in the length of the
    text; ``count_tokens`` gets a part of it at a time.
    """
    budget = max(min(sizes.target, max_tokens) - SPECIAL_TOKENS, 1)
    measure = Measure(document.text, document.outline, count_tokens)
    cutter = Cutter(document.text, measure, budget)
    pieces = [piece for section in document.outline for piece in cutter.split(section)]
    pieces = _fitted(cutter, cutter.join(pieces, sizes.small), count_tokens, budget)
    starts = [page.start for page in document.pages]
    return [_passage(document, starts, cutter, piece, i) for i, piece in enumerate(pieces, 1)]


def _fitted(
    cutter: Cutter, pieces: Sequence[Piece], count_tokens: CountTokens, budget: int
) -> list[Piece]:
    """The pieces, and halves of those that turn out to be too long as they are embedded.

    A sum of parts can fall short of the whole, for example where a cut divides a link.
    """
    fitted: list[Piece] = []
    for first in range(0, len(pieces), COUNTED_AT_ONCE):
        some = pieces[first : first + COUNTED_AT_ONCE]
        counts = count_tokens([_embedded(cutter, piece) for piece in some])
        for piece, count in zip(some, counts, strict=True):
            halves = cutter.halve(piece) if count > budget else [piece]
            whole = len(halves) == 1
            fitted += halves if whole else _fitted(cutter, halves, count_tokens, budget)
    return fitted


def _embedded(cutter: Cutter, piece: Piece) -> str:
    """What :func:`embedded_text` will be of the passage that a piece becomes."""
    heading, header, _ = cutter.context(piece.heading, piece.blocks)
    return context_of(heading, header) + blank_markup(cutter.text[piece.start : piece.end])


def embedded_text(passage: Passage) -> str:
    """What the encoder reads of a passage: heading path, table header, text; no mark-up."""
    return context_of(passage.heading, passage.header) + blank_markup(passage.text)


def unit_spans(passage: Passage) -> list[tuple[int, int]]:
    """Where the units of a passage stand in what is embedded of it."""
    shift = len(context_of(passage.heading, passage.header)) - passage.start
    return [(unit.start + shift, unit.end + shift) for unit in passage.units]


def context_of(heading: Sequence[str], header: str) -> str:
    """The lines that are embedded before a passage's text: its heading path, its table header.

    >>> context_of(("Storage", "Prices"), "Class, Price")
    'Storage › Prices\\nClass, Price\\n'
    """
    lines = (SEPARATOR.join(heading), blank_markup(header))
    return "".join(f"{line}\n" for line in lines if line)


def _passage(
    document: Document, starts: Sequence[int], cutter: Cutter, piece: Piece, number: int
) -> Passage:
    sections, blocks = piece.sections, piece.blocks
    heading, header, _ = cutter.context(piece.heading, blocks)
    start, end = piece.start, piece.end
    first, last, label = _pages(document, starts, sections, start, end)
    depth = len(piece.heading)
    below = [section.heading[depth:] for section, _ in piece.parts]
    return Passage(
        passage_id=f"{document.doc_id}-{number}",
        doc_id=document.doc_id,
        document=document.path,
        heading=heading,
        page_start=first,
        page_end=last,
        start=start,
        end=end,
        text=document.text[start:end],
        kind=_kind(blocks),
        header=header,
        page_label=label,
        references=sections[0].references,
        units=tuple(units_of(document.text, blocks, below)),
    )


def _kind(blocks: Sequence[Block]) -> PassageKind:
    if all(block.kind == "row" for block in blocks):
        return "table"
    return "list" if sum(b.kind == "item" for b in blocks) * 2 > len(blocks) else "text"


def _pages(
    document: Document, starts: Sequence[int], sections: Sequence[Section], start: int, end: int
) -> tuple[int | None, int | None, str | None]:
    """First page, last page, and the printed range where it differs; ``starts`` are the pages'."""
    if not document.pages:
        known = [s for s in sections if s.page_start is not None]
        return (known[0].page_start, known[-1].page_end, None) if known else (None, None, None)
    first = document.pages[max(0, bisect_right(starts, start) - 1)]
    last = document.pages[max(0, bisect_right(starts, end - 1) - 1)]
    if not first.label and not last.label:
        return first.number, last.number, None
    labels = [page.label or str(page.number) for page in (first, last)]
    return first.number, last.number, "–".join(dict.fromkeys(labels))

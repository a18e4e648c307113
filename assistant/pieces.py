"""Sections to pieces that fit the encoder: long ones are cut, small neighbours joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from assistant.measure import Measure, Span
from assistant.outline import CONTENT, sentences
from assistant.types import Block, Section

LONGEST_PART = 4000  # characters; what is longer is cut without counting first
# Where a sentence that is too long is best cut.
_BREAKS = ("\n", " \t\u3000", "，、；：,;:")


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole blocks, or parts of one too long to fit, that will stand in one passage together.

    ``parts`` are blocks, each with its section; ``lead`` are the headings of the first section
    where the piece begins with its first block; ``tokens`` counts blocks and headings between.
    """

    parts: tuple[tuple[Section, Block], ...]
    lead: tuple[Block, ...]
    tokens: int

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, in order."""
        return tuple(block for _, block in self.parts)

    @property
    def sections(self) -> list[Section]:
        """The sections that the blocks are from, each once, in order."""
        return list({id(section): section for section, _ in self.parts}.values())

    @property
    def heading(self) -> tuple[str, ...]:
        """The heading path that all its sections share."""
        levels = zip(*(section.heading for section in self.sections), strict=False)
        return tuple(level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels))

    @property
    def start(self) -> int:
        """Where the text begins: with the first section's own headings if several are joined."""
        own = len(self.parts[0][0].heading) - len(self.heading)
        headings = self.lead[-own:] if own else ()
        return headings[0].start if headings else self.parts[0][1].start

    @property
    def end(self) -> int:
        """Where the text ends."""
        return self.parts[-1][1].end


class Cutter:
    """Cuts the sections of one text into pieces of at most ``budget`` word pieces."""

    def __init__(self, text: str, measure: Measure, budget: int) -> None:
        self.text = text
        self.budget = budget
        self._measure = measure

    def context(
        self, heading: tuple[str, ...], blocks: Sequence[Block]
    ) -> tuple[tuple[str, ...], str, int]:
        """The heading path and table header to embed before these blocks, and their size.

        They take at most half the budget, the header at most a quarter.
        """
        header, size = self._measure.header(blocks, self.budget // 4)
        heading = self._measure.shorten(heading, self.budget // 2 - size)
        return heading, header, size + self._measure.heading(heading)

    def split(self, section: Section) -> Iterator[Piece]:
        """The section as one piece where it fits, else as pieces of about equal size."""
        lead = self._lead(section.blocks)
        for run in _runs(section.blocks):
            room = self.budget - self.context(section.heading, run)[2]
            fitted = [part for block in run for part in self._fit(block, room)]
            sizes = self._measure.spans([(block.start, block.end) for block in fitted])
            # Equal shares leave no stub at the end; rounding up keeps their number minimal.
            share = min(room, -(-sum(sizes) // -(-sum(sizes) // room)) + max(sizes) // 2)
            first = total = 0
            for i, size in enumerate(sizes):
                total += size
                if i + 1 < len(sizes):
                    full = total + sizes[i + 1] > share
                    if not full or self._leads(fitted, i, total, room):
                        continue
                parts = tuple((section, block) for block in fitted[first : i + 1])
                yield Piece(parts, lead, total)
                first, total, lead = i + 1, 0, ()
            lead = ()

    def _lead(self, blocks: Sequence[Block]) -> tuple[Block, ...]:
        """The headings at the start, unless something that belongs in no passage follows them."""
        lead = tuple(takewhile(lambda block: block.kind == "heading", blocks))
        adjoins = blocks[len(lead)].kind in CONTENT and self._adjoin(blocks[: len(lead) + 1])
        return lead if adjoins else ()

    def _adjoin(self, blocks: Sequence[Block]) -> bool:
        """Whether there is only white space between blocks."""
        gaps = (self.text[left.end : right.start] for left, right in pairwise(blocks))
        return not any(gap.strip() for gap in gaps)

    def _leads(self, blocks: Sequence[Block], i: int, total: int, room: int) -> bool:
        """Whether a block only leads into the next one, and there is room for some of that."""
        line = self.text[blocks[i].start : blocks[i].end]
        header = blocks[i + 1].header
        names = header is not None and header[0] == blocks[i].start
        return total < room // 2 and (names or line.rstrip("* ").endswith(":"))

    def _fit(self, block: Block, room: int) -> list[Block]:
        """The block, or its sentences, or runs of words of those that are still too long."""
        if self._measure.spans([(block.start, block.end)])[0] <= room:
            return [block]
        spans: list[Span] = []
        parts = sentences(self.text, block.start, block.end)
        for span, size in zip(parts, self._measure.spans(parts), strict=True):
            spans += [span] if size <= room else self._words(span, room)
        return [Block(block.kind, a, b, block.level, block.header) for a, b in spans]

    def _words(self, span: Span, room: int) -> list[Span]:
        """Halve a span, at white space if it has any, until every part fits."""
        parts = [span]
        while True:
            # All in one batch: to count a hundred texts takes hardly longer than to count one.
            self._measure.spans([part for part in parts if part[1] - part[0] <= LONGEST_PART])
            again = [self._halves(part, room) for part in parts]
            if all(len(halves) == 1 for halves in again):
                return parts
            parts = [half for halves in again for half in halves]

    def _halves(self, span: Span, room: int) -> list[Span]:
        """The span itself where it fits or cannot be cut, else two halves of it."""
        surely = span[1] - span[0] > LONGEST_PART
        if not surely and self._measure.spans([span])[0] <= room:
            return [span]
        halves = _halve(self.text, span)
        return halves if len(halves) > 1 else [span]

    def halve(self, piece: Piece) -> list[Piece]:
        """Two pieces with half the blocks each, or half of the only block; itself if too short."""
        if len(piece.parts) > 1:
            middle = len(piece.parts) // 2
            halves = [piece.parts[:middle], piece.parts[middle:]]
        else:
            section, block = piece.parts[0]
            halves = [
                ((section, Block(block.kind, a, b, block.level, block.header)),)
                for a, b in _halve(self.text, (block.start, block.end))
            ]
        return [Piece(parts, (), self._size(parts)) for parts in halves]

    def _size(self, parts: Sequence[tuple[Section, Block]]) -> int:
        return sum(self._measure.spans([(block.start, block.end) for _, block in parts]))

    def join(self, pieces: Sequence[Piece], small: int) -> list[Piece]:
        """Join neighbours, first to last, while one of the two is small and both fit together."""
        joined: list[Piece] = []
        for piece in pieces:
            both = None
            if joined and min(joined[-1].tokens, piece.tokens) < small:
                both = self._joined(joined[-1], piece)
            if both is None:
                joined.append(piece)
            else:
                joined[-1] = both
        return joined

    def _joined(self, left: Piece, right: Piece) -> Piece | None:
        """Both pieces as one, or ``None`` where they may not stand together or do not fit."""
        if left.parts[-1][0].chapter != right.parts[0][0].chapter:
            return None
        if not self._adjoin((left.parts[-1][1], *right.lead, right.parts[0][1])):
            return None
        both = Piece((*left.parts, *right.parts), left.lead, 0)
        before = [b for b in left.lead if both.start <= b.start < left.start]
        headings = [(block.start, block.end) for block in (*before, *right.lead)]
        tokens = left.tokens + sum(self._measure.spans(headings)) + right.tokens
        if tokens + self.context(both.heading, both.blocks)[2] > self.budget:
            return None
        return Piece(both.parts, both.lead, tokens)


def _runs(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Runs of content without further reading or noise between: a passage spans neither."""
    run: list[Block] = []
    for block in blocks:
        if block.kind in CONTENT:
            run.append(block)
        elif run and block.kind != "heading":
            yield run
            run = []
    if run:
        yield run


def _halve(text: str, span: Span) -> list[Span]:
    """Two halves of a span without the white space around them; one if there is nothing to halve.

    The cut is in the second quarter, at a line end, other white space, or a comma, whichever comes
    first in this list; without any in the middle.
    """
    start, end = span
    quarter, middle = start + (end - start) // 4, (start + end) // 2
    cut = middle
    for marks in _BREAKS:
        found = max(text.rfind(mark, quarter, middle) for mark in marks)
        if found > start:
            cut = found + 1
            break
    halves = []
    for left, right in ((start, cut), (cut, end)):
        inner = text[left:right]
        left += len(inner) - len(inner.lstrip())
        right = left + len(inner.strip())
        halves += [(left, right)] if left < right else []
    return halves

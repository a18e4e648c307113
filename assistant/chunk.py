"""Documents to passages: whole sections where they fit the encoder, split and joined where not."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.outline import CONTENT, SEPARATOR, blank_markup, sentences, title_of
from assistant.types import Block, Document, Passage, PassageKind, Section, Unit, UnitKind

CountTokens = Callable[[Sequence[str]], list[int]]

SPECIAL_TOKENS = 2  # what the encoder puts around a text
LONGEST_BULLET = 60  # words; a longer one is quoted by the sentence


@dataclass(frozen=True, slots=True)
class Chunking:
    """Sizes in word pieces of the encoder: a passage has at most ``target``, its heading included.

    Neighbouring sections of a chapter are joined while one of them has fewer than ``small``.
    """

    target: int = 200
    small: int = 60

    def fingerprint(self) -> str:
        """What identifies the passages that these settings make."""
        return f"sections-1/{self.target}/{self.small}"


@dataclass(frozen=True, slots=True)
class _Piece:
    """Whole blocks, or parts of one too long to fit, that will stand in one passage together.

    ``tokens`` counts the blocks, and the headings between them, but not the passage's own heading.
    """

    sections: tuple[Section, ...]
    blocks: tuple[Block, ...]
    tokens: int


def embedded_text(passage: Passage) -> str:
    """What the encoder reads of a passage: heading path, table header, text; no mark-up."""
    return context_of(passage.heading, passage.header) + blank_markup(passage.text)


def context_of(heading: Sequence[str], header: str) -> str:
    """The lines that are embedded before a passage's text: its heading path, its table header."""
    lines = (SEPARATOR.join(heading), blank_markup(header))
    return "".join(f"{line}\n" for line in lines if line)


def chunk(
    document: Document, count_tokens: CountTokens, max_tokens: int, sizes: Chunking
) -> list[Passage]:
    """Cut a document into passages, in order.

    No passage crosses a chapter, and none has more than ``max_tokens`` word pieces together with
    its heading path and table header. Sections are split between paragraphs, bullets and rows, then
    sentences, then words; small neighbours are joined. ``document.text[p.start:p.end] == p.text``
    for every passage. ``count_tokens`` is the encoder's.
    """
    budget = min(sizes.target, max_tokens) - SPECIAL_TOKENS
    splitter = _Splitter(document.text, count_tokens, budget)
    pieces = [piece for section in document.outline for piece in splitter.split(section)]
    joined = _join(pieces, splitter, sizes.small)
    return [_passage(document, piece, number) for number, piece in enumerate(joined, 1)]


class _Splitter:
    """Cuts sections of one text into pieces that fit."""

    def __init__(self, text: str, count_tokens: CountTokens, budget: int) -> None:
        self.text = text
        self.budget = budget
        self._count_tokens = count_tokens

    def count(self, spans: Sequence[tuple[int, int]]) -> list[int]:
        """Word pieces of each span of the text, mark-up left out."""
        return self._count_tokens([blank_markup(self.text[a:b]) for a, b in spans])

    def context(self, heading: Sequence[str], blocks: Sequence[Block]) -> int:
        """Word pieces of what is embedded before these blocks."""
        return self._count_tokens([context_of(heading, _header(self.text, blocks))])[0]

    def split(self, section: Section) -> Iterator[_Piece]:
        """The section as one piece where it fits, else as pieces of about equal size."""
        for run in _runs(section.blocks):
            room = max(self.budget - self.context(section.heading, run), self.budget // 2)
            fitted = [part for block in run for part in self._fit(block, room)]
            sizes = self.count([(block.start, block.end) for block in fitted])
            # Equal shares leave no stub at the end; rounding up keeps their number minimal.
            parts = -(-sum(sizes) // room)
            share = min(room, -(-sum(sizes) // parts) + max(sizes) // 2) if parts else room
            first = 0
            for i in range(1, len(fitted) + 1):
                total = sum(sizes[first:i])
                full = i == len(fitted) or total + sizes[i] > share
                if full and (i == len(fitted) or not self._leads(fitted[i - 1], total, room)):
                    yield _Piece((section,), tuple(fitted[first:i]), total)
                    first = i

    def _leads(self, block: Block, total: int, room: int) -> bool:
        """Whether a block only leads into the next one, and there is room for some of that."""
        line = self.text[block.start : block.end].rstrip("* ")
        return total < room // 2 and line.endswith(":")

    def _fit(self, block: Block, room: int) -> list[Block]:
        """The block, or its sentences, or runs of words of those that are still too long."""
        if self.count([(block.start, block.end)])[0] <= room:
            return [block]
        spans: list[tuple[int, int]] = []
        parts = sentences(self.text, block.start, block.end)
        for (start, end), size in zip(parts, self.count(parts), strict=True):
            spans += [(start, end)] if size <= room else self._words(start, end, room)
        return [Block(block.kind, a, b, block.level, block.header) for a, b in spans]

    def _words(self, start: int, end: int, room: int) -> list[tuple[int, int]]:
        """Halve a span at white space, or anywhere if it has none, until every part fits."""
        if end - start < 2 or self.count([(start, end)])[0] <= room:
            return [(start, end)]
        middle = (start + end) // 2
        cut = self.text.rfind(" ", start + 1, middle)
        cut = cut if cut > start else middle
        return self._words(start, cut, room) + self._words(cut, end, room)


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


def _join(pieces: Sequence[_Piece], splitter: _Splitter, small: int) -> list[_Piece]:
    """Join neighbours of one chapter, first to last, while one of the two is small and both fit."""
    joined: list[_Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if last is not None and min(last.tokens, piece.tokens) < small:
            both = _joined(last, piece, splitter)
            if both is not None:
                joined[-1] = both
                continue
        joined.append(piece)
    return joined


def _joined(left: _Piece, right: _Piece, splitter: _Splitter) -> _Piece | None:
    """Both pieces as one, or ``None`` where they may not stand together or do not fit."""
    if left.sections[-1].chapter != right.sections[0].chapter:
        return None
    lead = [block for block in right.sections[0].blocks if block.start < right.blocks[0].start]
    between = sum(block.end > left.blocks[-1].end for block in lead)
    if any(b.kind != "heading" for b in lead[len(lead) - between :]):
        return None
    sections = tuple(dict.fromkeys((*left.sections, *right.sections)))
    blocks = (*left.blocks, *right.blocks)
    start = _start(sections, blocks)
    tokens = splitter.count([(start, blocks[-1].end)])[0]
    if tokens + splitter.context(_common(sections), blocks) > splitter.budget:
        return None
    return _Piece(sections, blocks, tokens)


def _common(sections: Sequence[Section]) -> tuple[str, ...]:
    """The heading path that all sections share."""
    levels = zip(*(section.heading for section in sections), strict=False)
    return tuple(level[0] for level in takewhile(lambda level: len(set(level)) == 1, levels))


def _start(sections: Sequence[Section], blocks: Sequence[Block]) -> int:
    """Where the passage begins: with the first section's own heading if several are joined."""
    headings = [
        b.start for b in sections[0].blocks if b.kind == "heading" and b.end <= blocks[0].start
    ]
    first = next(block for block in sections[0].blocks if block.kind in CONTENT)
    own = len(sections[0].heading) - len(_common(sections))
    whole = first.start == blocks[0].start
    return headings[-own:][0] if own and headings and whole else blocks[0].start


def _header(text: str, blocks: Sequence[Block]) -> str:
    """The header rows of tables that these blocks begin after."""
    spans = dict.fromkeys(b.header for b in blocks if b.header and b.header[0] < blocks[0].start)
    return "\n".join(text[span[0] : span[1]] for span in spans if span)


def _passage(document: Document, piece: _Piece, number: int) -> Passage:
    sections, blocks = piece.sections, piece.blocks
    heading = _common(sections)
    start, end = _start(sections, blocks), blocks[-1].end
    first, last, label = _pages(document, sections, start, end)
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
        header=_header(document.text, blocks),
        page_label=label,
        references=sections[0].references,
        units=tuple(_units(document.text, sections, blocks, len(heading))),
    )


def _kind(blocks: Sequence[Block]) -> PassageKind:
    if all(block.kind == "row" for block in blocks):
        return "table"
    return "list" if sum(b.kind == "item" for b in blocks) * 2 > len(blocks) else "text"


def _pages(
    document: Document, sections: Sequence[Section], start: int, end: int
) -> tuple[int | None, int | None, str | None]:
    """First page, last page, and the printed range where it differs."""
    if not document.pages:
        known = [s for s in sections if s.page_start is not None]
        return (known[0].page_start, known[-1].page_end, None) if known else (None, None, None)
    starts = [page.start for page in document.pages]
    first = document.pages[max(0, bisect_right(starts, start) - 1)]
    last = document.pages[max(0, bisect_right(starts, end - 1) - 1)]
    if not first.label and not last.label:
        return first.number, last.number, None
    labels = [page.label or str(page.number) for page in (first, last)]
    return first.number, last.number, "–".join(dict.fromkeys(labels))


def _units(
    text: str, sections: Sequence[Section], blocks: Sequence[Block], depth: int
) -> Iterator[Unit]:
    """The quotable units of a passage.

    A bullet that is only a label stands over what follows: it is quoted with a single thing below
    it, and is the heading of several.
    """
    under = {b.start: s.heading[depth:] for s in sections for b in s.blocks}
    heading: tuple[str, ...] = ()
    labels: list[Block] = []
    for i, block in enumerate(blocks):
        heading = under.get(block.start, heading)
        below = _below(text, blocks, i)
        if below:
            labels = [label for label in labels if label.level < block.level] + [block]
            continue
        if block.kind == "item":
            labels = [label for label in labels if label.level < block.level]
        names = (*heading, *(title_of(text[b.start : b.end]) for b in labels))
        alone = labels and labels[-1] is blocks[i - 1] and _below(text, blocks, i - 1) == 1
        start = labels[-1].start if alone else block.start
        if block.kind == "row":
            # A header row answers nothing by itself; the rows under it are shown with it.
            if block.header is not None:
                yield Unit("row", block.start, block.end, heading)
        elif block.kind == "item" and len(text[block.start : block.end].split()) <= LONGEST_BULLET:
            yield Unit("item", start, block.end, names)
        else:
            kind: UnitKind = "item" if block.kind == "item" else "sentence"
            for first, end in sentences(text, block.start, block.end):
                yield Unit(kind, start if first == block.start else first, end, names)
        if block.kind == "paragraph":
            labels = []


def _below(text: str, blocks: Sequence[Block], i: int) -> int:
    """How many blocks stand under block ``i`` if it is a bullet that is only a label, else 0."""
    block = blocks[i]
    line = blank_markup(text[block.start : block.end]).rstrip()
    bold = text[block.start : block.end].rstrip(": ").endswith("**")
    if block.kind != "item" or not (line.endswith(":") or bold):
        return 0
    rest = blocks[i + 1 :]
    if rest and rest[0].kind == "paragraph":
        return 1
    return len(list(takewhile(lambda b: b.kind == "item" and b.level > block.level, rest)))

"""How many word pieces the parts of a document take, each part counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from assistant.outline import CONTENT, SEPARATOR, blank_markup
from assistant.types import Block, Section

CountTokens = Callable[[Sequence[str]], list[int]]
Span = tuple[int, int]

# An encoder may take a long word for one unknown piece; nobody wants to read a page of it.
CHARACTERS_PER_TOKEN = 20
# Characters that are counted at once, in one text or in several: an encoder needs a hundred bytes
# for each, and whoever limits its time has to be asked now and then.
MOST_CHARACTERS = 500_000


class Measure:
    """Sizes in word pieces of spans of one text and of heading paths.

    Everything the outline knows of is counted in one batch at the start. Word pieces add up over
    parts with white space between, so the size of several blocks is the sum of their sizes.
    """

    def __init__(self, text: str, outline: Sequence[Section], count_tokens: CountTokens) -> None:
        self._text = text
        self._count_tokens = count_tokens
        self._spans: dict[Span, int] = {}
        self._words: dict[str, int] = {}
        blocks = [block for section in outline for block in section.blocks]
        known = [(b.start, b.end) for b in blocks if b.kind in CONTENT or b.kind == "heading"]
        self.spans([*known, *(block.header for block in blocks if block.header)])
        self._add_words({SEPARATOR, *(title for section in outline for title in section.heading)})

    def spans(self, spans: Sequence[Span]) -> list[int]:
        """The size of each span of the text, mark-up left out; never 0."""
        missing = [span for span in dict.fromkeys(spans) if span not in self._spans]
        if missing:
            bare = [blank_markup(self._text[start:end]) for start, end in missing]
            for span, words, count in zip(missing, bare, self._counted(bare), strict=True):
                letters = len(words) - words.count(" ")
                self._spans[span] = max(count, letters // CHARACTERS_PER_TOKEN, 1)
        return [self._spans[span] for span in spans]

    def heading(self, path: Sequence[str]) -> int:
        """The size of a heading path written out."""
        self._add_words(path)
        between = self._words[SEPARATOR] * max(len(path) - 1, 0)
        return sum(self._words[title] for title in path) + between

    def shorten(self, path: tuple[str, ...], room: int) -> tuple[str, ...]:
        """The path without as many outer headings as it takes to fit, the last one cut if need be.

        >>> measure = Measure("", (), lambda texts: [len(text.split()) for text in texts])
        >>> measure.shorten(("A book", "A chapter", "A section"), 5)
        ('A chapter', 'A section')
        >>> measure.shorten(("Words without end",), 2)
        ('Words wi…',)
        """
        while len(path) > 1 and self.heading(path) > room:
            path = path[1:]
        while path and self.heading(path) > room:
            title = path[0].rstrip("…")
            path = (f"{title[: len(title) // 2].rstrip()}…",) if len(title) > 1 else ()
        return path

    def header(self, blocks: Sequence[Block], room: int) -> tuple[str, int]:
        """The header rows of tables that these blocks begin after, as far as they fit; the size."""
        first = blocks[0].start
        spans = list(dict.fromkeys(b.header for b in blocks if b.header and b.header[0] < first))
        while spans and sum(self.spans(spans)) > room:
            start, end = spans[-1]
            spans[-1:] = [(start, (start + end) // 2)] if end - start > 1 else []
        return "\n".join(self._text[start:end] for start, end in spans), sum(self.spans(spans))

    def _add_words(self, words: Iterable[str]) -> None:
        missing = [word for word in dict.fromkeys(words) if word not in self._words]
        if missing:
            self._words.update(zip(missing, self._counted(missing), strict=True))

    def _counted(self, texts: Sequence[str]) -> list[int]:
        """The word pieces of each text, counted in parts of :data:`MOST_CHARACTERS` at most."""
        counts = [0] * len(texts)
        parts: list[tuple[int, str]] = []
        waiting = 0
        for i, text in enumerate(texts):
            for part in _slices(text):
                if parts and waiting + len(part) > MOST_CHARACTERS:
                    self._add(parts, counts)
                    parts, waiting = [], 0
                parts.append((i, part))
                waiting += len(part)
        self._add(parts, counts)
        return counts

    def _add(self, parts: Sequence[tuple[int, str]], counts: list[int]) -> None:
        found = self._count_tokens([part for _, part in parts]) if parts else []
        for (i, _), count in zip(parts, found, strict=True):
            counts[i] += count


def _slices(text: str) -> Iterator[str]:
    """The text in parts that can be counted, cut at a space wherever there is one."""
    start = 0
    while len(text) - start > MOST_CHARACTERS:
        end = text.rfind(" ", start + 1, start + MOST_CHARACTERS)
        end = end if end > 0 else start + MOST_CHARACTERS
        yield text[start:end]
        start = end
    yield text[start:] if start else text

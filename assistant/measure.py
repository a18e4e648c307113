"""How many word pieces the parts of a document take, each part counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from assistant.outline import CONTENT, SEPARATOR, blank_markup
from assistant.types import Block, Section

CountTokens = Callable[[Sequence[str]], list[int]]
Span = tuple[int, int]

# An encoder may take a long word for one unknown piece; nobody wants to read a page of it.
CHARACTERS_PER_TOKEN = 20


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
            for span, words, count in zip(missing, bare, self._count_tokens(bare), strict=True):
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
            self._words.update(zip(missing, self._count_tokens(missing), strict=True))

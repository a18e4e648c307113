"""What holds for the outline of any text at all."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import assistant.outline
from assistant.outline import CONTENT, blank_markup, parse
from assistant.types import Extracted, Page, TocEntry

# Lines that a rule reacts to, and some that none does.
EXAMPLES = """
# Title
## Deep #
A Plain Title
Group:
1. Title
1.1 Part
2) two
- item
  - nested
• x
→ Arrow
a\tb
\ta\tb\t
Title\t3
Other\t7
Chapter ..... 9
Title 12
> quote
> **Label**
```
~~~py
====
----
<https://a.org>
[x](#)
References:
<a name='x'></a>
Some words that make up a sentence.
θ = x
goes on below
Term: words
漢字の文。
نص عربي
…
***
**Bold**
| a | b |
| --- | --- |
x | y
--- | ---
|
"""
LINES = st.sampled_from(EXAMPLES.splitlines())
LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TEXTS = st.lists(st.one_of(LINES, LINES, LETTERS), max_size=40).map("\n".join)
TOC = st.lists(
    st.builds(
        TocEntry,
        st.sampled_from(["Title", "A Plain Title", "Group", "Deep", "", "1.1 Part"]),
        st.integers(1, 4),
        st.none() | st.integers(1, 9),
    ),
    max_size=6,
).map(tuple)


@given(TEXTS, TOC, st.booleans())
@example("\n\n\n", (), False)
def test_blocks_ascend_and_hold_what_they_say(
    text: str, toc: tuple[TocEntry, ...], paged: bool
) -> None:
    pages = (Page(1, 0, len(text) // 2), Page(2, len(text) // 2, len(text))) if paged else ()
    sections = parse(Extracted(text, pages=pages, toc=toc))
    blocks = [block for section in sections for block in section.blocks]
    ends = [0, *(block.end for block in blocks)]
    for block, before in zip(blocks, ends, strict=False):
        assert before <= block.start < block.end <= len(text)
        words = text[block.start : block.end]
        assert words.strip(" \r\f\v") == words
        assert block.header is None or block.header[1] <= block.start
    for section in sections:
        assert any(block.kind in CONTENT for block in section.blocks)
        assert not paged or (section.page_start, section.page_end) == (None, None)
    assert [s.chapter for s in sections] == sorted(s.chapter for s in sections)


@given(st.lists(LETTERS.filter(lambda line: line.strip() == line != ""), min_size=1, max_size=8))
def test_no_word_of_prose_is_lost(lines: list[str]) -> None:
    text = "\n\n".join(f"Some words before {line} and more of them behind." for line in lines)
    text = text.replace("\t", " ")
    (section,) = parse(Extracted(text))
    kept = [text[block.start : block.end] for block in section.blocks if block.kind == "paragraph"]
    assert "".join("".join(kept).split()) == "".join(text.split())


def test_a_text_without_anything() -> None:
    assert parse(Extracted("")) == ()
    assert parse(Extracted(" \n\t\n")) == ()
    assert parse(Extracted("# Only a heading")) == ()


HOSTILE: dict[str, Callable[[int], str]] = {
    "one line": lambda n: "word " * n,
    "brackets": lambda n: "[" * n + "](" * n,
    "nested links": lambda n: "[[a](" * n,
    "full stops": lambda n: "x" + "." * n + " ." * n + ".'" * n + "y",
    "tags": lambda n: "x<a" * n + "<!--" * n,
    "stars": lambda n: "x" + "*" * n,
    "blank lines": lambda n: "\n" * n + "x",
    "blanks": lambda n: " " * n + "x" + "\t" * n + "x",
    "bullets": lambda n: "- item\n" * (n // 10),
    "headings": lambda n: "# Title\n" * (n // 10),
    "plain headings": lambda n: "A Title\n\n" * (n // 10),
    "indents": lambda n: "".join(" " * (i % 300) + "- x\n" for i in range(n // 100)),
    "contents": lambda n: "a\t1\n" * (n // 10),
    "contents and text": lambda n: (
        "".join(f"Chapter {i} of it\t{i // 9}\n" for i in range(n // 50))
        + "".join(f"Chapter {i} or it\n\nText.\n\n" for i in range(n // 50))
    ),
    "fences": lambda n: "```\n~~~\n" * (n // 10) + "```",
    "rows": lambda n: "| a | b |\n" * (n // 20) + "|--|" + " " * n + "x|\n|" + "-" * n + "x|",
    "numbers": lambda n: "1.1.1." * n + " x",
    "address": lambda n: "https://" + "a" * n,
    "marks": lambda n: "x " + "o\u0301" * n,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_ten_times_the_text_takes_about_ten_times_as_long(name: str) -> None:
    def seconds(length: int) -> float:
        text = HOSTILE[name](length)
        start = process_time()
        parse(Extracted(text))
        blank_markup(text)
        return process_time() - start

    # Generous: a rule that reads the rest of the text again at every sign takes a hundred times.
    longer, shorter = (min(seconds(length) for _ in range(2)) for length in (100_000, 10_000))
    assert longer < 0.5 + 40 * shorter


MODULES = [
    *(f"assistant.outline.{m.name}" for m in pkgutil.iter_modules(assistant.outline.__path__)),
    "assistant.outline", "assistant.chunk", "assistant.measure", "assistant.pieces",
    "assistant.units",
]  # fmt: skip


@pytest.mark.parametrize("name", MODULES)
def test_examples_in_docstrings(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0

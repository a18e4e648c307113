"""Whatever comes in, what comes out is a result or an error in words, and every invariant holds.

``FUZZ_RUNS=5000 pytest tests/test_fuzz.py`` looks for longer; each test then gets that many inputs
(damaged PDF files a tenth of it).
"""

from __future__ import annotations

import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from word_encoder import WordEncoder

from assistant import batch
from assistant.chat import Turn
from assistant.chunk import Chunking, chunk
from assistant.config import load_config
from assistant.errors import AssistantError, LoadError
from assistant.evaluation.beir import read_beir
from assistant.evaluation.questions import read_questions
from assistant.library import Library
from assistant.load import Reader
from assistant.load.formats import read_file
from assistant.outline import parse
from assistant.types import Document

RUNS = int(os.environ.get("FUZZ_RUNS", "12"))
fuzz = settings(
    max_examples=RUNS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# Pieces that readers of text, Markdown and HTML make something of, beside any code point at all.
MARKUP = [
    *(
        "# ",
        "## A title\n",
        "- ",
        "1. ",
        "  - ",
        "| a | b |\n",
        "|---|---|\n",
        "```\n",
        "> ",
        "---\n",
    ),
    *("\n", "\n\n", "\t", " ", "**", "_", "[a](b)", "[^1]: ", "Term: ", "1.1 ", "→ ", ". . . 7\n"),
    *(
        "<p>",
        "</p>",
        "<table><tr><td>",
        "<li>",
        "<!--",
        "&lt;",
        "<h1>",
        "<script>",
        "]]>",
        "</div>",
    ),
    *("A sentence ends here. ", "数据。", "اختبار؟ ", "e\u0301", "🙂", "x" * 300, "word " * 90),
]
ANY = st.one_of(st.characters(), st.integers(0, 0x10FFFF).map(chr))
PROSE = st.lists(st.one_of(st.sampled_from(MARKUP), st.text(ANY, max_size=20)), max_size=40).map(
    "".join
)
BYTES = st.one_of(
    st.binary(max_size=400),
    st.builds(
        lambda text, code: text.encode(code, "replace"),
        PROSE,
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "latin-1"]),
    ),
    st.builds(lambda text, more: text.encode("utf-8", "replace") + more, PROSE, st.binary()),
)


@fuzz
@given(BYTES, st.sampled_from(["a.txt", "a.md", "a.html"]))
@example(b"\x00", "a.txt")
@example(b"<!DOCTYPE html [<!ENTITY a 'b'>]>&a;", "a.html")
def test_any_bytes_become_passages_or_a_reason(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    try:
        extracted = read_file(path)
    except LoadError:
        return
    extracted.text.encode("utf-8")
    outline = parse(extracted)
    document = Document("d", name, "t", "0", extracted.text, extracted.pages, outline)
    passages = chunk(document, WordEncoder().count_tokens, 256, Chunking())
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.text.strip()
    assert len({passage.passage_id for passage in passages}) == len(passages)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    place = tmp_path_factory.mktemp("fuzz")
    (place / "corpus").mkdir()
    (place / "corpus" / "services.md").write_text(
        "# Storage\n\nAmazon S3 stores objects. It costs 0.023 dollars per GB.\n\n"
        "- **Glue:** crawls data stores\n- **Polly:** turns text into speech\n\n"
        "| Class | Price |\n|---|---|\n| Standard | high |\n",
        encoding="utf-8",
    )
    (place / "corpus" / "birds.txt").write_text(
        "A wren weighs nine grams. 数据湖是什么。\n", "utf-8"
    )
    config = load_config(library=place / "index", corpus=place / "corpus")
    with Library.open(config, WordEncoder()) as opened:
        opened.sync()
        yield opened


# What the query languages of search engines, databases and shells give a meaning to.
SYNTAX = [
    *(
        "AND ",
        "OR ",
        "NOT ",
        "title:",
        "text:",
        "*",
        "?",
        "~2",
        "^3",
        "+",
        "-",
        '"',
        "'",
        "\\",
        "/",
    ),
    *("(", ")", "[a TO b]", "{", "}", ":", "&&", "||", "!", ">=", "IN [", "$(id)", ";--", "%00"),
    *(
        "\0",
        "\ud800",
        "\udfff",
        "\u202e",
        "\ufeff",
        "wren ",
        "S3 ",
        "what is ",
        "its price",
        "数据湖",
    ),
]
QUESTIONS = st.lists(
    st.one_of(st.sampled_from(SYNTAX), st.text(ANY, max_size=12)), max_size=25
).map("".join)


def answers(library: Library, question: str, history: list[Turn]) -> None:
    """Search and ask, and hold the answer to what every answer promises."""
    texts = {
        record.doc_id: library.document(record.doc_id).text for record in library.status().documents
    }
    try:
        for mode in ("hybrid", "dense", "lexical"):
            hits = library.search(question, 3, mode)
            assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        answer = library.ask(question, 3, history)
    except AssistantError:
        return
    for citation in answer.citations:
        text = texts[citation.passage.doc_id]
        assert text[citation.start : citation.end] == citation.quote
    assert 0 <= answer.confidence <= 1
    json.dumps(answer.text).encode("utf-8")


@fuzz
@given(QUESTIONS, st.lists(st.builds(Turn, QUESTIONS, PROSE), max_size=2))
@example("\0", [])
@example("\ud800 wren?", [])
@example('"wren AND (', [Turn("", "")])
def test_any_question_gets_an_answer_or_a_reason(
    library: Library, question: str, history: list[Turn]
) -> None:
    answers(library, question, history)


@pytest.mark.parametrize("piece", ["wren ", " ", "a", "1 ", ", ", "(", '"', "数", "\n\n", "the "])
def test_a_question_of_a_million_characters_is_answered(library: Library, piece: str) -> None:
    answers(library, "What is " + piece * (1_000_000 // len(piece)) + " S3?", [Turn("wren?", "")])


VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(ANY, max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=6,
)
GOLD = st.fixed_dictionaries({}, optional={"document": VALUES, "quote": VALUES, "grade": VALUES})
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("id", "question", "category", "split"), st.one_of(st.just("a"), VALUES)),
        "answerable": st.one_of(st.booleans(), VALUES),
        "history": st.one_of(st.lists(GOLD, max_size=2), VALUES),
        "gold": st.one_of(st.lists(GOLD, max_size=2), VALUES),
        **dict.fromkeys(("_id", "text", "title"), st.one_of(st.just("b"), VALUES)),
    },
)
LINES = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(FIELDS, VALUES), max_size=4).map(
        lambda rows: "\n".join(map(json.dumps, rows)).encode("utf-8")
    ),
)

# A whole question but for its text, which is half of a character.
HALF = b'{"id": "a", "question": "\\ud800", "category": "a", "split": "a", "answerable": false}'


@fuzz
@given(LINES)
@example(b"[" * 100_000)
@example(HALF)
def test_any_question_set_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "set.jsonl"
    path.write_bytes(data)
    try:
        for question in read_questions(path):
            question.id.encode("utf-8")
            question.question.encode("utf-8")
    except AssistantError:
        return


@fuzz
@given(LINES, LINES, st.one_of(LINES, st.just(b"query-id\tcorpus-id\tscore\nb\tb\t1\n")))
@example(b"[" * 100_000, b"", b"")
@example(b"", b"", b"\x80")
@example(b'{"_id": "b", "text": "a"}', b'{"_id": "b", "text": "a"}', b"b\tb\tinf\n")
def test_any_beir_folder_is_read_or_refused(
    tmp_path: Path, corpus: bytes, queries: bytes, qrels: bytes
) -> None:
    (tmp_path / "corpus.jsonl").write_bytes(corpus)
    (tmp_path / "queries.jsonl").write_bytes(queries)
    (tmp_path / "qrels.tsv").write_bytes(qrels)
    try:
        read = read_beir(tmp_path)
    except AssistantError:
        return
    for document in read.documents:
        document.doc_id.encode("utf-8")
        document.text.encode("utf-8")


@fuzz
@given(LINES)
@example(b"[" * 100_000)
@example(b'{"id": "\\ud800", "question": "\\ud800"}')
def test_any_batch_gets_an_object_a_line(data: bytes) -> None:
    told = list(batch.run(data.split(b"\n"), lambda question: {"answer": question}))
    for fields in told:
        assert "error" in fields or "answer" in fields
        json.dumps(fields).encode("utf-8")


def damaged(data: bytes, seed: int) -> bytes:
    """A file with a few bytes changed, taken out, put in twice, or its end cut off."""
    chance = random.Random(seed)
    out = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at, length = chance.randrange(len(out) or 1), chance.choice((1, 4, 64, 1024))
        match chance.randrange(5):
            case 0:
                out[at : at + length] = chance.randbytes(min(length, len(out) - at))
            case 1:
                del out[at : at + length]
            case 2:
                out[at:at] = out[at : at + length]
            case 3:
                out[at : at + 1] = str(chance.choice((0, -1, 2**31, 10**30))).encode()
            case 4 if chance.random() < 0.3:
                del out[max(at, 100) :]
    return bytes(out)


def test_damaged_pdf_files_are_read_or_refused(shared_data: Path, tmp_path: Path) -> None:
    # The smaller ones, so that many damages are tried in a short time.
    names = (
        "form_libreoffice",
        "encrypted_openpassword",
        "scan_one-page",
        "cs229_supervised_ar_rtl",
    )
    seeds = [shared_data / "pdf" / f"{name}.pdf" for name in names]
    outcomes = Counter[str]()
    with Reader(password="openpassword", seconds=30, memory_mb=1024) as reader:
        for number in range(max(RUNS // 10, 4)):
            path = tmp_path / "damaged.pdf"
            path.write_bytes(damaged(seeds[number % 4].read_bytes(), number))
            try:
                parse(reader.read(path))
                outcomes["read"] += 1
            except LoadError as error:
                outcomes[error.message] += 1
    assert not outcomes.keys() & {
        "the parser process does not start",
        "reading took longer than 30 s",
    }
    print(outcomes)  # noqa: T201

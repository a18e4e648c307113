import json
from collections.abc import Iterator

import pytest

from assistant import batch
from assistant.contract import Json
from assistant.errors import LibraryError


def echo(question: str) -> Json:
    if question == "broken":
        raise LibraryError("It is broken.", "Mend it.")
    return {"answer": question.upper()}


def run(*lines: bytes | Json) -> list[Json]:
    encoded = (line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines)
    return list(batch.run(encoded, echo))


def test_one_object_a_line_in_order_with_its_id() -> None:
    assert run({"id": "b", "question": "two"}, {"id": 1, "question": "one"}) == [
        {"id": "b", "answer": "TWO"},
        {"id": 1, "answer": "ONE"},
    ]


def test_empty_lines_are_skipped_and_a_byte_order_mark_is_read() -> None:
    assert run(b"\xef\xbb\xbf" + b'{"id": "a", "question": "\xc3\xa9"}\r\n', b"\n", b"  ") == [
        {"id": "a", "answer": "\u00c9"}
    ]


def test_a_bad_line_is_reported_with_its_number_and_the_others_go_on() -> None:
    results = run(
        b"not json",
        b"\xff\xfe",
        b"[1]",
        {"question": "no id"},
        {"id": True, "question": "no id"},
        {"id": "q6"},
        {"id": "q7", "question": " "},
        {"id": "q8", "question": "broken"},
        {"id": "q9", "question": "fine"},
    )
    assert [fields["id"] for fields in results] == [
        *[None] * 5,
        "q6",
        "q7",
        "q8",
        "q9",
    ]
    messages = [fields["error"]["message"] for fields in results[:-1]]
    assert messages == [
        "Line 1 is not JSON in UTF-8.",
        "Line 2 is not JSON in UTF-8.",
        "Line 3 is not an object.",
        "Line 4 has no id that is text or a whole number.",
        "Line 5 has no id that is text or a whole number.",
        "Line 6 has no question.",
        "Line 7 has no question.",
        "It is broken.",
    ]
    assert results[0]["error"]["hint"].startswith('Each line is one object: {"id": "q1"')
    assert results[-1] == {"id": "q9", "answer": "FINE"}


def test_results_come_as_soon_as_they_are_there() -> None:
    def lines() -> Iterator[bytes]:
        yield b'{"id": 1, "question": "a"}'
        pytest.fail("a second line was read before the first was answered")

    assert next(batch.run(lines(), echo)) == {"id": 1, "answer": "A"}

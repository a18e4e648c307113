from __future__ import annotations

from typing import Any

import httpx
import pytest
from page_server import Running

IN_ORDER = 'Send {"data": [question, k, mode]}.'
BY_NAME = "Send a JSON object with question, k, mode."
FAULTS: list[tuple[str, str, Any, str, str]] = [
    ("run", "search", {"data": ["air"]}, "These are not the arguments of search.", IN_ORDER),
    ("run", "search", {"data": []}, "These are not the arguments of search.", IN_ORDER),
    ("run", "search", {"data": "air"}, "These are not the arguments of search.", IN_ORDER),
    ("run", "search", [], "These are not the arguments of search.", IN_ORDER),
    ("run", "search", {"question": "air"}, "These are not the arguments of search.", IN_ORDER),
    ("call", "search", {"data": [1, 2]}, "These are not the arguments of search.", IN_ORDER),
    ("call/v2", "search", ["air"], "These are not the arguments of search.", BY_NAME),
    ("call/v2", "search", {"question": "a", "n": 1}, "search has no argument 'n'.", BY_NAME),
    ("call/v2", "search", {"k": 1}, "The question is empty.", "Give `question` as words."),
    ("run", "ask", {"data": [" "]}, "The question is empty.", "Give `question` as words."),
    ("run", "ask", {"data": [7]}, "The question is empty.", "Give `question` as words."),
    (
        "run",
        "ask",
        {"data": ["a" * 2001]},
        "The question has 2001 characters; 2000 are read.",
        "Ask one thing at a time, in fewer words.",
    ),
    (
        "call/v2",
        "search",
        {"question": "air", "k": 101},
        "101 is not a number of passages.",
        "Give `k` from 1 to 100.",
    ),
    (
        "run",
        "search",
        {"data": ["air", 5, "x" * 99]},
        f"There is no mode '{'x' * 59}….",
        "Give `mode` as one of: hybrid, dense, lexical.",
    ),
    (
        "call/v2",
        "show",
        {},
        "No passage is named.",
        "Give `passage_id` as `ask` and `search` name it.",
    ),
]


@pytest.mark.parametrize(("way", "call", "body", "message", "hint"), FAULTS)
def test_arguments_that_cannot_be_used_are_told_as_the_command_line_does(
    page_server: Running, way: str, call: str, body: Any, message: str, hint: str
) -> None:
    answer = httpx.post(f"{page_server.url}/gradio_api/{way}/{call}", json=body)
    assert answer.status_code == 400
    assert answer.json() == {"error": {"message": message, "hint": hint}}


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_said(page_server: Running, body: bytes) -> None:
    answer = httpx.post(f"{page_server.url}/gradio_api/call/v2/search", content=body)
    assert answer.status_code == 400
    assert answer.json() == {"error": {"message": "The body is not JSON.", "hint": BY_NAME}}


def test_a_passage_that_is_not_there_is_said(page_server: Running) -> None:
    place = f"{page_server.url}/gradio_api/run/show"
    answer = httpx.post(place, json={"data": ["nowhere"]})
    assert answer.status_code == 500  # Gradio's for every call that fails
    assert answer.json()["error"] == "There is no passage nowhere in the library."

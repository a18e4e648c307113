"""The calls of other programs, with real clients against a real server."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import httpx
import pytest
from awaiting import awaited
from commands import run
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp.types import CallToolResult, TextContent
from page_server import Running, with_tools

from assistant.contract import Json
from assistant.ui.programs import AT_ONCE, CallError, Waiting

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
QUESTION = "Which instrument measures air pressure?"
FAR_OFF = "Who won the football world cup in 1998?"

TIMES = ("elapsed_ms", "stages_ms")


@pytest.fixture(scope="module")
def client(page_server: Running) -> Client:
    return Client(page_server.url, verbose=False, analytics_enabled=False)


def told(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def timeless(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if name not in TIMES}


def test_nothing_else_on_the_page_is_offered_to_programs(page_server: Running) -> None:
    for asked in ("", "?all_endpoints=true"):
        info = httpx.get(f"{page_server.url}/gradio_api/info{asked}").json()
        assert list(info["named_endpoints"]) == ["/ask", "/search", "/show"]
        assert info["unnamed_endpoints"] == {}


def test_the_tools_and_their_arguments_are_described(page_server: Running) -> None:
    tools = with_tools(page_server.url, lambda session: session.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search", "show"]
    for tool in tools:
        assert "documents" in tool.description
        described = [value["description"] for value in tool.inputSchema["properties"].values()]
        assert all(described)
    search = tools[1].inputSchema
    assert search["required"] == ["question"]
    assert search["properties"]["k"]["default"] == 5
    assert search["properties"]["mode"]["enum"] == ["hybrid", "dense", "lexical"]


@pytest.mark.parametrize("question", [QUESTION, FAR_OFF])
def test_ask_gives_the_object_of_the_command_line(
    client: Client, page_server: Running, library: Path, question: str
) -> None:
    expected = run("ask", question, "--json", "--library", library).json
    assert expected["refused"] == (question == FAR_OFF)
    given = client.predict(question=question, api_name="/ask")
    assert timeless(given) == timeless(expected)
    assert list(given) == list(expected)
    call = with_tools(page_server.url, lambda tools: tools.call_tool("ask", {"question": question}))
    assert not call.isError
    assert timeless(json.loads(told(call))) == timeless(expected)


def test_search_and_show_give_the_objects_of_the_command_line(
    client: Client, page_server: Running, library: Path
) -> None:
    words = ("search", "ice crystals", "-k", "2", "--mode", "lexical", "--json")
    expected = run(*words, "--library", library).json
    wanted = {"question": "ice crystals", "k": 2, "mode": "lexical"}
    assert timeless(client.predict(**wanted, api_name="/search")) == timeless(expected)
    call = with_tools(page_server.url, lambda tools: tools.call_tool("search", wanted))
    assert timeless(json.loads(told(call))) == timeless(expected)

    name = expected["hits"][0]["passage_id"]
    shown = run("show", name, "--json", "--library", library).json
    assert client.predict(passage_id=name, api_name="/show") == shown
    call = with_tools(page_server.url, lambda tools: tools.call_tool("show", {"passage_id": name}))
    assert json.loads(told(call)) == shown


def test_what_is_left_out_has_its_default(client: Client) -> None:
    found = client.predict(question="ice crystals", api_name="/search")
    assert found["mode"] == "hybrid"
    assert len(found["hits"]) == 3  # all there are


UNUSABLE: list[tuple[str, Json, str]] = [
    ("show", {"passage_id": "nowhere"}, "There is no passage nowhere in the library."),
    ("ask", {"question": "  "}, "The question is empty. Hint: Give `question` as words."),
    ("search", {"question": "air", "k": 0}, "0 is not a number of passages. Hint: Give `k` from 1"),
    ("ask", {"question": "a" * 2001}, "The question has 2001 characters; 2000 are read."),
]


@pytest.mark.parametrize(("call", "arguments", "sentence"), UNUSABLE)
def test_what_cannot_be_answered_is_said_in_a_sentence(
    client: Client, page_server: Running, call: str, arguments: Json, sentence: str
) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(**arguments, api_name=f"/{call}")
    assert caught.value.message.startswith(sentence)
    result = with_tools(page_server.url, lambda tools: tools.call_tool(call, arguments))
    assert result.isError
    assert told(result).startswith(sentence)


HALVES: list[tuple[str, list[object], str]] = [
    ("search", ["\ud800 ice crystals", 1, "lexical"], "? ice crystals"),
    ("ask", ["\ud800 ice crystals"], "? ice crystals"),
    ("show", ["\ud800"], ""),
]


@pytest.mark.parametrize(("call", "arguments", "question"), HALVES)
def test_half_a_character_is_answered_or_refused_in_words(
    page_server: Running, call: str, arguments: list[object], question: str
) -> None:
    """JSON can hold what no text can: the one half of a pair."""
    names = {"show": ["passage_id"]}.get(call, ["question", "k", "mode"])
    named = dict(zip(names, arguments, strict=False))
    refused = "'\\ud800' is not text. Hint: Give the name as it is listed."
    place = f"{page_server.url}/gradio_api"
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}

    def sent(way: str, body: Json) -> httpx.Response:
        return httpx.post(f"{place}/{way}", content=json.dumps(body), headers=headers, timeout=60)

    direct = sent(f"run/{call}", {"data": arguments})
    event = sent(f"call/v2/{call}", named).json()["event_id"]
    streamed = httpx.get(f"{place}/call/{call}/{event}", timeout=60).text
    tool = {"name": call, "arguments": named}
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": tool}
    said = sent("mcp/", request).text
    (line,) = [line[6:] for line in said.splitlines() if line.startswith("data: ")]
    result = json.loads(line)["result"]
    if question:
        assert direct.json()["data"][0]["question"] == question
        assert json.dumps(question) in streamed
        assert json.loads(result["content"][0]["text"])["question"] == question
    else:
        assert direct.json()["error"] == refused
        assert json.dumps(refused) in streamed
        assert (result["isError"], result["content"][0]["text"]) == (True, refused)


def test_a_mode_that_is_none(client: Client, page_server: Running) -> None:
    arguments = {"question": "air", "mode": "sideways"}
    with pytest.raises(AppError, match=r"There is no mode 'sideways'\. Hint: .* hybrid, dense"):
        client.predict(**arguments, api_name="/search")
    result = with_tools(page_server.url, lambda tools: tools.call_tool("search", arguments))
    assert result.isError
    assert "'sideways' is not one of ['hybrid', 'dense', 'lexical']" in told(result)


def test_other_functions_of_the_page_are_no_tools(page_server: Running) -> None:
    result = with_tools(page_server.url, lambda tools: tools.call_tool("rate", {}))
    assert result.isError
    assert told(result) == "Unknown tool for this Gradio app: rate"


def test_none_of_many_calls_at_once_is_lost(page_server: Running) -> None:
    place = f"{page_server.url}/gradio_api"

    def directly(number: int) -> Json:
        body = {"data": [f"ice crystals {number}", 1, "hybrid"]}
        reply = httpx.post(f"{place}/run/search", json=body, timeout=60)
        return dict(reply.json()["data"][0])

    def through_the_queue(number: int) -> Json:
        body = {"question": f"ice crystals {number}", "k": 1}
        event = httpx.post(f"{place}/call/v2/search", json=body, timeout=60).json()["event_id"]
        stream = httpx.get(f"{place}/call/search/{event}", timeout=60).text
        assert stream.startswith("event: complete\n")
        (data,) = [line[6:] for line in stream.splitlines() if line.startswith("data: ")]
        return dict(json.loads(data)[0])

    numbers = range(50)
    with ThreadPoolExecutor(len(numbers)) as programs:
        ways = [directly, through_the_queue]
        replies = list(programs.map(lambda number: ways[number % 2](number), numbers))
    assert [reply["question"] for reply in replies] == [f"ice crystals {n}" for n in numbers]
    assert {len(reply["hits"]) for reply in replies} == {1}


def test_too_many_at_once_are_told_to_come_back() -> None:
    waiting = 2
    free, answered = threading.Event(), []

    def work() -> Json:
        return {"done": free.wait(30)}

    async def ask_all(calls: Waiting) -> None:
        async def ask() -> None:
            answered.append(await calls.result(work))

        async with anyio.create_task_group() as asking:
            for _ in range(AT_ONCE + waiting):
                asking.start_soon(ask)
            await anyio.sleep(0.1)
            with pytest.raises(CallError) as caught:
                await calls.result(work)
            free.set()
        assert str(caught.value) == "Too many questions wait already. Hint: Ask again later."
        await ask()

    awaited(ask_all(Waiting(waiting)))
    assert answered == [{"done": True}] * (AT_ONCE + waiting + 1)


def test_the_examples_of_the_readme_work(page_server: Running) -> None:
    ready = README.replace("http://127.0.0.1:7860", page_server.url)
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("needs curl")
    (example,) = re.findall(r"^    curl (-s .*\n .*)$", ready, re.MULTILINE)
    words = shlex.split(example.replace("\\\n", " "))
    reply = subprocess.run([curl, *words], check=True, capture_output=True, timeout=60).stdout
    (answer,) = json.loads(reply)["data"]
    assert answer["question"] == "How does grid search choose hyperparameter values?"
    assert answer["refused"]

    (configured,) = re.findall(r"```json\n(.*?)```", ready, re.DOTALL)
    url = json.loads(configured)["mcpServers"]["study-assistant"]["url"]
    base = url.removesuffix("/gradio_api/mcp/")
    tools = with_tools(base, lambda session: session.list_tools()).tools
    assert [tool.name for tool in tools] == ["ask", "search", "show"]

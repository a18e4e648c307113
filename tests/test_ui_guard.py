from __future__ import annotations

import socket
from typing import Any

import httpx
import pytest
from page_server import ROUTES, Running
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from assistant.ui.guard import Guard, own_names

FOREIGN = (403, "Requests from other sites are not answered.")
OTHER_NAME = (403, "This server does not answer to that name.")


def guarded(host: str = "127.0.0.1", numbers: bool = False) -> TestClient:
    async def hello(request: Request) -> PlainTextResponse:
        return PlainTextResponse("hello")

    routes = [Route("/", hello, methods=["GET", "POST"])]
    guard = Middleware(Guard, hosts=own_names(host), numbers=numbers)
    app = Starlette(routes=routes, middleware=[guard])
    return TestClient(app, base_url="http://127.0.0.1:7860")


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.text


def test_the_page_itself_is_served_and_confined() -> None:
    answer = guarded().post("/", headers={"Origin": "http://127.0.0.1:7860"})
    assert answer.text == "hello"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http:" not in policy
    assert "https:" not in policy
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "origin", ["http://example.com", "http://127.0.0.1:8000", "https://127.0.0.1.example", "null"]
)
def test_requests_of_other_sites_are_refused(origin: str) -> None:
    assert told(guarded().post("/", headers={"Origin": origin})) == FOREIGN


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_pictures_and_forms_of_other_sites_are_refused_and_links_are_not(site: str) -> None:
    picture = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors"}
    assert told(guarded().get("/", headers=picture)) == FOREIGN
    form = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Origin": "null"}
    assert told(guarded().post("/", headers=form)) == FOREIGN
    link = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate"}
    assert told(guarded().get("/", headers=link)) == (200, "hello")
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    assert told(guarded().get("/", headers=own)) == (200, "hello")


@pytest.mark.parametrize(
    "host",
    [
        *("example.com", "127.0.0.1.example.com:7860", "", "192.168.1.5", "[::1", "::1"),
        *("evil.com@127.0.0.1", "127.0.0.1#x", "127.0.0.1/x", "127.0.0.1?x", "127.0.0.1\\x"),
        *("127.0.0.1:80:80", "127.0.0.1:port", "[::1]x", "127.0.0.1 x", "[127.0.0.1]"),
    ],
)
def test_a_foreign_name_for_this_computer_is_refused(host: str) -> None:
    assert told(guarded().get("/", headers={"Host": host})) == OTHER_NAME


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860"])
def test_the_servers_own_names_are_answered(host: str) -> None:
    assert guarded().get("/", headers={"Host": host}).text == "hello"


def test_a_server_for_others_answers_to_numbers_and_its_own_names_alone() -> None:
    client = guarded("study.example", numbers=True)
    own = ["192.168.1.5:7860", "[fd00::5]", "Study.example:80", socket.gethostname(), "localhost"]
    for host in own:
        assert told(client.get("/", headers={"Host": host})) == (200, "hello")
    for host in ["evil.example", "192.168.1.5.evil.example", "study.example.evil", "a.b@evil"]:
        assert told(client.get("/", headers={"Host": host})) == OTHER_NAME


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_route_answers_another_site_or_another_name(
    page_server: Running, method: str, path: str
) -> None:
    place = f"{page_server.url}{path}"
    for origin in ("http://evil.example", f"http://localhost:{page_server.port}", "null"):
        assert told(httpx.request(method, place, headers={"Origin": origin})) == FOREIGN
    rebound = {"Host": f"evil.example:{page_server.port}"}
    assert told(httpx.request(method, place, headers=rebound)) == OTHER_NAME
    same = {**rebound, "Origin": f"http://evil.example:{page_server.port}"}
    assert told(httpx.request(method, place, headers=same)) == OTHER_NAME
    inside = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert told(httpx.request(method, place, headers=inside)) == FOREIGN


@pytest.mark.parametrize(
    "header", ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Gradio-Server", "Forwarded"]
)
def test_what_only_a_proxy_may_say_is_not_believed(page_server: Running, header: str) -> None:
    value = "https" if header.endswith("Proto") else "https://evil.example"
    for path in ("/config", "/"):
        plain, told = (
            httpx.get(f"{page_server.url}{path}", headers=headers)
            for headers in ({}, {header: value})
        )
        assert "evil" not in told.text
        assert f"https://127.0.0.1:{page_server.port}" not in told.text
        assert told.status_code == plain.status_code == 200


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/gradio_api/mcp/", "/"])
def test_a_websocket_of_another_site_is_refused(page_server: Running, path: str) -> None:
    wanted = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Origin": "http://evil.example",
    }
    assert told(httpx.get(f"{page_server.url}{path}", headers=wanted)) == FOREIGN

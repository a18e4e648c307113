"""The page's real server on a free port of this computer, in this process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Queue
from typing import Any

import httpx
import uvicorn
from awaiting import awaited
from fastapi import FastAPI
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from assistant.config import Config
from assistant.library import Library
from assistant.ui import server


@dataclass(frozen=True)
class Running:
    """A server that answers, with the settings it runs on."""

    config: Config

    @property
    def port(self) -> int:
        return self.config.port

    @property
    def url(self) -> str:
        return server.address(self.config.host, self.port)


@contextmanager
def serving(library: Library) -> Iterator[Running]:
    """Serve the page over a library until the end of the block."""
    config = library.config
    with hosting(lambda: server.application(library, config), config.host) as port:
        yield Running(config.model_copy(update={"port": port}))


@contextmanager
def hosting(make: Callable[[], FastAPI], host: str = "127.0.0.1") -> Iterator[int]:
    """Serve an application on a free port, which is given, until the end of the block."""
    started: Queue[uvicorn.Server] = Queue()
    with server.listen(host, 0) as listener:

        async def run() -> None:
            # Built within the loop: where there is none, Gradio makes some and leaves them open.
            app = make()
            settings = uvicorn.Config(
                app,
                log_level="warning",
                timeout_graceful_shutdown=1,
                ws="none",
                proxy_headers=False,
            )
            running = uvicorn.Server(settings)
            started.put(running)
            await running.serve(sockets=[listener])

        thread = threading.Thread(target=lambda: asyncio.run(run()))
        thread.start()
        running = started.get(timeout=60)
        try:
            # The socket listens already, so the first request waits until it is answered.
            yield listener.getsockname()[1]
        finally:
            running.should_exit = True
            thread.join(timeout=20)


def with_tools(
    url: str, use: Callable[[ClientSession], Awaitable[Any]], headers: dict[str, str] | None = None
) -> Any:
    """What ``use`` makes of an open session of a program that has the server's tools."""

    async def session() -> Any:
        place = f"{url}/gradio_api/mcp/"
        async with (
            httpx.AsyncClient(headers=headers, timeout=60) as client,
            streamable_http_client(place, http_client=client) as (reads, writes, _),
            ClientSession(reads, writes) as opened,
        ):
            await opened.initialize()
            return await use(opened)

    return awaited(session())


# A request to each kind of route that there is: what others must not reach.
ROUTES = [
    ("GET", "/"),
    ("GET", "/config"),
    ("GET", "/theme.css"),
    ("GET", "/who"),
    ("GET", "/healthz"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/heartbeat/abc"),
    ("GET", "/gradio_api/queue/data?session_hash=abc"),
    ("GET", "/gradio_api/file=/etc/hostname"),
    ("GET", "/gradio_api/mcp/schema"),
    ("GET", "/gradio_api/mcp/"),
    ("GET", "/gradio_api/nothing"),
    ("POST", "/gradio_api/mcp/"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/run/ask"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/gradio_api/call/ask"),
    ("POST", "/gradio_api/call/v2/ask"),
    ("POST", "/gradio_api/component_server/"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/cancel"),
]

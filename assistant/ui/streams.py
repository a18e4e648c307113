"""Results on their way to a page: none is sent into a stream that has ended.

A page asks for something in one request and is told the result in another, a stream of server-sent
events that the server ends once nothing is left to tell. Gradio's page takes what it asks for as
asked on the stream that it has, and drops that stream when it reads of its end. A press that is
answered between the two would wait for its result without end.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.ui.body import read_ahead
from assistant.ui.caps import API

JOIN, DATA = f"{API}/queue/join", f"{API}/queue/data"
LONGEST = 2.0  # seconds that a page is given to drop a stream; it takes a few milliseconds

_LAST = b'data: {"msg":"close_stream"'


class Streams:
    """Middleware that answers what a page asks for only once it has dropped a stream that ends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._ending: dict[str, asyncio.Event] = {}  # by session: set when the page dropped it

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; its answer may wait."""
        path = scope["path"].rstrip("/") if scope["type"] == "http" else ""
        if path == DATA:
            await self._tell(scope, receive, send)
        elif path == JOIN and scope["method"] == "POST":
            await self._ask(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _tell(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a stream, and leave it unfinished after its last event: so the page has to hang up,
        which it does when it has read that event."""
        session = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [""])[0]
        dropped = asyncio.Event()

        async def sent(message: Message) -> None:
            if message.get("body", b"").startswith(_LAST):
                self._ending[session] = dropped
            elif self._ending.get(session) is dropped and not message.get("more_body"):
                await _hung_up(receive)
            await send(message)

        try:
            await self.app(scope, receive, sent)
        except RuntimeError as error:
            # Of a session that is over, as of a page that was left, Gradio says so in the stream,
            # and then raises it as well, which nobody has to read in the server's log.
            if not isinstance(error.__cause__, HTTPException):
                raise
            await send({"type": "http.response.body"})
        finally:
            dropped.set()
            if self._ending.get(session) is dropped:
                del self._ending[session]

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a page ask, and answer when no stream of its session is about to be dropped."""
        try:
            body, again = await read_ahead(scope, receive)
        except ClientDisconnect:
            return
        session = _session(body)

        async def sent(message: Message) -> None:
            while message["type"] == "http.response.start" and session in self._ending:
                await self._ending[session].wait()
            await send(message)

        await self.app(scope, again, sent)


async def _hung_up(receive: Receive) -> None:
    """Wait until whoever made a request is gone, but no longer than :data:`LONGEST`."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(gone(), LONGEST)


def _session(body: bytes) -> str:
    """The session that a body names, if any; the application says what is wrong with one."""
    try:
        content: Any = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    named = content.get("session_hash") if isinstance(content, dict) else None
    return named if isinstance(named, str) else ""

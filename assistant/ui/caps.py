"""What the server takes in: only the routes the page uses, and no more than it can hold.

Gradio brings more routes than a page needs: some fetch addresses for whoever asks, run programs
over what is sent, or serve files by their path. Those listed here are served, and no others.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "/gradio_api"
UPLOAD = f"{API}/upload"
MOST_BODY = 8_000_000  # bytes of a request that is not an upload
MOST_FRAME = 100_000  # bytes that one part of an upload has beside its file

_CALLS = "(?:ask|search|show)"
_ROUTES = re.compile(
    "|".join(
        [
            "/(?:who|healthz|config|theme[.]css|favicon[.]ico|robots[.]txt|manifest[.]json)?",
            "/(?:assets|static|svelte)(?:/[!-.0-~]{1,200}){1,9}",  # files that no disk refuses
            f"{API}/(?:info|openapi[.]json|app_id|startup-events|theme[.]css|heartbeat/[^/]+)",
            f"{API}/(?:queue/(?:join|data|status)|cancel|reset|component_server)",
            f"{API}/(?:upload|upload_progress)",
            f"{API}/run/(?:{_CALLS}|predict)",  # the page itself names the last, and a number
            f"{API}/(?:call|call/v2)/{_CALLS}",
            f"{API}/(?:call|call/v2)/{_CALLS}/[^/]+",
            f"{API}/mcp(?:/schema)?",
        ]
    )
)
_BOUNDARY = re.compile(rb'boundary="?([^";,]{1,70})"?')


class Caps:
    """Middleware that knows no other routes, and refuses bodies and uploads that are too large.

    ``file_bytes`` caps one upload and ``files`` how many come in one request; both together cap
    what such a request can fill the disk with.
    """

    def __init__(self, app: ASGIApp, file_bytes: int, files: int) -> None:
        self.app = app
        self.files = files
        self.upload_bytes = files * (file_bytes + MOST_FRAME)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on as far as it may go."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or "/"
        if not _ROUTES.fullmatch(path):
            await PlainTextResponse("There is nothing here.", 404)(scope, receive, send)
            return
        headers, upload = Headers(scope=scope), path == UPLOAD
        found = _BOUNDARY.search(headers.get("content-type", "").encode("latin-1"))
        mark = b"--" + found[1] if upload and found else b""
        body = _Body(self.upload_bytes if upload else MOST_BODY, mark, self.files, send)
        declared = headers.get("content-length", "0")
        if body.is_too_large(int(declared) if declared.isdecimal() else 0):
            await _refuse(body.fault, scope, receive, send)
            return
        await body.pass_on(self.app, scope, receive)


class _Body:
    """The body of one request, measured while the application reads it."""

    def __init__(self, most: int, mark: bytes, files: int, send: Send) -> None:
        self.most = most  # bytes
        self.mark = mark  # what stands before and after each part, where parts are counted
        self.files = files
        self.send = send
        self.fault = ""
        self.answered = False
        self._seen = self._marks = 0
        self._tail = b""

    def is_too_large(self, size: int) -> bool:
        """Whether a body of this size is."""
        if size > self.most:
            self.fault = "This is larger than the server takes in one request."
        return bool(self.fault)

    async def pass_on(self, app: ASGIApp, scope: Scope, receive: Receive) -> None:
        """Run the application until it has answered, or its request turns out to be too large."""

        async def measured() -> Message:
            message = await receive()
            if message["type"] == "http.request" and self._is_too_much(message.get("body", b"")):
                # To the application, whoever sends too much has gone away.
                return {"type": "http.disconnect"}
            return message

        async def sent(message: Message) -> None:
            if self.answered or not self.fault:
                self.answered = True
                await self.send(message)

        try:
            await app(scope, measured, sent)
        except Exception:
            if not self.fault:
                raise
        if self.fault and not self.answered:
            await _refuse(self.fault, scope, receive, self.send)

    def _is_too_much(self, piece: bytes) -> bool:
        self._seen += len(piece)
        if self.mark:
            around = self._tail + piece
            self._marks += around.count(self.mark)
            self._tail = around[1 - len(self.mark) :]
        # One mark stands before each part and one after the last.
        if self._marks > self.files + 1:
            self.fault = f"At most {self.files} files at once."
        return self.is_too_large(self._seen)


async def _refuse(fault: str, scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(fault, 413)(scope, receive, send)

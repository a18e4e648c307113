"""What stands between the page and the rest of the web.

A server on this computer can be reached by every web page open in a browser on it. This middleware
answers only requests that were made to one of the server's own names (so no foreign name can be
pointed at it) and that do not come from another site's page. It also tells the browser, by a
Content Security Policy, to load nothing from any other host.
"""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio's page needs inline scripts, and compiles its templates with ``Function``.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    ]
)


class Guard:
    """Middleware that refuses requests of other sites and confines the page to this server.

    ``hosts`` are the names the server answers to; with none, it answers to any name.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if fault := self._fault(Headers(scope=scope)):
            await PlainTextResponse(fault, status_code=403)(scope, receive, send)
            return

        async def confined(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self.app(scope, receive, confined)

    def _fault(self, headers: Headers) -> str:
        host = headers.get("host", "")
        if self.hosts and urlsplit(f"//{host}").hostname not in self.hosts:
            return "This server does not answer to that name."
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return "Requests from other sites are not answered."
        return ""

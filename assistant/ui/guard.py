"""What stands between the page and the rest of the web.

A server on this computer can be reached by every web page open in a browser on it. This middleware
answers only requests that were made to one of the server's own names (so no foreign name can be
pointed at it) and that do not come from another site's page, be it by its scripts or by an address
in one of its images. It also tells the browser, by a Content Security Policy, to load nothing from
any other host.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

# A name or an address with or without a port, and nothing that an address could hold beside them.
_HOST = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s@/?#\\:\[\]]+)(?::\d{1,5})?")

# By these a proxy says who asked it, and for which name. There is none that could be believed, and
# Gradio would write what they say into the page as its own address.
_FORWARDED = (b"x-forwarded-", b"forwarded", b"x-gradio-server")

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

    ``hosts`` are the names the server answers to. With ``numbers`` it also answers to any address
    written in numbers, to which no foreign name can be pointed.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], numbers: bool = False) -> None:
        self.app = app
        self.hosts = hosts
        self.numbers = numbers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if fault := self._fault(Headers(scope=scope)):
            await PlainTextResponse(fault, status_code=403)(scope, receive, send)
            return

        believed = [each for each in scope["headers"] if not each[0].startswith(_FORWARDED)]

        async def confined(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = POLICY
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
            await send(message)

        await self.app({**scope, "headers": believed}, receive, confined)

    def _fault(self, headers: Headers) -> str:
        host = headers.get("host", "")
        if not self._is_own(host):
            return "This server does not answer to that name."
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return "Requests from other sites are not answered."
        # A link may lead here; a picture, a frame or a form elsewhere may not ask in its own right.
        linked = headers.get("sec-fetch-mode") == "navigate" and origin is None
        if headers.get("sec-fetch-site") in ("cross-site", "same-site") and not linked:
            return "Requests from other sites are not answered."
        return ""

    def _is_own(self, host: str) -> bool:
        if not _HOST.fullmatch(host):
            return False
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        if name in self.hosts:
            return True
        return self.numbers and _is_address(name)


def own_names(host: str) -> frozenset[str]:
    """The names that a server on ``host`` answers to: this computer's, and those of loopback."""
    if host in LOOPBACK:
        return LOOPBACK
    name = socket.gethostname().lower()
    return LOOPBACK | {host.lower(), name, f"{name}.local"}


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

"""The password of a page that other computers can reach.

HTTP Basic authentication (RFC 7617), because browsers, curl and MCP clients all know it, and it
covers every route: Gradio's own login leaves out the tools and some others. Any user name will do.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

CHALLENGE = 'Basic realm="Study assistant", charset="UTF-8"'
ASKED = "This page needs its password. Any user name will do."


class Password:
    """Middleware that answers only requests with the password."""

    def __init__(self, app: ASGIApp, password: str) -> None:
        self.app = app
        self.password = password.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or ask for the password."""
        if scope["type"] == "lifespan" or self._knows(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        headers = {"WWW-Authenticate": CHALLENGE}
        await PlainTextResponse(ASKED, 401, headers)(scope, receive, send)

    def _knows(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            _, _, password = base64.b64decode(given.strip(), validate=True).partition(b":")
        except binascii.Error:
            return False
        return secrets.compare_digest(password, self.password)


def authorization(password: str) -> str:
    """The header that gives the password.

    >>> authorization("sesame")
    'Basic OnNlc2FtZQ=='
    """
    return "Basic " + base64.b64encode(f":{password}".encode()).decode("ascii")

"""The body of a request, read ahead of the application, which reads it once more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import Message, Receive, Scope


async def read_ahead(scope: Scope, receive: Receive) -> tuple[bytes, Receive]:
    """The whole body, and what gives it to the application again.

    Raises :class:`starlette.requests.ClientDisconnect` where it does not come to its end.
    """
    body = await Request(scope, receive).body()
    unread = [body]

    async def again() -> Message:
        return {"type": "http.request", "body": unread.pop()} if unread else await receive()

    return body, again

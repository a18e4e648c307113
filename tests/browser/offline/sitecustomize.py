"""Loaded by every Python whose ``PYTHONPATH`` holds this folder: nothing leaves this computer.

Looking up a name or connecting to an address beyond loopback fails, and is told on standard error.
"""

from __future__ import annotations

import sys
from typing import Any

LOCAL = ("127.", "::1", "localhost", "0.0.0.0", "::")


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = args[0]
    elif event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if not name.startswith(LOCAL):
        sys.stderr.write(f"OFFLINE: {event} {name}\n")
        raise PermissionError(f"This test allows no connection to {name}.")


sys.addaudithook(_refuse)

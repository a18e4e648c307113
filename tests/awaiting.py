"""Asynchronous calls from tests that are not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def awaited(action: Coroutine[Any, Any, Any]) -> Any:
    """What an action gives, in a thread of its own: Playwright may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, action).result()

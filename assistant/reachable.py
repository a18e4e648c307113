"""Chat models that servers on this computer offer: asked of each by its own list of models.

The addresses are those that Ollama, LM Studio, llama.cpp and vLLM use unless told otherwise, on
this computer alone, and the one that the settings name, wherever that is.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from ipaddress import ip_address
from time import monotonic
from typing import Any, Literal
from urllib.parse import urlsplit

from assistant.config import Config, ollama_host

OLLAMA_PORT = 11434
PORTS = {"LM Studio": 1234, "llama.cpp": 8080, "vLLM": 8000}
SECONDS_TO_CONNECT = 0.5
SECONDS = 3.0  # for one server's whole list
MOST_BYTES = 2_000_000  # of that list
MOST_MODELS = 200  # of one server
LONGEST_NAME = 200  # characters


@dataclass(frozen=True, slots=True)
class Place:
    """A server that may be there: what it is called, the provider of its models, its base URL."""

    server: str
    provider: Literal["ollama", "openai"]
    url: str

    @property
    def listing(self) -> str:
        """The address of its list of models."""
        return f"{self.url.rstrip('/')}/{'api/tags' if self.provider == 'ollama' else 'models'}"


def places(config: Config) -> list[Place]:
    """Where chat models are looked for: where the settings say, and the usual addresses here."""
    found = []
    provider = (config.llm or "openai:").partition(":")[0]
    if config.llm_url and provider in ("ollama", "openai"):
        kind: Literal["ollama", "openai"] = "ollama" if provider == "ollama" else "openai"
        found.append(Place("the address in ASSISTANT_LLM_URL", kind, config.llm_url))
    if url := ollama_url(ollama_host()):
        found.append(Place("Ollama", "ollama", url))
    found += [
        Place(server, "openai", f"http://127.0.0.1:{port}/v1") for server, port in PORTS.items()
    ]
    once: dict[str, Place] = {}
    for place in found:
        once.setdefault(place.url.rstrip("/"), place)
    return [*once.values()]


def ollama_url(host: str) -> str | None:
    """Where Ollama is by its ``OLLAMA_HOST``; nothing where that is another computer.

    >>> ollama_url(""), ollama_url("0.0.0.0:9999"), ollama_url("http://example.com")
    ('http://127.0.0.1:11434', 'http://127.0.0.1:9999', None)
    """
    try:
        parts = urlsplit(host if "//" in host else f"//{host}")
        port, name = parts.port, parts.hostname or "127.0.0.1"
        local = name == "localhost" or ip_address(name).is_loopback
        anywhere = name != "localhost" and ip_address(name).is_unspecified
    except ValueError:
        return None
    if not local and not anywhere:
        return None
    shown = "127.0.0.1" if anywhere else f"[{name}]" if ":" in name else name
    usual = {"http": 80, "https": 443}.get(parts.scheme, OLLAMA_PORT)
    return f"{parts.scheme or 'http'}://{shown}:{port or usual}"


def look(
    at: Sequence[Place], key: str | None = None, url: str | None = None
) -> dict[Place, list[str]]:
    """The names of the chat models that each place offers, in its order; only those that answer.

    All are asked at the same time, which takes a few seconds at most. ``key`` is sent to ``url``
    alone. No redirection is followed and no proxy used, so nobody else is asked.
    """
    with ThreadPoolExecutor(max(1, len(at))) as threads:
        asked = threads.map(lambda place: _asked(place, key if place.url == url else None), at)
        return {place: names for place, names in zip(at, asked, strict=True) if names is not None}


def _asked(place: Place, key: str | None) -> list[str] | None:
    """The models of one place, or nothing where no such server answers."""
    import httpx

    headers = {"Authorization": f"Bearer {key}"} if key else {}
    limits = httpx.Timeout(SECONDS, connect=SECONDS_TO_CONNECT)
    deadline = monotonic() + SECONDS
    body = b""
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=limits) as client,
            client.stream("GET", place.listing, headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                return None
            for piece in answer.iter_bytes():
                body += piece
                if len(body) > MOST_BYTES or monotonic() > deadline:
                    return None
        return _names(place, json.loads(body))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError):
        return None


def _names(place: Place, said: Any) -> list[str] | None:
    """The chat models in a server's list, or nothing where it is no such list."""
    field, name = ("models", "name") if place.provider == "ollama" else ("data", "id")
    entries = said.get(field) if isinstance(said, dict) else None
    if not isinstance(entries, list):
        return None
    found = [entry.get(name) for entry in entries if isinstance(entry, dict) and _chats(entry)]
    names = [each for each in found if isinstance(each, str) and _is_name(each)]
    return list(dict.fromkeys(names))[:MOST_MODELS]


def _is_name(text: str) -> bool:
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and text == text.strip()


def _chats(entry: dict[str, Any]) -> bool:
    """Whether a model writes, as far as its entry tells; others only make vectors."""
    details = entry.get("details")
    family = str(details.get("family")) if isinstance(details, dict) else ""
    names = f"{entry.get('name')} {entry.get('id')} {entry.get('type')}".lower()
    return "bert" not in family.lower() and "embed" not in names

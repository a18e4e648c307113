"""A chat model's server on this machine: OpenAI's protocol and Ollama's, as scripted by a test."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]


@dataclass
class Script:
    """How the server behaves, and what it was asked.

    ``pieces`` are streamed one by one; ``model`` makes them from the prompt instead. With
    ``status`` it sends ``error`` and nothing else. With ``ends`` false it closes the connection
    after the last piece, ``cleanly`` or in the middle of a chunk; ``silence`` is how many seconds
    it says nothing before the first piece; ``raw`` replaces the whole body. ``models`` is its list
    of models, by either protocol.
    """

    pieces: Sequence[str] = ()
    model: Callable[[str], Iterator[str]] | None = None
    status: int = 200
    error: Json = field(default_factory=dict)
    ends: bool = True
    cleanly: bool = False
    silence: float = 0.0
    pause: float = 0.0
    raw: bytes | None = None
    models: Sequence[str] | None = None
    requests: list[Json] = field(default_factory=list)
    url: str = ""

    @property
    def prompt(self) -> str:
        """What the model was asked last."""
        return str(self.requests[-1]["messages"][-1]["content"])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    script: Script

    def do_GET(self) -> None:
        self.script.requests.append({"path": self.path, "key": self.headers["Authorization"]})
        if self.script.models is None:
            self._whole(404, b"{}")
            return
        field, name = ("models", "name") if self.path == "/api/tags" else ("data", "id")
        listed = {field: [{name: each} for each in self.script.models]}
        self._whole(200, json.dumps(listed).encode())

    def do_POST(self) -> None:
        script = self.script
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not self.path.endswith(("/chat/completions", "/api/chat")):
            script.requests.append({"path": self.path})
            self._whole(404, b"{}")
            return
        key = self.headers["Authorization"]
        script.requests.append({"path": self.path, "key": key, **json.loads(body)})
        time.sleep(script.silence)
        self.close_connection = True
        if script.status != 200:
            self._whole(script.status, json.dumps(script.error).encode())
        elif script.raw is not None:
            self._whole(200, script.raw)
        else:
            self._stream()

    def _whole(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _stream(self) -> None:
        script = self.script
        ollama = self.path == "/api/chat"
        self.send_response(200)
        kind = "application/x-ndjson" if ollama else "text/event-stream"
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        pieces = script.model(script.prompt) if script.model else iter(script.pieces)
        line = self._ollama if ollama else self._openai
        try:
            for piece in pieces:
                self._chunk(line(piece, ""))
                time.sleep(script.pause)
            if script.ends:
                self._chunk(line("", "stop"))
                self._chunk(b"" if ollama else b"data: [DONE]\n\n")
            if script.ends or script.cleanly:
                self.wfile.write(b"0\r\n\r\n")
            else:
                self.wfile.write(b"ff\r\ndata: {")
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client has read enough

    def _chunk(self, data: bytes) -> None:
        if data:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _openai(self, piece: str, end: str) -> bytes:
        choice = {"index": 0, "delta": {"role": "assistant", "content": piece}}
        chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "local"}
        body = {**chunk, "choices": [{**choice, "finish_reason": end or None}]}
        return f"data: {json.dumps(body)}\n\n".encode()

    def _ollama(self, piece: str, end: str) -> bytes:
        message = {"role": "assistant", "content": piece}
        body: Json = {"model": "local", "created_at": "2026-01-01T00:00:00Z", "message": message}
        body |= {"done": bool(end), **({"done_reason": end} if end else {})}
        return json.dumps(body).encode() + b"\n"

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def serving(script: Script) -> Iterator[Script]:
    """Serve as scripted on a free port of 127.0.0.1; ``script.url`` is its OpenAI base URL."""
    with handling(type("Handler", (_Handler,), {"script": script})) as address:
        script.url = f"{address}/v1"
        yield script


@contextmanager
def handling(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Answer requests on a free port of 127.0.0.1, which is given as ``http://…``."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{running.server_port}"
        finally:
            running.shutdown()
            thread.join()

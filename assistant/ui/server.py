"""Serving the page: one process, one port, on this computer alone unless the settings say more."""

from __future__ import annotations

import json
import socket
import threading
import urllib.request
import webbrowser
from typing import TYPE_CHECKING

from assistant import render
from assistant.config import Config
from assistant.console import Screen
from assistant.errors import AssistantError, LibraryError
from assistant.library import Library

if TYPE_CHECKING:
    from fastapi import FastAPI

WHO = "/who"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def serve(config: Config, open_browser: bool = False) -> None:
    """Serve the page until interrupted; a library that is not there yet is built first.

    Where the page is being served already, say so and return. Raises :class:`AssistantError` when
    the port is in use by something else or the library can be neither used nor built.
    """
    screen = Screen()
    try:
        listener = listen(config.host, config.port)
    except OSError as error:
        if not is_running(config):
            raise unusable(config, error) from None
        screen.show(f"The assistant is already running at {address(config.host, config.port)}")
        if open_browser:
            webbrowser.open(address(config.host, config.port))
        return
    with listener, Library.open(config) as library:
        if not holds_passages(library):
            screen.aside(f"Building the library of {config.corpus} …")
            with screen.progress() as progress:
                report = library.sync(progress=progress)
            screen.show(*render.sync(report, quiet=False))
        run(listener, library, config, screen, open_browser)


def run(
    listener: socket.socket, library: Library, config: Config, screen: Screen, open_browser: bool
) -> None:
    """Serve a library on an open socket until interrupted; the encoder loads meanwhile."""
    import uvicorn

    app = application(library, config)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1, ws="none")
    )
    threading.Thread(target=_warm_up, args=(library,), name="warm-up", daemon=True).start()
    url = address(config.host, listener.getsockname()[1])
    screen.show(f"The assistant is at {url} (Ctrl+C ends it)")
    if config.host not in LOOPBACK:
        screen.aside("Everyone who can reach this computer over the network can open it.")
    if open_browser:
        webbrowser.open(url)  # The socket listens already, so the browser waits and is served.
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        screen.aside("Ended.")


def application(library: Library, config: Config) -> FastAPI:
    """The web application: the page behind its guard, and nothing that needs another host."""
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware import Middleware

    from assistant.ui import page, theme
    from assistant.ui.guard import Guard

    hosts = LOOPBACK if config.host in LOOPBACK else frozenset[str]()
    # Pages of API documentation would load their scripts from another host.
    app = FastAPI(
        middleware=[Middleware(Guard, hosts=hosts)], docs_url=None, redoc_url=None, openapi_url=None
    )
    app.add_api_route(WHO, lambda: _who(config))
    blocks = page.build(library)
    # Until then Gradio takes any file of this computer that a request names for an upload.
    blocks.has_launched = True
    served: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=config.host,
        server_port=config.port,
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        max_file_size=f"{config.max_file_mb}mb",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=theme.theme(),
        css_paths=list(theme.STYLES),
        head=theme.head(),
    )
    return served


def holds_passages(library: Library) -> bool:
    """Whether there is anything to ask. A library that cannot be read holds nothing: a sync either
    mends it or raises what is wrong with it."""
    try:
        return library.status().passages > 0
    except LibraryError:
        return False


def listen(host: str, port: int) -> socket.socket:
    """An open socket on the address. Raises ``OSError`` when it is taken or is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def is_running(config: Config) -> bool:
    """Whether what answers on the port is this assistant, over the same library."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{address(config.host, config.port)}{WHO}", timeout=2) as answer:
            return bool(json.load(answer) == _who(config))
    except (OSError, ValueError):
        return False


def unusable(config: Config, error: OSError) -> AssistantError:
    """The error for an address that cannot be listened on, naming a port that is free."""
    try:
        with listen(config.host, 0) as free:
            other = free.getsockname()[1]
    except OSError:
        return AssistantError(
            f"The page cannot be served on {config.host}: {error.strerror}.",
            "Unset ASSISTANT_HOST to serve it on this computer alone.",
        )
    return AssistantError(
        f"Port {config.port} on {config.host} cannot be used: {error.strerror}.",
        f"Set ASSISTANT_PORT={other}, which is free, and start again.",
    )


def address(host: str, port: int) -> str:
    """The address to open in a browser."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def _who(config: Config) -> dict[str, str]:
    return {"assistant": str(config.library.resolve())}


def _warm_up(library: Library) -> None:
    try:
        library.warm_up()
    except Exception:
        # Told on the page, by every call that needs the encoder.
        return

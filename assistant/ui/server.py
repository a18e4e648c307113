"""Serving the page: one process, one port, on this computer alone unless the settings say more."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import urllib.request
import webbrowser
from typing import TYPE_CHECKING

from assistant import render
from assistant.config import Config
from assistant.console import Screen
from assistant.errors import AssistantError, ConfigError, LibraryError
from assistant.library import Library
from assistant.ui.guard import LOOPBACK

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware import Middleware

WHO = "/who"


def serve(config: Config, open_browser: bool = False) -> None:
    """Serve the page until interrupted; a library that is not there yet is built first if it can.

    Where the page is being served already, say so and return. Raises :class:`AssistantError` when
    others could open it without a password, the port is in use by something else, or the library
    can be neither used nor built.
    """
    demand_password(config)
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
            fill(library, screen)
        run(listener, library, config, screen, open_browser)


def fill(library: Library, screen: Screen) -> None:
    """Build the library of the corpus folder; where there is none, say how documents get in."""
    corpus = library.config.corpus
    if not corpus.exists():
        screen.aside(
            f"No documents yet: drop them in the Library tab, which puts them into {corpus}, "
            "or name their folder: assistant index FOLDER"
        )
        return
    screen.aside(f"Building the library of {corpus} …")
    with screen.progress() as progress:
        report = library.sync(progress=progress)
    screen.show(*render.sync(report, quiet=False))


def run(
    listener: socket.socket, library: Library, config: Config, screen: Screen, open_browser: bool
) -> None:
    """Serve a library on an open socket until interrupted; the encoder loads meanwhile."""
    import uvicorn

    app = application(library, config)
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=1, ws="none", proxy_headers=False
        )
    )
    logging.getLogger("uvicorn.error").addFilter(_tells)
    url = address(config.host, listener.getsockname()[1])
    screen.show(f"The assistant is at {url} (Ctrl+C ends it)")
    if config.host not in LOOPBACK:
        screen.aside("Who can reach this computer and knows the password can open it, unencrypted.")
    if open_browser:
        webbrowser.open(url)  # The socket listens already, so the browser waits and is served.
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        screen.aside("Ended.")


def _tells(record: logging.LogRecord) -> bool:
    """Whether a line of the server's log tells of more than an open page that was cut off at the
    end, which is no fault.
    """
    error = record.exc_info[1] if record.exc_info else None
    cut_off = isinstance(error, asyncio.CancelledError) or record.msg.startswith(
        "Cancel %s running"
    )
    return not cut_off


def application(library: Library, config: Config) -> FastAPI:
    """The web application: the page behind what guards it, and nothing that needs another host.

    The library begins to load beside it.
    """
    from fastapi import FastAPI
    from starlette.responses import JSONResponse

    from assistant.ui import health, page

    # Pages of API documentation would load their scripts from another host.
    app = FastAPI(middleware=guards(config), docs_url=None, redoc_url=None, openapi_url=None)
    app.add_api_route(WHO, lambda: _who(config))

    def told() -> JSONResponse:
        code, content = watched.report()
        return JSONResponse(content, code)

    app.add_api_route(health.PATH, told, response_model=None)
    mount(app, page.build(library), config)
    watched = health.Health(library)  # Last, because what it loads would hold up the rest.
    return app


def mount(app: FastAPI, blocks: gr.Blocks, config: Config) -> None:
    """Put the page and its tools for other programs into the application."""
    import gradio as gr

    from assistant.ui import programs, sessions, theme, uploads

    # Until then Gradio takes any file of this computer that a request names for an upload.
    blocks.has_launched = True
    blocks.delete_cache = uploads.LEFT_SECONDS
    gr.mount_gradio_app(
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
        mcp_server=True,
        max_file_size=f"{config.max_file_mb}mb",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
        theme=theme.theme(),
        css_paths=list(theme.STYLES),
        head=theme.head(),
    )
    sessions.keep_small(app, blocks)
    programs.answer_tools_in_json(blocks)


def guards(config: Config) -> list[Middleware]:
    """What every request passes, from the outside in."""
    from starlette.middleware import Middleware

    from assistant.ui.arguments import Arguments
    from assistant.ui.caps import Caps
    from assistant.ui.guard import Guard, own_names
    from assistant.ui.password import Password
    from assistant.ui.streams import Streams
    from assistant.ui.uploads import MOST_FILES

    passed = [
        Middleware(Guard, hosts=own_names(config.host), numbers=config.host not in LOOPBACK),
        Middleware(Caps, file_bytes=config.max_file_mb * 1_000_000, files=MOST_FILES),
        Middleware(Arguments),
        Middleware(Streams),
    ]
    if secret := config.password:
        passed.insert(1, Middleware(Password, password=secret.get_secret_value()))
    return passed


def demand_password(config: Config) -> None:
    """Raises :class:`ConfigError` where other computers could open the page without a password."""
    known = config.password.get_secret_value() if config.password else ""
    if config.host not in LOOPBACK and not known.strip():
        raise ConfigError(
            f"On {config.host} other computers can open the page, so it needs a password.",
            "Set one and start again: `read -rs ASSISTANT_PASSWORD; export ASSISTANT_PASSWORD`",
        )


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
    from assistant.ui.password import authorization

    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    if secret := config.password:
        direct.addheaders.append(("Authorization", authorization(secret.get_secret_value())))
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

"""What the server keeps of everyone who has the page open: little, and not without end.

Gradio prepares, for every visitor and every call of a program, a description of the whole page as
it looks there. Only its links to a state of the page would need it, and the page offers none.
"""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import cast

import gradio as gr
from fastapi import FastAPI
from gradio import route_utils, routes
from gradio.state_holder import SessionState, StateHolder
from starlette.routing import Mount

MOST_SESSIONS = 1000  # the one that was used least lately goes

# A call of a program that waits in the queue is a visitor of its own, named as its event.
_CALL = re.compile("[0-9a-f]{32}")


class Session(SessionState):
    """What one visitor has set, and nothing of what the page brings along."""

    def __init__(self, blocks: gr.Blocks) -> None:
        bare = SimpleNamespace(default_config=blocks.default_config, blocks={})
        super().__init__(cast(gr.Blocks, bare))


class Sessions(StateHolder):
    """The visitors. A program's call is forgotten at once: no other will refer to it."""

    def __getitem__(self, session_id: str) -> SessionState:
        """What is kept of a visitor, who may be new."""
        if session_id not in self.session_data:
            if _CALL.fullmatch(session_id):
                return Session(self.blocks)
            self.session_data[session_id] = Session(self.blocks)
        return super().__getitem__(session_id)


def keep_small(app: FastAPI, blocks: gr.Blocks) -> None:
    """Let the page that is mounted in an application keep its visitors like this."""
    vars(route_utils)["SessionState"] = Session  # that of calls which name no visitor
    blocks.state_session_capacity = MOST_SESSIONS
    for route in app.routes:
        if isinstance(route, Mount) and isinstance(route.app, routes.App):
            route.app.state_holder = Sessions()  # type: ignore[no-untyped-call]
            route.app.state_holder.set_blocks(blocks)

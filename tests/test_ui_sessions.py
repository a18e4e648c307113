"""What is kept of visitors: their own settings, and nothing of calls that nobody comes back to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from gradio.routes import App
from gradio.state_holder import StateHolder
from page_server import hosting
from starlette.routing import Mount

from assistant.ui import sessions


@dataclass
class Hosted:
    """A small page that counts for each visitor what they have said."""

    client: httpx.Client
    apps: list[FastAPI]

    @property
    def holder(self) -> StateHolder:
        (app,) = self.apps
        mounted = (route.app for route in app.routes if isinstance(route, Mount))
        (holder,) = (found.state_holder for found in mounted if isinstance(found, App))
        return holder

    def say(self, visitor: str | None) -> str:
        body = {"data": [0, "hello"], "fn_index": 0, "session_hash": visitor}
        told = self.client.post("/gradio_api/run/predict", json=body).json()["data"][1]
        assert isinstance(told, str)
        return told


def application() -> FastAPI:
    with gr.Blocks(analytics_enabled=False) as page:
        count, said, words = gr.State(0), gr.Textbox(), gr.Textbox()
        for _ in range(20):
            gr.Textbox()

        def say(n: int, word: str) -> tuple[int, str]:
            return n + 1, f"{word} {n + 1}"

        gr.Button().click(say, [count, words], [count, said], api_name="say")
    page.has_launched = True
    app = FastAPI()
    gr.mount_gradio_app(app, page, path="/", ssr_mode=False, enable_monitoring=False)
    sessions.keep_small(app, page)
    return app


@pytest.fixture
def hosted() -> Iterator[Hosted]:
    apps: list[FastAPI] = []

    def make() -> FastAPI:
        apps.append(application())
        return apps[0]

    with hosting(make) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield Hosted(client, apps)


def test_visitors_have_their_own_state_and_it_is_small(hosted: Hosted) -> None:
    said = [hosted.say(visitor) for visitor in ("a1", "b2", "a1")]
    assert said == ["hello 1", "hello 1", "hello 2"]
    found = hosted.holder.session_data
    assert list(found) == ["b2", "a1"]
    assert all(len(session.config_values) <= 3 for session in found.values())


def test_calls_of_programs_leave_nothing(hosted: Hosted) -> None:
    assert hosted.say(None) == "hello 1"
    asked = hosted.client.post("/gradio_api/call/say", json={"data": ["hello"]})
    told = hosted.client.get(f"/gradio_api/call/say/{asked.json()['event_id']}").text
    assert "hello 1" in told
    assert not hosted.holder.session_data


def test_the_visitor_who_was_here_last_stays_and_others_make_room(
    hosted: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosted.say("a")
    holder = hosted.holder
    assert holder.capacity == sessions.MOST_SESSIONS
    monkeypatch.setattr(holder, "capacity", 3)
    for visitor in ("b", "c", "a", "d"):
        hosted.say(visitor)
    assert list(holder.session_data) == ["c", "a", "d"]

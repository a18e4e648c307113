"""What other programs can call on the page's server: three functions, over HTTP and as MCP tools.

Their results are the objects of ``--json``. Everything else on the page is private to it. The calls
do not pass through the page's queue: they wait for a thread among themselves, so programs that ask
much cannot take the page's turn, and a tool call needs no request from the server to itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import anyio.to_thread
import gradio as gr
from gradio.events import api

from assistant import calls
from assistant.contract import Json
from assistant.errors import AssistantError
from assistant.library import Library
from assistant.types import Mode
from assistant.ui.arguments import asked, identifier, known_mode, number
from assistant.ui.reply import in_words

AT_ONCE = 4  # calls that are worked on
MOST_WAITING = 200  # calls that wait for their turn; more are told to come back


class CallError(gr.Error):
    """What a program reads when its call cannot be answered: a sentence, and what to do."""

    def __init__(self, error: AssistantError) -> None:
        hint = f" Hint: {error.hint}" if error.hint else ""
        super().__init__(f"{error.message}{hint}", print_exception=False)

    def __str__(self) -> str:
        return str(self.message)


class Waiting:
    """Work that is done beside the page, a few pieces at once while ``most`` wait."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self.most = most
        self._begun = 0  # Read and written by the server's own thread alone.
        self._places: anyio.CapacityLimiter | None = None

    async def result(self, work: Callable[[], Json]) -> Json:
        """The result of ``work``, done in a thread. Raises :class:`CallError`."""
        if self._begun >= AT_ONCE + self.most:
            raise CallError(AssistantError("Too many questions wait already.", "Ask again later."))
        self._places = self._places or anyio.CapacityLimiter(AT_ONCE)
        self._begun += 1
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._places)
        except Exception as error:
            raise CallError(in_words(error)) from None
        finally:
            self._begun -= 1


class Programs:
    """The functions themselves. Programs read their descriptions, so these are written for them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._waiting = Waiting()

    async def ask(self, question: str) -> Json:
        """Answer a question with exact quotations from the user's own documents.

        What the documents do not answer is refused: then "refused" is true, "answer" says so, and
        "hits" holds the nearest passages. Each citation has the quoted words, document, heading,
        pages and character offsets.

        Args:
            question: One question in plain words, at most 2000 characters.

        Returns:
            An object with the answer, its citations and the passages it was drawn from.
        """
        return await self._waiting.result(lambda: calls.ask(self._library, asked(question)))

    async def search(self, question: str, k: int = 5, mode: Mode = "hybrid") -> Json:
        """Find the passages of the user's documents that are nearest to a question, best first.

        Args:
            question: What to look for, in plain words or keywords, at most 2000 characters.
            k: How many passages, from 1 to 100.
            mode: "dense" searches by meaning, "lexical" by words, "hybrid" by both.

        Returns:
            An object with the passages: id, score, document, heading, pages, offsets and text.
        """
        return await self._waiting.result(
            lambda: calls.search(self._library, asked(question), number(k), known_mode(mode))
        )

    async def show(self, passage_id: str) -> Json:
        """Show one passage of the user's documents whole.

        Args:
            passage_id: The id of a passage, as ask and search give it.

        Returns:
            An object with the passage's text, document, heading, pages and offsets.
        """
        return await self._waiting.result(lambda: calls.show(self._library, identifier(passage_id)))


def expose(library: Library) -> None:
    """Add the three functions to the page that is being built.

    Before its other callbacks: a name that is given already is given again with a number.
    """
    programs = Programs(library)
    for call in (programs.ask, programs.search, programs.show):
        # Where a client insists on the queue, the calls still wait among themselves alone.
        api(call, api_name=call.__name__, queue=False, concurrency_limit=None)


def answer_tools_in_json(page: gr.Blocks) -> None:
    """Let the tools of a mounted page give JSON; Gradio would write objects as Python does."""
    from mcp.types import TextContent

    def as_json(data: list[Any], root_url: str) -> list[TextContent]:
        texts = (json.dumps(output, ensure_ascii=False) for output in data)
        return [TextContent(type="text", text=text) for text in texts]

    if page.mcp_server_obj is None:
        raise AssistantError(
            f"The tools for other programs cannot be served: {page.mcp_error}",
            "Install what is pinned: pip install -c constraints.txt -e .",
        )
    vars(page.mcp_server_obj)["postprocess_output_data"] = as_json

"""Whether questions can be answered, for whatever watches the server: ``/healthz``."""

from __future__ import annotations

import threading
from typing import Protocol

from assistant import __version__
from assistant.contract import Json
from assistant.errors import AssistantError
from assistant.types import Status
from assistant.ui.reply import in_words

PATH = "/healthz"


class Watched(Protocol):
    """What is asked of a library."""

    def warm_up(self) -> None:
        """Load what questions need; returns when it is there."""

    def status(self) -> Status:
        """What the library holds."""


class Health:
    """The state of a library that loads beside the server."""

    def __init__(self, library: Watched) -> None:
        self.library = library
        self._loading = threading.Thread(target=self._load, name="warm-up", daemon=True)
        self._loading.start()

    def report(self) -> tuple[int, Json]:
        """The HTTP status and what is told: 200 where questions are answered at once, else 503.

        Numbers alone; nothing of the documents. A fault that has been mended is gone at the next
        look.
        """
        if self._loading.is_alive():
            return 503, {"status": "starting", "version": __version__}
        try:
            self.library.warm_up()
            state = self.library.status()
        except Exception as error:
            return 503, _fault(in_words(error))
        return 200, {
            "status": "ok",
            "version": __version__,
            "documents": sum(record.state != "failed" for record in state.documents),
            "passages": state.passages,
        }

    def _load(self) -> None:
        try:
            self.library.warm_up()
        except Exception:
            # Told by the report, and on the page by every call that needs the encoder.
            return


def _fault(error: AssistantError) -> Json:
    told = {"message": error.message, "hint": error.hint}
    return {"status": "failed", "version": __version__, "error": told}

"""The composition root of evaluation: from settings and a path to sets, runs and ladders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from assistant.config import Config
from assistant.embed import SentenceEncoder
from assistant.evaluation.ablate import ladder
from assistant.evaluation.cache import EmbeddingCache
from assistant.evaluation.execute import execute
from assistant.evaluation.run import Run
from assistant.evaluation.sets import QuestionSet, open_set
from assistant.evaluation.systems import SHIPPED, Settings
from assistant.protocols import Encoder, Progress


class Bench:
    """Runs sets with the documents, the encoder and the cache that the configuration names."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._encoders: dict[str, Encoder] = {}

    def open(self, path: Path, progress: Progress | None = None) -> QuestionSet:
        """The set at ``path``. Raises :class:`AssistantError` where it cannot be used."""
        return open_set(path, self.config, progress)

    def run(
        self,
        questions: QuestionSet,
        settings: Settings = SHIPPED,
        name: str = "shipped",
        progress: Progress | None = None,
    ) -> Run:
        """Run a set. Raises :class:`EncoderError` where the encoder is not on this machine."""
        encoder = self._encoder(settings.encoder)
        cache = EmbeddingCache(self.config.cache, encoder)
        return execute(
            questions, settings, name=name, encoder=encoder, cache=cache, progress=progress
        )

    def ladder(self, questions: QuestionSet, progress: Progress | None = None) -> Iterator[Run]:
        """A run for each step from the program of every tutorial to the product."""
        for name, settings in ladder().items():
            own = replace(settings, encoder=self.config.encoder)
            yield self.run(questions, own, name, progress)

    def _encoder(self, name: str) -> Encoder:
        if name not in self._encoders:
            self._encoders[name] = SentenceEncoder(name)
        return self._encoders[name]

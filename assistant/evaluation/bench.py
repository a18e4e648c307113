"""The composition root of evaluation: from settings and a path to sets, runs and ladders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.config import DEFAULT_ENCODER, Config
from assistant.embed import SentenceEncoder
from assistant.evaluation import report
from assistant.evaluation.cache import EmbeddingCache
from assistant.evaluation.execute import execute
from assistant.evaluation.folders import RUNS, check_name
from assistant.evaluation.run import Run, write
from assistant.evaluation.sets import QuestionSet, open_set
from assistant.evaluation.systems import SHIPPED, Settings, settings_from
from assistant.protocols import Encoder, Progress


class Bench:
    """Runs sets with the documents, the encoder and the cache that the configuration names.

    ``encoders`` are those that are loaded already, by the name that settings give them.
    """

    def __init__(self, config: Config, encoders: Mapping[str, Encoder] | None = None) -> None:
        self.config = config
        self._encoders = dict(encoders or {})

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
        encoder = self.encoder(settings.encoder)
        cache = EmbeddingCache(self.config.cache, encoder)
        return execute(
            questions, settings, name=name, encoder=encoder, cache=cache, progress=progress
        )

    def keep(
        self,
        path: Path,
        words: Sequence[str] = (),
        name: str | None = None,
        folder: Path | None = None,
        progress: Progress | None = None,
        runs: Path = RUNS,
    ) -> tuple[Run, Path]:
        """Run the set at ``path`` as ``words`` ask (see :func:`settings_from`), and write the run.

        It is written with its report into ``folder``, or into one below ``runs`` that is called
        ``name``, or after the set and the words. Returns the run and its folder. Raises
        :class:`ConfigError` for words or a name that cannot be used, before anything is run.
        """
        system, settings = settings_from(words, self.config.encoder)
        called = check_name(name) if name is not None else None
        questions = self.open(path, progress)
        made = self.run(questions, settings, called or _called(questions, system), progress)
        if progress is not None:  # The last moment to end the action: a run is written as a whole.
            progress("ask", len(made.asked), len(made.asked))
        place = folder or runs / made.name
        write(made, place)
        report.write(place)
        return made, place

    def each(
        self,
        questions: QuestionSet,
        table: Mapping[str, Settings],
        progress: Progress | None = None,
    ) -> Iterator[Run]:
        """A run for each settings of a table, called by its name there."""
        for name, settings in table.items():
            own = replace(settings, encoder=self.config.encoder)
            yield self.run(questions, own, name, progress)

    def encoder(self, name: str = DEFAULT_ENCODER) -> Encoder:
        """The encoder that settings call so. Raises :class:`EncoderError` where it is not here."""
        if name not in self._encoders:
            self._encoders[name] = SentenceEncoder(name)
        return self._encoders[name]


def _called(questions: QuestionSet, system: str) -> str:
    """A name for a run that was given none; the path of an encoder may stand in it."""
    return f"{questions.name}-{system}".replace("\\", "_")

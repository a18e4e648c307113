"""What a run is made on: a questions file over the corpus folder, or a folder in BEIR layout."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.config import Config
from assistant.errors import AssistantError
from assistant.evaluation.beir import read_beir
from assistant.evaluation.corpus import read_corpus
from assistant.evaluation.questions import Question, read_questions
from assistant.evaluation.relevance import SHARE, SHARES, Qrels, judge
from assistant.evaluation.spans import Place, places
from assistant.protocols import Progress
from assistant.types import Document, Passage


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions over documents, the latter by path.

    ``gold`` has the places that answer each question, by its id. A set in BEIR layout has the
    relevant documents of each question in ``qrels`` instead, and no answers are judged.
    """

    name: str
    sha256: str
    questions: tuple[Question, ...]
    documents: Mapping[str, Document]
    gold: Mapping[str, Sequence[Place]]
    qrels: Qrels | None = None

    @property
    def searched(self) -> tuple[Question, ...]:
        """The questions that retrieval is measured on."""
        return tuple(question for question in self.questions if question.answerable)

    def judgments(self, passages: Sequence[Passage], least: float = SHARE) -> Qrels:
        """The relevant passages of each question, or documents for a set in BEIR layout."""
        if self.qrels is not None:
            return self.qrels
        return judge(self.gold, self.documents, passages, least)

    def at_shares(self, passages: Sequence[Passage]) -> dict[float, Qrels]:
        """The judgments by the share of a gold span that makes a passage relevant."""
        if self.qrels is not None:
            return {}
        return {least: self.judgments(passages, least) for least in SHARES}


def open_set(path: Path, config: Config, progress: Progress | None = None) -> QuestionSet:
    """Read a set with its documents: those of ``config.corpus`` for a questions file.

    Raises :class:`AssistantError` where it cannot be read, or an answer stands in no document.
    """
    if path.is_dir():
        folder = read_beir(path, progress)
        questions = tuple(Question(n, t, "", "", True) for n, t in folder.queries.items())
        documents = {document.path: document for document in folder.documents}
        name = path.resolve().name
        return QuestionSet(name, folder.sha256, questions, documents, {}, folder.qrels)
    questions = read_questions(path)
    documents = {document.path: document for document in read_corpus(config, progress)}
    gold = {question.id: places(question, documents) for question in questions}
    lost = [q.id for q in questions if q.answerable and not gold[q.id]]
    if lost:
        raise AssistantError(
            f"No gold quote of {len(lost)} questions occurs in the documents of {config.corpus}: "
            f"{', '.join(lost[:5])}.",
            f"assistant eval check {path}",
        )
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return QuestionSet(path.stem, sha256, questions, documents, gold)

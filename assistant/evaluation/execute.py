"""One run: build a system, ask it every question of a set, judge what it finds and answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from time import perf_counter

from assistant.answer import in_quotations
from assistant.chat import Turn, resolve
from assistant.confidence import load_calibration
from assistant.evaluation import origin
from assistant.evaluation.acronyms import definitions, spelled_out
from assistant.evaluation.answers import AnswerJudge, words
from assistant.evaluation.build import System, build
from assistant.evaluation.cache import EmbeddingCache
from assistant.evaluation.metrics import Ranking, ordered, per_question
from assistant.evaluation.questions import Question
from assistant.evaluation.relevance import Qrels
from assistant.evaluation.run import Asked, Found, Json, Reply, Run
from assistant.evaluation.sets import QuestionSet
from assistant.evaluation.spans import Place
from assistant.evaluation.summary import summarise
from assistant.evaluation.systems import Settings
from assistant.framing import bare
from assistant.indexes import Index
from assistant.protocols import Encoder, Progress
from assistant.slips import mend
from assistant.types import Answer, Citation, Hit

RANKED = 100  # passages or documents of a ranking that is kept
SHOWN = 10  # of those, with their text
CONSIDERED = 5  # passages that an answer is made from, as in the product


def execute(
    questions: QuestionSet,
    settings: Settings,
    *,
    name: str,
    encoder: Encoder,
    cache: EmbeddingCache,
    progress: Progress | None = None,
) -> Run:
    """Run every question of the set against the system that the settings describe.

    The encoder is the one the settings name, and the cache is its own. Answers are written where
    the settings leave the product's own ranking in place, and the set has gold spans.
    """
    system = build(questions.documents.values(), settings, encoder, cache, progress)
    qrels = questions.judgments(system.index.passages)
    defined = definitions(system.index.passages) if settings.acronyms else {}
    searched = {
        question.id: spelled_out(search_text(question, settings, system.index, encoder), defined)
        for question in questions.questions
    }
    asking = _Asking(questions, system, encoder, qrels)
    asked: list[Asked] = []
    ranking: dict[str, list[tuple[str, float]]] = {}
    for question in questions.questions:
        text = searched[question.id]
        one, ranked = asking.ask(question, text)
        asked.append(one)
        ranking[question.id] = ranked
        if progress is not None:
            progress("ask", len(asked), len(questions.questions))
    metrics = _figures(questions, system, qrels, asked, ranking)
    config = _config(name, questions, settings, encoder, system)
    return Run(name, config, metrics, ranking, qrels, tuple(asked))


def _config(
    name: str, questions: QuestionSet, settings: Settings, encoder: Encoder, system: System
) -> Json:
    """``config.json``: what is run, on what, where and when."""
    return {
        "name": name,
        "set": questions.name,
        "set_sha256": questions.sha256,
        "settings": asdict(settings),
        "encoder": {"name": encoder.name, "sha256": encoder.sha256},
        **origin.now(),
        "documents": len(questions.documents),
        "passages": len(system.index.passages),
    }


def _figures(
    questions: QuestionSet, system: System, qrels: Qrels, asked: Sequence[Asked], ranking: Ranking
) -> Json:
    """``metrics.json``, with the measures also at other shares of a gold span."""
    searched = [question.id for question in questions.searched]
    shares = {
        str(share): per_question(ranking, judged, searched)
        for share, judged in questions.at_shares(system.index.passages).items()
    }
    values = per_question(ranking, qrels, searched)
    return summarise(asked, values, shares, questions.documents, load_calibration().threshold)


class _Asking:
    """Asks one system the questions of one set."""

    def __init__(
        self, questions: QuestionSet, system: System, encoder: Encoder, qrels: Qrels
    ) -> None:
        self._questions = questions
        self._system = system
        self._encoder = encoder
        self._qrels = qrels
        self._judge = AnswerJudge(questions.documents)
        self._of_documents = questions.qrels is not None
        self._answers = system.settings.can_answer and not self._of_documents

    def ask(self, question: Question, searched: str) -> tuple[Asked, list[tuple[str, float]]]:
        """What was found and answered, and the ranking by passages or documents."""
        start = perf_counter()
        (asked,) = self._encoder.encode_pieces([searched])
        hits = self._system.search(searched, asked, RANKED)
        elapsed = perf_counter() - start
        if self._of_documents:
            hits = best_of_each(hits)
        gold = tuple(self._questions.gold.get(question.id, ()))
        reply = None
        if self._answers:
            reply, elapsed = self._reply(question.question, searched, gold)
        told = Asked(
            question.id,
            question.question,
            searched,
            question.category,
            question.split,
            question.answerable,
            gold,
            round(1000 * elapsed, 2),
            tuple(self._found(question.id, hit) for hit in hits[:SHOWN]),
            reply,
        )
        return told, ordered([(self._name(hit), hit.score) for hit in hits])

    def _reply(self, question: str, searched: str, gold: Sequence[Place]) -> tuple[Reply, float]:
        """The answer, judged, and how many seconds it took from the question on."""
        index, encoder = self._system.index, self._encoder
        start = perf_counter()
        result, considered = in_quotations(index, encoder, question, searched, CONSIDERED)
        elapsed = perf_counter() - start
        if self._system.settings.answers == "passage":
            result = whole_passage(result)
        citations = tuple(map(self._judge.quoted, result.citations))
        reply = Reply(
            result.text,
            result.refused,
            result.confidence,
            considered.signals,
            citations,
            self._judge.full(citations, gold),
            self._judge.part(citations, gold),
            self._judge.opens(citations, gold),
            words(result),
            tuple(map(float, considered.kind)),
        )
        return reply, elapsed

    def _name(self, hit: Hit) -> str:
        return hit.passage.doc_id if self._of_documents else hit.passage.passage_id

    def _found(self, question: str, hit: Hit) -> Found:
        passage = hit.passage
        return Found(
            passage.passage_id,
            passage.document,
            passage.heading,
            passage.page_start,
            passage.page_end,
            passage.start,
            passage.end,
            hit.score,
            self._name(hit) in self._qrels.get(question, {}),
            passage.text,
        )


def search_text(question: Question, settings: Settings, index: Index, encoder: Encoder) -> str:
    """What is looked up: the question after its history, bare and without slips, as it is set."""
    text = question.question
    if settings.follow_ups:
        text = resolve(text, [Turn(turn.question, turn.answer) for turn in question.history])
    if settings.bare:
        text = bare(text, encoder, index.loaded.stacked.matrix)
    return mend(text, index.lexical, encoder.count_tokens) if settings.slips else text


def best_of_each(hits: Sequence[Hit]) -> list[Hit]:
    """The best passage of each document, in the order of the hits: it stands for its document."""
    best: dict[str, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.doc_id, hit)
    return list(best.values())


def whole_passage(given: Answer) -> Answer:
    """The same answer with the whole first passage quoted in place of the evidence."""
    if given.refused:
        return given
    first = given.hits[0].passage
    whole = Citation(1, first, first.start, first.end, first.text)
    return replace(given, text=f"{first.text} [1]", citations=(whole,))

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from assistant.library import Library
from assistant.types import Answer

SCRIPT = Path(__file__).resolve().parents[1] / "eval" / "citations.py"


@pytest.fixture(scope="module")
def citations() -> Iterator[ModuleType]:
    spec = importlib.util.spec_from_file_location("citations", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["citations"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["citations"]


def test_the_citations_of_questions_of_every_kind_are_verbatim(
    citations: ModuleType, cheat_sheet: Library
) -> None:
    asked = list(citations.questions(cheat_sheet, 40))
    assert asked == list(citations.questions(cheat_sheet, 40))
    assert max(map(len, asked)) > 9_000
    found = citations.count(cheat_sheet, asked)
    assert found.wrong == ()
    assert found.asked == 40
    assert found.answered > 15
    assert found.citations > 40


class Forger:
    """A library whose answers cite what the document does not say at that place."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.passage = library.passage
        self.document = library.document

    def ask(self, question: str) -> Answer:
        answer = self.library.ask(question)
        first, *others = answer.citations
        return replace(answer, citations=(replace(first, quote=f"{first.quote}!"), *others))


def test_a_forged_citation_is_found(citations: ModuleType, cheat_sheet: Library) -> None:
    question = "What does SageMaker Debugger do?"
    found = citations.count(Forger(cheat_sheet), [question])
    assert found.wrong == (question,)

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import pytest
from awaiting import awaited
from commands import run

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.errors import AssistantError
from assistant.integrations.langchain import LibraryEmbeddings, LibraryRetriever
from assistant.library import Library

README = (Path(__file__).resolve().parents[1] / "README.md").read_text(encoding="utf-8")
BAROMETER = "What does a barometer measure?"


@pytest.fixture
def opened(library: Path, encoder: SentenceEncoder) -> Library:
    return Library.open(load_config(library=library), encoder)


def test_documents_are_the_hits_of_a_search(opened: Library) -> None:
    documents = LibraryRetriever(library=opened, k=2).invoke(BAROMETER)
    hits = opened.search(BAROMETER, 2)
    assert [document.page_content for document in documents] == [h.passage.text for h in hits]
    assert [document.id for document in documents] == [h.passage.passage_id for h in hits]
    first, best = documents[0].metadata, hits[0]
    assert first == {
        "document": "clouds.md",
        "heading": ["Weather", "Instruments"],
        "page_start": None,
        "page_end": None,
        "start": best.passage.start,
        "end": best.passage.end,
        "passage_id": best.passage.passage_id,
        "score": best.score,
    }
    text = opened.document(best.passage.doc_id).text
    assert text[first["start"] : first["end"]] == documents[0].page_content


def test_how_many_and_which_search_are_settings(opened: Library) -> None:
    lexical = LibraryRetriever(library=opened, k=1, mode="lexical")
    (found,) = lexical.invoke("barometer")
    assert found.metadata["score"] == opened.search("barometer", 1, "lexical")[0].score


def test_it_is_a_runnable_for_many_questions_and_for_event_loops(opened: Library) -> None:
    retriever = LibraryRetriever(library=opened, k=1)
    once = retriever.invoke(BAROMETER)
    assert awaited(retriever.ainvoke(BAROMETER)) == once
    assert retriever.batch([BAROMETER, "What rises?"])[0] == once


def test_errors_are_the_librarys_own(tmp_path: Path) -> None:
    empty = Library.open(load_config(library=tmp_path))
    with pytest.raises(AssistantError, match="library"):
        LibraryRetriever(library=empty).invoke("What?")


def test_embeddings_are_those_of_the_encoder(opened: Library) -> None:
    embeddings = LibraryEmbeddings(opened)
    vectors = embeddings.embed_documents(["A barometer.", "Sourdough bread."])
    asked = embeddings.embed_query("barometer")
    assert [len(vector) for vector in (*vectors, asked)] == [384, 384, 384]
    for vector in (*vectors, asked):
        assert math.isclose(math.hypot(*vector), 1.0, abs_tol=1e-3)
    products = [sum(a * b for a, b in zip(asked, v, strict=True)) for v in vectors]
    assert products[0] > products[1]
    assert awaited(embeddings.aembed_query("barometer")) == asked
    assert embeddings.embed_documents([]) == []


def test_the_example_of_the_readme_runs(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (example,) = [block for block in blocks if "assistant.integrations.langchain" in block]
    monkeypatch.setenv("ASSISTANT_LIBRARY", str(library))
    names: dict[str, Any] = {}
    exec(compile(example, "README.md", "exec"), names)  # noqa: S102 - words of this project
    assert names["documents"][0].metadata["heading"][-1] == "Instruments"
    shown = run("show", names["documents"][0].id, "--library", library)
    assert shown.code == 0

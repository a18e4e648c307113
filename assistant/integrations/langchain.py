"""A library as a LangChain retriever, and its encoder as LangChain embeddings."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from assistant.library import Library
from assistant.types import Hit, Mode


class LibraryRetriever(BaseRetriever):
    """The ``k`` passages of a library that are nearest to a question, best first.

    Each document's ``page_content`` is the passage's text, its ``id`` the passage's name; its
    ``metadata`` holds ``document`` (the file), ``heading`` (the path of headings, outermost first),
    ``page_start`` and ``page_end`` (from 1, or ``None``), ``start`` and ``end`` (characters of the
    file's extracted text), ``passage_id``, and ``score`` (higher is better).
    """

    library: Library
    k: int = 5
    mode: Mode = "hybrid"

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return [_document(hit) for hit in self.library.search(query, self.k, self.mode)]


class LibraryEmbeddings(Embeddings):
    """The encoder of a library: unit-length vectors of texts and of questions."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector for each text; what is longer than the encoder reads is cut."""
        embedded = self._library.encoder.encode_passages(texts, [()] * len(texts))
        vectors: list[list[float]] = embedded.passages.tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question."""
        vector: list[float] = self._library.encoder.encode_query(text).tolist()
        return vector


def _document(hit: Hit) -> Document:
    found = hit.passage
    metadata: dict[str, Any] = {
        "document": found.document,
        "heading": list(found.heading),
        "page_start": found.page_start,
        "page_end": found.page_end,
        "start": found.start,
        "end": found.end,
        "passage_id": found.passage_id,
        "score": hit.score,
    }
    return Document(id=found.passage_id, page_content=found.text, metadata=metadata)

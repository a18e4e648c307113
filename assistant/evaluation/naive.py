"""The passages that most tutorials make: LangChain's recursive splitter over the raw text."""

from __future__ import annotations

from assistant.types import Document, Passage


def recursive(document: Document, size: int, overlap: int) -> list[Passage]:
    """Passages of at most ``size`` characters that share up to ``overlap`` with the next one.

    They have no headings and no units. ``document.text[p.start:p.end] == p.text``.
    """
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(
        chunk_size=size, chunk_overlap=overlap, add_start_index=True
    )
    passages = []
    for number, part in enumerate(splitter.create_documents([document.text]), 1):
        start = int(part.metadata["start_index"])
        end = start + len(part.page_content)
        passages.append(
            Passage(
                f"{document.doc_id}-{number}",
                document.doc_id,
                document.path,
                (),
                None,
                None,
                start,
                end,
                document.text[start:end],
            )
        )
    return passages

"""Folders in the layout of BEIR (Thakur et al. 2021, arXiv:2104.08663), as they are.

corpus.jsonl or corpus.jsonl.gz   {"_id", "title", "text"} a line
queries.jsonl                     {"_id", "text"} a line
qrels.tsv or qrels/test.tsv       query, document, score; a line of column names may stand first
"""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError
from assistant.evaluation.relevance import Qrels
from assistant.load.clean import clean
from assistant.outline import parse
from assistant.protocols import Progress
from assistant.types import Document, Extracted

CORPUS = ("corpus.jsonl", "corpus.jsonl.gz")
QRELS = ("qrels.tsv", "qrels/test.tsv")
HINT = "A BEIR folder holds corpus.jsonl[.gz], queries.jsonl, and qrels.tsv or qrels/test.tsv."


@dataclass(frozen=True, slots=True)
class Beir:
    """A folder as read: the text of each query by id, and the relevant documents of each."""

    documents: tuple[Document, ...]
    queries: dict[str, str]
    qrels: Qrels
    sha256: str


def read_beir(folder: Path, progress: Progress | None = None) -> Beir:
    """Read a folder. A document is relevant with a score above 0; queries without one are left out.

    Raises :class:`AssistantError` naming the file, and the line, that cannot be used.
    """
    corpus, queries, qrels = (
        _one(folder, CORPUS),
        _one(folder, ("queries.jsonl",)),
        _one(folder, QRELS),
    )
    digest = hashlib.sha256()
    for path in (corpus, queries, qrels):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    judged = _qrels(qrels)
    entries = list(_objects(corpus))
    documents = []
    for done, fields in enumerate(entries, 1):
        documents.append(_document(fields))
        if progress is not None and (done % 50 == 0 or done == len(entries)):
            progress("read", done, len(entries))
    asked = {fields["_id"]: fields["text"] for fields in _objects(queries)}
    asked = {name: text for name, text in asked.items() if name in judged}
    if not asked or not documents:
        raise AssistantError(f"No query of {folder} has a relevant document.", HINT)
    return Beir(tuple(documents), asked, {name: judged[name] for name in asked}, digest.hexdigest())


def _one(folder: Path, names: tuple[str, ...]) -> Path:
    for name in names:
        if (folder / name).is_file():
            return folder / name
    raise AssistantError(f"{folder} has no {' or '.join(names)}.", HINT)


def _objects(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a file, with ``_id``, ``title`` and ``text`` as text."""
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            fields = _strings(json.loads(line))
        except (ValueError, KeyError, RecursionError):
            fault = f'{path}, line {number} is no {{"_id", "text"}} without blanks in the id.'
            raise AssistantError(fault, HINT) from None
        yield fields


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            yield from lines
    except (OSError, EOFError, zlib.error) as error:
        raise AssistantError(f"{path} cannot be read: {error}.", HINT) from None


def _strings(fields: Mapping[str, Any]) -> dict[str, str]:
    if not isinstance(fields, dict):
        raise ValueError("not an object")
    found = {"_id": str(fields["_id"]), "title": str(fields.get("title") or "")}
    if found["_id"].split() != [found["_id"]]:
        raise ValueError("blanks in the id")
    found["_id"].encode("utf-8")  # JSON can name half a character, which no file can hold
    return {**found, "text": str(fields["text"])}


def _qrels(path: Path) -> Qrels:
    found: Qrels = {}
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise AssistantError(f"{path} is not text in UTF-8.", HINT) from None
    for number, line in enumerate(text.splitlines(), 1):
        cells = line.split("\t")
        try:
            query, name, score = cells[0], cells[-2], float(cells[-1])
        except (ValueError, IndexError):
            if number == 1 or not line.strip():
                continue
            fault = f"{path}, line {number} is no query, document, score."
            raise AssistantError(fault, HINT) from None
        if score > 0:
            found.setdefault(query, {})[name] = 1
    return found


def _document(fields: Mapping[str, str]) -> Document:
    """An entry as a text file whose first heading is its title, unless it begins with that."""
    title, text = clean(fields["title"]).strip(), clean(fields["text"])
    if title and title not in text.strip().partition("\n")[0]:
        text = f"# {title}\n\n{text}"
    outline = parse(Extracted(text, title))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(fields["_id"], fields["_id"], title, sha256, text, (), outline)

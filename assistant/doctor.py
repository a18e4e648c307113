"""Checks of the installation, encoder, library and chat model: what is wrong, and what to do.

The encoder stays unloaded: versions come from the packages' metadata, the checksum from the file. A
chat model on this computer is asked for one word.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from assistant.config import DEFAULT_ENCODER, Config
from assistant.conversations import Conversations
from assistant.embed import SentenceEncoder
from assistant.errors import AssistantError, GeneratorError
from assistant.generate import ChatModel
from assistant.library import Library
from assistant.protocols import Generator
from assistant.types import Status

State = Literal["ok", "warn", "fail"]

REPORTED = (
    "torch",
    "sentence-transformers",
    "faiss-cpu",
    "tantivy",
    "numpy",
    "pypdf",
    "markitdown",
    "langchain",
    "gradio",
    "typer",
)
REINSTALL = "Run `pip install -c constraints.txt -e .` in the project's folder."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. ``warn``: it works, but look at it; ``fail``: something does not work.

    ``hint`` says what to do, and is empty where nothing is to be done.
    """

    name: str
    state: State
    text: str
    hint: str = ""


def examine(config: Config) -> list[Check]:
    """Make every check, in the order in which faults depend on each other."""
    encoder, check = _encoder(config)
    found = [_python(), _packages(), check, *_library(config, encoder)]
    return [*found, *_conversations(config), chat_model(config)]


def _python() -> Check:
    text = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check("Python", "ok", text)


def versions() -> dict[str, str]:
    """The version of each package that matters; empty where it is not installed."""
    found = {}
    for package in REPORTED:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = ""
    return found


def _packages() -> Check:
    found = versions()
    missing = [package for package, version in found.items() if not version]
    if missing:
        return Check("packages", "fail", f"not installed: {', '.join(missing)}", REINSTALL)
    return Check("packages", "ok", ", ".join(f"{name} {found[name]}" for name in found))


def _encoder(config: Config) -> tuple[SentenceEncoder | None, Check]:
    try:
        encoder = SentenceEncoder(config.encoder)
        checksum = encoder.sha256
    except AssistantError as error:
        return None, Check("encoder", "fail", error.message, error.hint)
    verified = (
        "verified: it is the official one"
        if config.encoder == DEFAULT_ENCODER
        else "not verified: no official checksum of this model is known"
    )
    return encoder, Check("encoder", "ok", f"{encoder.name}, sha256 {checksum} ({verified})")


def _library(config: Config, encoder: SentenceEncoder | None) -> list[Check]:
    from assistant.store import Store

    try:
        with Library.open(config) as library:
            state = library.status()
        with Store.open(config.library / "library.db", create=False) as store:
            store.check()
    except AssistantError as error:
        return [Check("library", "fail", error.message, error.hint)]
    contents = _contents(state, encoder)
    indexes = [_indexes(config)] if state.passages else []
    return [contents, *indexes, *_documents(state)]


def _conversations(config: Config) -> list[Check]:
    """Whether the conversations are whole, if there are any."""
    kept = Conversations(config.library)
    try:
        if not kept.exists():
            return []
        found = kept.all()
    except AssistantError as error:
        return [Check("conversations", "fail", error.message, error.hint)]
    turns = sum(len(one.turns) for one in found)
    return [Check("conversations", "ok", f"conversations: {len(found)}, questions: {turns}")]


def _contents(state: Status, encoder: SentenceEncoder | None) -> Check:
    if not state.passages:
        return Check("library", "fail", f"{state.library} is empty", "Run `assistant index`.")
    ready = sum(record.state != "failed" for record in state.documents)
    text = f"{state.library}: documents: {ready}, passages: {state.passages}, "
    text += f"built with {state.encoder}"
    if encoder is not None and encoder.sha256 != state.encoder_sha256:
        text += f", but the encoder is now {encoder.name}"
        if encoder.name == state.encoder:
            text += " with other weights"
        return Check("library", "fail", text, "Run `assistant index`: it embeds everything again.")
    return Check("library", "ok", text)


def _indexes(config: Config) -> Check:
    """Whether the files derived from the database are there, whole and of its generation."""
    from assistant import lexical, vectors
    from assistant.store import Store

    folder = config.library
    with Store.open(folder / "library.db", create=False) as store:
        origin = store.origin()
    found = {
        "vectors": vectors.load(folder / "vectors.faiss", origin),
        "keywords": lexical.load(folder / "lexical", origin),
    }
    behind = [name for name, index in found.items() if index is None]
    if behind:
        text = f"missing, damaged or behind the library: {', '.join(behind)}"
        return Check("indexes", "warn", text, "Nothing: the next question builds them again.")
    return Check("indexes", "ok", f"vectors and keywords are of generation {origin.generation}")


def _documents(state: Status) -> list[Check]:
    """One warning for each document that was left out or read only in part, and what else is."""
    words = {"failed": "was left out", "warning": "was read, but"}
    remarks = [Check("restore", "warn", state.remark)] if state.remark else []
    return remarks + [
        Check("document", "warn", f"{record.path} {words[record.state]}: {record.reason}")
        for record in state.documents
        if record.state != "ready"
    ]


def chat_model(config: Config) -> Check:
    """Whether the chat model answers: it is asked for a word, unless that may cost money."""
    if config.llm is None:
        return Check("chat model", "ok", "none is set: answers are quotations from your documents")
    model = ChatModel.of(config)
    if config.llm_url is not None or config.llm.startswith("ollama:"):
        return answers(model)
    try:
        model.set_up()
    except GeneratorError as error:
        return Check("chat model", "fail", error.message, error.hint)
    text = f"{config.llm}: a service on the internet, not asked just now"
    return Check("chat model", "ok", text)


def answers(model: Generator) -> Check:
    """Whether a chat model answers: it is asked for a word."""
    try:
        "".join(model.stream("Reply with the word yes."))
    except GeneratorError as error:
        return Check("chat model", "fail", error.message, error.hint)
    return Check("chat model", "ok", f"{model.name} answers")

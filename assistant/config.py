"""The settings, read in one place: arguments first, then the environment, then defaults."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from platformdirs import user_cache_dir, user_data_path, user_log_dir
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import ConfigError

DEFAULT_ENCODER = "all-MiniLM-L6-v2"

Unsupported = Literal["remove", "mark"]


def default_place(name: str) -> Path:
    """Where ``index`` and ``corpus`` are unless they are set: here, or in the person's data folder.

    Here, where the working directory has a ``corpus`` or a built ``index``. From anywhere else all
    commands mean the same library: one per folder that somebody happened to be in would get lost.
    """
    if Path("corpus").is_dir() or Path("index", "library.db").is_file():
        return Path(name)
    return user_data_path("local-study-assistant", appauthor=False) / name


def ollama_host() -> str:
    """Where the person's Ollama listens, as its own variable says; empty where that is not set."""
    return os.environ.get("OLLAMA_HOST", "").strip()


class Config(BaseSettings):
    """Everything a person can set. Each field is also an environment variable ``ASSISTANT_<NAME>``.

    Use :func:`load_config`, which raises :class:`ConfigError` for a value that cannot be used.
    """

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", frozen=True, extra="forbid")

    library: Path = Field(
        default_factory=lambda: default_place("index"), description="folder of the built library"
    )
    corpus: Path = Field(
        default_factory=lambda: default_place("corpus"), description="folder of the documents"
    )
    cache: Path = Field(
        default_factory=lambda: Path(user_cache_dir("local-study-assistant", appauthor=False)),
        description="folder of embeddings that evaluation runs keep",
    )
    encoder: str = Field(
        DEFAULT_ENCODER, description="a sentence-transformers model: its name or its folder"
    )
    llm: str | None = Field(None, description="a chat model, such as ollama:llama3.2")
    llm_url: str | None = Field(None, description="base URL of the chat model's server")
    llm_key: SecretStr | None = Field(None, description="key of the chat model's service")
    llm_seconds: int = Field(120, ge=1, description="time that a chat model has for an answer")
    llm_context: int = Field(
        4096, ge=1024, description="tokens that the chat model can read and write together"
    )
    llm_unsupported: Unsupported = Field(
        "remove",
        description="sentences that no passage supports: `remove` them, or `mark` them as such",
    )
    pdf_password: SecretStr | None = Field(None, description="tried on encrypted PDF files")
    max_file_mb: int = Field(200, ge=1, description="larger files are left out")
    parse_seconds: int = Field(120, ge=1, description="a file that takes longer is left out")
    parse_memory_mb: int = Field(2048, ge=256, description="memory limit of the parser process")
    host: str = Field("127.0.0.1", description="address the page is served on")
    password: SecretStr | None = Field(
        None, description="asked of everyone who opens the page; other addresses need one"
    )
    port: int = Field(7860, ge=0, le=65535, description="port the page is served on")
    log: Path = Field(
        default_factory=lambda: Path(user_log_dir("local-study-assistant", appauthor=False)),
        description="folder of the log, which holds no content",
    )
    log_content: bool = Field(
        False, description="let questions and messages of errors into the log"
    )
    debug: bool = Field(False, description="show where an unexpected error came from")


def load_config(**settings: Any) -> Config:
    """Build the configuration from ``settings`` that are not ``None``, then the environment.

    Raises :class:`ConfigError` naming every setting that cannot be used.
    """
    try:
        return Config(**{name: value for name, value in settings.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()
        )
        raise ConfigError(
            f"These settings cannot be used: {faults}",
            "Mend the option, or the environment variable ASSISTANT_<NAME>.",
        ) from None

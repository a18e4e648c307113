"""What several test modules share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import fill, run
from hypothesis import settings

from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.library import Library

if TYPE_CHECKING:
    from page_server import Running

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# No test fails because a machine is slow; more examples than these run with FUZZ_RUNS.
settings.register_profile("quick", max_examples=60, deadline=None)
settings.load_profile("quick")


@pytest.fixture(scope="session", autouse=True)
def _log_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the tests do is not logged where the person's own log is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSISTANT_LOG", str(tmp_path_factory.mktemp("log")))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of test data that lies beside the repository and is not part of it."""
    folder = SHARED / "data"
    if not folder.is_dir():
        pytest.skip("needs ../shared/data")
    return folder


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a built library of two small files (see ``commands``); no test changes it."""
    place = tmp_path_factory.mktemp("library")
    assert run("index", fill(place / "notes"), "--library", place / "index").code == 0
    return place / "index"


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The default encoder, loaded once."""
    encoder = SentenceEncoder()
    encoder.warm_up()
    return encoder


@pytest.fixture(scope="session")
def cheat_sheet(
    encoder: SentenceEncoder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Library]:
    """The library of ``corpus/``, as it comes with the project; no test changes it."""
    config = load_config(library=tmp_path_factory.mktemp("sheet"), corpus=ROOT / "corpus")
    with Library.open(config, encoder) as library:
        library.sync()
        yield library


@pytest.fixture(scope="session")
def page_server(library: Path, encoder: SentenceEncoder) -> Iterator[Running]:
    """The page over the library of two small files, as this computer alone can open it."""
    from page_server import serving

    config = load_config(library=library, corpus=library.parent / "notes", max_file_mb=1)
    with Library.open(config, encoder) as opened, serving(opened) as running:
        yield running

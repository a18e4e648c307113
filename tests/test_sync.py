from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypdf import PdfWriter
from word_encoder import WordEncoder

from assistant.config import load_config
from assistant.errors import LibraryError
from assistant.library import Library
from assistant.store import Store
from assistant.types import DocumentRecord, Stage, SyncReport

SERVICES = """# Glue

Glue crawls data stores and writes tables.

# Polly

Polly turns text into speech.

# Lex

Lex understands what people say.
"""
BIRDS = "A wren weighs nine grams. A swan weighs eleven kilograms.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "services.md").write_text(SERVICES)
    (folder / "birds.txt").write_text(BIRDS)
    (folder / "README.md").write_text("About this folder.")
    return folder


def opened(corpus: Path, encoder: WordEncoder | None = None, **settings: Any) -> Library:
    config = load_config(library=corpus.parent / "index", corpus=corpus, **settings)
    return Library.open(config, encoder or WordEncoder())


def sync(
    corpus: Path,
    *paths: Path,
    encoder: WordEncoder | None = None,
    **settings: Any,
) -> SyncReport:
    with opened(corpus, encoder, **settings) as library:
        return library.sync(list(paths) or None)


def best(corpus: Path, question: str) -> str:
    """The text that is nearest to a question."""
    with opened(corpus) as library:
        return library.search(question, 1)[0].passage.text


def records(corpus: Path) -> dict[str, DocumentRecord]:
    with opened(corpus) as library:
        return {record.path: record for record in library.status().documents}


def generation(corpus: Path) -> int:
    with opened(corpus) as library:
        return library.status().generation


def encrypted_pdf(path: Path, password: str) -> None:
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.encrypt(password)
    writer.write(path)


def test_the_first_sync_adds_everything(corpus: Path) -> None:
    encoder = WordEncoder()
    report = sync(corpus, encoder=encoder)
    assert report.added == ("birds.txt", "services.md")
    assert (report.updated, report.removed, report.unchanged, report.failed) == ((), (), (), ())
    assert (report.documents, report.passages, report.embedded) == (2, 4, 4)
    assert encoder.encoded == [
        BIRDS.strip(),
        "Glue\nGlue crawls data stores and writes tables.",
        "Polly\nPolly turns text into speech.",
        "Lex\nLex understands what people say.",
    ]
    assert best(corpus, "What does Polly turn into speech?") == "Polly turns text into speech."


def test_a_sync_of_nothing_new_writes_nothing(corpus: Path) -> None:
    sync(corpus)
    before = generation(corpus)
    encoder = WordEncoder()
    report = sync(corpus, encoder=encoder)
    assert report.unchanged == ("birds.txt", "services.md")
    assert (report.added, report.updated, report.embedded) == ((), (), 0)
    assert (report.documents, report.passages) == (2, 4)
    assert encoder.encoded == []
    assert "read" not in report.seconds
    assert generation(corpus) == before


def test_only_the_passages_that_changed_are_embedded_again(corpus: Path) -> None:
    sync(corpus)
    changed = SERVICES.replace("text into speech", "text into lifelike speech")
    (corpus / "services.md").write_text(f"# Preface\n\nRead this first.\n\n{changed}")
    encoder = WordEncoder()
    report = sync(corpus, encoder=encoder)
    assert (report.updated, report.unchanged) == (("services.md",), ("birds.txt",))
    assert encoder.encoded == [
        "Preface\nRead this first.",
        "Polly\nPolly turns text into lifelike speech.",
    ]
    assert (report.embedded, report.passages) == (2, 5)
    assert best(corpus, "lifelike speech") == "Polly turns text into lifelike speech."
    assert best(corpus, "What does Glue crawl?") == "Glue crawls data stores and writes tables."


def test_a_file_that_is_gone_is_forgotten(corpus: Path) -> None:
    sync(corpus)
    (corpus / "birds.txt").unlink()
    report = sync(corpus)
    assert (report.removed, report.unchanged) == (("birds.txt",), ("services.md",))
    assert (report.documents, report.passages) == (1, 3)
    assert "swan" not in best(corpus, "How much does a swan weigh?")


def test_a_file_that_is_renamed_keeps_its_vectors(corpus: Path) -> None:
    sync(corpus)
    (corpus / "birds.txt").rename(corpus / "fowl.txt")
    report = sync(corpus)
    assert (report.added, report.removed, report.embedded) == (("fowl.txt",), ("birds.txt",), 0)


def test_the_last_file_can_go(corpus: Path) -> None:
    sync(corpus)
    for file in corpus.iterdir():
        file.unlink()
    report = sync(corpus)
    assert (report.removed, report.documents) == (("birds.txt", "services.md"), 0)
    with pytest.raises(LibraryError, match="holds no passages"):
        best(corpus, "Glue")


def test_bad_files_are_left_out_with_the_reason_and_stop_nothing(corpus: Path) -> None:
    encrypted_pdf(corpus / "a-secret.pdf", "open sesame")
    (corpus / "b-empty.txt").write_bytes(b"")
    (corpus / "c-song.mp3").write_bytes(b"ID3")
    (corpus / "d-broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (corpus / "e-binary.txt").write_bytes(bytes(range(256)))
    report = sync(corpus)
    assert report.added == ("birds.txt", "services.md")
    reasons = {record.path: record.reason for record in report.failed}
    secret = corpus / "a-secret.pdf"
    assert reasons.pop("a-secret.pdf") == (
        f"the file is encrypted. Set ASSISTANT_PDF_PASSWORD and run `assistant index {secret}`."
    )
    assert reasons.pop("b-empty.txt") == (
        "the file is empty. Nothing can be found in it; remove it or fill it."
    )
    assert reasons.pop("c-song.mp3").startswith("the format .mp3 is not read. Formats read: ")
    assert reasons.pop("d-broken.pdf").startswith("the PDF file is damaged. Open the file")
    assert reasons.pop("e-binary.txt").startswith("the content is binary, not text. ")
    assert reasons == {}
    stored = records(corpus)
    assert [record for record in stored.values() if record.state == "failed"] == list(report.failed)
    assert all(record.passages == 0 for record in report.failed)


def test_a_bad_file_is_not_read_again_but_reported_again(corpus: Path) -> None:
    (corpus / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    first = sync(corpus).failed
    again = sync(corpus)
    assert again.failed == first
    assert again.unchanged == ("birds.txt", "broken.pdf", "services.md")
    assert "read" not in again.seconds


def test_a_bad_file_is_read_again_when_it_is_asked_for(corpus: Path) -> None:
    secret = corpus / "secret.pdf"
    encrypted_pdf(secret, "open sesame")
    assert [record.path for record in sync(corpus).failed] == ["secret.pdf"]
    report = sync(corpus, secret, pdf_password="open sesame")
    assert [record.reason.partition(".")[0] for record in report.failed] == ["the file is empty"]


def test_a_file_that_became_bad_keeps_its_passages(corpus: Path) -> None:
    sync(corpus)
    (corpus / "birds.txt").write_bytes(bytes(range(256)))
    report = sync(corpus)
    assert [record.path for record in report.failed] == ["birds.txt"]
    assert report.passages == 4
    record = records(corpus)["birds.txt"]
    assert (record.state, record.passages, record.title) == ("failed", 1, "birds")
    assert best(corpus, "How much does a swan weigh?") == BIRDS.strip()
    (corpus / "birds.txt").write_text(BIRDS)
    report = sync(corpus)
    assert (report.updated, report.embedded, report.failed) == (("birds.txt",), 0, ())
    assert records(corpus)["birds.txt"].state == "ready"


def test_folders_and_files_from_elsewhere_join_the_corpus(corpus: Path, tmp_path: Path) -> None:
    sync(corpus)
    notes = tmp_path / "notes"
    (notes / "deep").mkdir(parents=True)
    (notes / "birds.txt").write_text("An ostrich cannot fly.")
    (notes / "deep" / "fish.txt").write_text("A trout swims.")
    report = sync(corpus, notes)
    assert report.added == ("notes/birds.txt", "deep/fish.txt")
    assert report.documents == 4
    report = sync(corpus)
    assert (report.removed, report.unchanged) == ((), ("birds.txt", "services.md"))
    assert report.documents == 4
    (notes / "birds.txt").unlink()
    assert sync(corpus).removed == ()
    assert sync(corpus, notes).removed == ("notes/birds.txt",)


def test_a_folder_above_the_corpus_adds_no_second_copy(corpus: Path, tmp_path: Path) -> None:
    sync(corpus)
    report = sync(corpus, tmp_path)
    assert (report.added, report.unchanged) == ((), ("birds.txt", "services.md"))


def test_a_project_that_was_moved_is_up_to_date(corpus: Path, tmp_path: Path) -> None:
    sync(corpus)
    moved = tmp_path / "moved"
    moved.mkdir()
    for part in ("corpus", "index"):
        (tmp_path / part).rename(moved / part)
    report = sync(moved / "corpus")
    assert (report.unchanged, report.removed) == (("birds.txt", "services.md"), ())
    assert (report.documents, report.embedded) == (2, 0)
    assert records(moved / "corpus")["birds.txt"].source == str(moved / "corpus" / "birds.txt")
    (moved / "corpus" / "birds.txt").unlink()
    assert sync(moved / "corpus").removed == ("birds.txt",)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_unicode_is_left_out(corpus: Path) -> None:
    Path(os.fsdecode(os.fsencode(corpus) + b"/caf\xe9.txt")).write_text("Coffee.")
    report = sync(corpus)
    assert report.added == ("birds.txt", "services.md")
    assert [(record.path, record.reason) for record in report.failed] == [
        ("caf?.txt", "Its name is not Unicode. Rename the file.")
    ]


def test_another_encoder_is_refused_until_everything_is_embedded_again(corpus: Path) -> None:
    sync(corpus)
    other = WordEncoder("other-words", dim=64)
    with opened(corpus, other) as library:
        with pytest.raises(LibraryError) as caught:
            library.search("Glue")
        assert caught.value.message == (
            f"The library in {corpus.parent / 'index'} was not built with the encoder other-words,"
            " but with words."
        )
        assert caught.value.hint == "Embed its documents again: assistant index"
        with pytest.raises(LibraryError):
            library.ask("What does Glue crawl?")
        assert library.search("Glue", mode="lexical")
        report = library.sync()
        assert (report.updated, report.embedded) == (("birds.txt", "services.md"), 4)
        assert library.search("Polly", 1)[0].passage.text == "Polly turns text into speech."
        assert library.status().encoder == "other-words"
    with opened(corpus) as library, pytest.raises(LibraryError, match="with the encoder words,"):
        library.search("Glue")


def test_with_another_encoder_no_vectors_of_the_first_one_are_left(
    corpus: Path, tmp_path: Path
) -> None:
    lent = tmp_path / "lent.txt"
    lent.write_text("An ostrich cannot fly.")
    sync(corpus)
    sync(corpus, lent)
    lent.unlink()
    (corpus / "birds.txt").write_bytes(bytes(range(256)))
    report = sync(corpus, encoder=WordEncoder("other-words", dim=64))
    assert [record.path for record in report.failed] == ["birds.txt", "lent.txt"]
    assert (report.updated, report.passages) == (("services.md",), 3)
    with Store.open(corpus.parent / "index" / "library.db") as store:
        assert store.load().stacked.matrix.shape == (3, 64)


def test_a_change_of_encoder_that_is_interrupted_changes_nothing(corpus: Path) -> None:
    sync(corpus)
    before = generation(corpus)

    def interrupt(stage: Stage, done: int, total: int, detail: str = "") -> None:
        if detail == "services.md":
            raise KeyboardInterrupt

    with opened(corpus, WordEncoder("other-words")) as library, pytest.raises(KeyboardInterrupt):
        library.sync(progress=interrupt)
    assert generation(corpus) == before
    assert best(corpus, "Polly") == "Polly turns text into speech."


def test_other_sizes_of_passages_read_everything_again_and_embed_what_differs(
    corpus: Path, tmp_path: Path
) -> None:
    lent = tmp_path / "lent.txt"
    lent.write_text("An ostrich cannot fly.")
    sync(corpus)
    sync(corpus, lent)
    with Store.open(corpus.parent / "index" / "library.db") as store:
        store.set_meta("fingerprint", "made by other settings")
    report = sync(corpus)
    assert report.updated == ("birds.txt", "services.md", "lent.txt")
    assert report.embedded == 0
    assert sync(corpus).unchanged == ("birds.txt", "services.md")


def test_progress_goes_through_the_stages(corpus: Path) -> None:
    calls: list[tuple[Stage, int, int, str]] = []

    def note(stage: Stage, done: int, total: int, detail: str = "") -> None:
        calls.append((stage, done, total, detail))

    with opened(corpus) as library:
        library.sync(progress=note)
    assert calls == [
        ("read", 0, 2, "birds.txt"),
        ("embed", 1, 1, ""),
        ("read", 1, 2, "services.md"),
        ("embed", 3, 3, ""),
        ("read", 2, 2, ""),
        ("index", 0, 1, ""),
    ]


def test_stored_vectors_are_those_of_the_encoder(corpus: Path) -> None:
    encoder = WordEncoder()
    sync(corpus, encoder=encoder)
    with Store.open(corpus.parent / "index" / "library.db") as store:
        loaded = store.load()
    expected = [encoder.encode_query(text) for text in encoder.encoded]
    assert np.array_equal(loaded.stacked.matrix, expected)
    spans: Sequence[str] = [
        passage.text[unit.start - passage.start : unit.end - passage.start]
        for passage in loaded.passages
        for unit in passage.units
    ]
    assert spans == [
        "A wren weighs nine grams.",
        "A swan weighs eleven kilograms.",
        "Glue crawls data stores and writes tables.",
        "Polly turns text into speech.",
        "Lex understands what people say.",
    ]
    units = np.array([encoder.encode_query(text) for text in spans])
    assert np.array_equal(loaded.stacked.unit_vectors, units.astype(np.float16))

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from word_encoder import WordEncoder

from assistant.chat import Turn
from assistant.config import load_config
from assistant.errors import AssistantError, LibraryError, NotFoundError
from assistant.library import Library

ROOT = Path(__file__).resolve().parents[1]
NOTES = "# Glue\n\nGlue moves data.\n\n# Polly\n\nPolly reads aloud.\n\n# Lex\n\nLex hears you.\n"

# Holds the lock of a library until it is told to end.
WRITER = """
import sys
from pathlib import Path
from assistant.lock import writing
with writing(Path(sys.argv[1])):
    print("writing", flush=True)
    sys.stdin.read()
"""

# Syncs a corpus that has not changed, asks for the status, and says what that took.
UNCHANGED = """
import json, sys
from pathlib import Path
from assistant.config import load_config
from assistant.library import Library
library = Library.open(load_config(library=Path(sys.argv[1]), corpus=Path(sys.argv[2])))
report = library.sync()
after_sync = set(sys.modules)
passages = library.status().passages
print(json.dumps({
    "unchanged": report.unchanged, "embedded": report.embedded, "passages": passages,
    "seconds": report.seconds["total"], "loaded": sorted(after_sync),
}))
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a corpus of one file and the library of it."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "notes.md").write_text(NOTES)
    opened(tmp_path).sync()
    return tmp_path


def opened(place: Path) -> Library:
    config = load_config(library=place / "index", corpus=place / "corpus")
    return Library.open(config, WordEncoder())


def python(code: str, *arguments: Path) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def found(library: Library, question: str) -> str:
    return library.search(question, 1)[0].passage.text


def test_a_sync_of_nothing_new_loads_no_encoder(cheat_sheet: Library) -> None:
    config = cheat_sheet.config
    before = cheat_sheet.status().generation
    ran = python(UNCHANGED, config.library, config.corpus)
    assert ran["unchanged"] == ["aws-mla-c01-cheat-sheet.txt"]
    assert (ran["embedded"], ran["passages"]) == (0, cheat_sheet.status().passages)
    heavy = {"torch", "sentence_transformers", "transformers", "langchain", "gradio", "pypdf"}
    assert heavy & set(ran["loaded"]) == set()
    assert ran["seconds"] < 2
    assert cheat_sheet.status().generation == before


def test_the_status_says_what_the_library_holds(place: Path) -> None:
    status = opened(place).status()
    assert status.library == str(place / "index")
    assert [(d.path, d.title, d.state, d.passages) for d in status.documents] == [
        ("notes.md", "Glue", "ready", 3)
    ]
    assert status.documents[0].source == str(place / "corpus" / "notes.md")
    assert status.documents[0].size == len(NOTES)
    assert (status.passages, status.encoder) == (3, "words")
    assert status.encoder_sha256 == WordEncoder().sha256
    files = [file for file in (place / "index").rglob("*") if file.is_file()]
    assert status.size_bytes >= sum(file.stat().st_size for file in files)


def test_documents_and_passages_are_found_by_name(place: Path) -> None:
    library = opened(place)
    first = library.search("Polly", 1)[0].passage
    assert library.passage(first.passage_id) == first
    document = library.document(first.doc_id)
    assert (document.path, document.text[first.start : first.end]) == ("notes.md", first.text)
    with pytest.raises(NotFoundError, match="There is no passage nothing in the library"):
        library.passage("nothing")
    with pytest.raises(NotFoundError, match="There is no document nothing in the library"):
        library.document("nothing")


def test_a_passage_is_stored_as_it_was_cut(place: Path) -> None:
    (place / "corpus" / "list.md").write_text(
        "# Services\n\n- **Speech:**\n  - Polly reads aloud.\n  - Lex hears you.\n"
    )
    library = opened(place)
    library.sync()
    passage = library.search("Speech Polly Lex", 1)[0].passage
    assert [unit.heading for unit in passage.units] == [("Speech",), ("Speech",)]
    assert library.passage(passage.passage_id) == passage


def test_headings_are_listed_in_order(place: Path) -> None:
    assert opened(place).headings() == [("Glue",), ("Polly",), ("Lex",)]


def test_a_document_can_be_removed_and_comes_back_with_the_next_sync(place: Path) -> None:
    library = opened(place)
    assert library.remove("notes.md").passages == 3
    assert library.status().documents == ()
    with pytest.raises(LibraryError, match="holds no passages"):
        library.search("Polly")
    with pytest.raises(NotFoundError) as caught:
        library.remove("notes.md")
    assert caught.value.message == "There is no document notes.md in the library."
    assert caught.value.hint == "assistant status"
    assert (place / "corpus" / "notes.md").is_file()
    assert library.sync().added == ("notes.md",)
    assert found(library, "Polly") == "Polly reads aloud."


@pytest.mark.parametrize("question", ["", "  \n", "\0 \t"])
def test_an_empty_question_is_an_error(place: Path, question: str) -> None:
    for action in (opened(place).search, opened(place).ask):
        with pytest.raises(AssistantError) as caught:
            action(question)
        assert caught.value.message == "The question is empty."
        assert caught.value.hint == 'assistant ask "What is …?"'


def test_without_a_library_every_question_names_the_command(tmp_path: Path) -> None:
    library = opened(tmp_path)
    for action in (
        lambda: library.search("Polly"),
        lambda: library.ask("Polly"),
        library.status,
        library.warm_up,
        lambda: library.passage("p"),
        lambda: library.remove("notes.md"),
    ):
        with pytest.raises(LibraryError) as caught:
            action()
        assert caught.value.message == f"There is no library in {tmp_path / 'index'}."
        assert caught.value.hint == "Run: assistant index"
    assert not (tmp_path / "index").exists()


def test_an_empty_library_names_the_command(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    library = opened(tmp_path)
    assert library.sync().documents == 0
    with pytest.raises(LibraryError) as caught:
        library.ask("Polly")
    assert caught.value.message == f"The library in {tmp_path / 'index'} holds no passages."
    assert caught.value.hint.endswith("or with `assistant index FOLDER`.")


def test_a_path_that_does_not_exist_is_an_error(place: Path) -> None:
    with pytest.raises(LibraryError) as caught:
        opened(place).sync([place / "corpus", place / "missing"])
    assert caught.value.message == f"There is no file or folder {place / 'missing'}."
    assert caught.value.hint == "Name what to read: assistant index PATH [PATH…]"


def test_a_folder_that_cannot_be_made_is_an_error(place: Path) -> None:
    config = load_config(library=place / "corpus" / "notes.md", corpus=place / "corpus")
    with pytest.raises(LibraryError) as caught:
        Library.open(config, WordEncoder()).sync()
    assert caught.value.message.startswith(f"The library in {config.library} cannot be written (")
    assert caught.value.hint == (
        "Check the permissions of the folder, or choose another with --library."
    )


def test_a_second_writer_is_told_to_wait_and_readers_go_on(place: Path) -> None:
    library = opened(place)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(place / "index")],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        for action in (library.sync, lambda: library.remove("notes.md")):
            with pytest.raises(LibraryError) as caught:
                action()
            named = f"Another process (number {writer.pid}, since "
            assert caught.value.message.startswith(named)
            assert caught.value.message.endswith(
                f") is writing to the library in {place / 'index'}."
            )
            assert caught.value.hint == "Wait until it has finished, then run the command again."
        assert found(library, "Polly") == "Polly reads aloud."
        assert library.status().passages == 3
        writer.communicate("")
    assert library.sync().unchanged == ("notes.md",)


def test_a_reader_sees_what_another_one_wrote_at_its_next_question(place: Path) -> None:
    reader, writer = opened(place), opened(place)
    assert found(reader, "Polly") == "Polly reads aloud."
    for words in ("Polly reads quietly.", "Polly reads twice.", "Polly reads in Welsh."):
        (place / "corpus" / "notes.md").write_text(NOTES.replace("Polly reads aloud.", words))
        writer.sync()
        assert found(reader, "Polly") == words
    writer.remove("notes.md")
    with pytest.raises(LibraryError, match="holds no passages"):
        reader.search("Polly")


def test_a_reader_whose_library_did_not_change_keeps_its_index(place: Path) -> None:
    library = opened(place)
    first = library.search("Polly", 1)[0].passage
    assert library.search("Polly", 1)[0].passage is first
    opened(place).sync()
    assert library.search("Polly", 1)[0].passage is first


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def lexical_files(folder: Path) -> list[Path]:
    return [file for file in sorted((folder / "lexical").rglob("*")) if file.is_file()]


@pytest.mark.parametrize("what", ["vectors", "lexical", "both"])
@pytest.mark.parametrize("how", ["deleted", "damaged", "emptied"])
def test_derived_files_are_made_again_from_the_database(place: Path, what: str, how: str) -> None:
    folder = place / "index"
    expected = opened(place).search("What does Polly read?", 3)
    files = [folder / "vectors.faiss"] if what != "lexical" else []
    files += lexical_files(folder) if what != "vectors" else []
    before = {file: file.stat().st_size for file in files}
    for file in files:
        if how == "deleted":
            file.unlink()
        elif how == "emptied":
            os.truncate(file, 0)
        elif file.stat().st_size:
            damage(file)
    encoder = WordEncoder()
    config = load_config(library=folder, corpus=place / "corpus")
    assert Library.open(config, encoder).search("What does Polly read?", 3) == expected
    assert encoder.encoded == []  # no passage was embedded again
    assert (folder / "vectors.faiss").stat().st_size == before.get(
        folder / "vectors.faiss", (folder / "vectors.faiss").stat().st_size
    )
    assert len(lexical_files(folder)) > 1


def test_a_damaged_database_is_named_and_nothing_is_guessed(place: Path) -> None:
    file = place / "index" / "library.db"
    content = file.read_bytes()
    assert content.count(b"Polly reads aloud.") == 1
    file.write_bytes(content.replace(b"Polly reads aloud.", b"Polly reads alone."))
    with pytest.raises(LibraryError) as caught:
        opened(place).search("Polly")
    assert caught.value.message.startswith(f"The library {file} is damaged (")
    assert caught.value.hint == f"Delete {file} and run: assistant index"


def test_a_closed_library_can_be_asked_again(place: Path) -> None:
    with opened(place) as library:
        assert found(library, "Polly") == "Polly reads aloud."
    assert found(library, "Polly") == "Polly reads aloud."


def test_a_library_of_the_settings_names_its_encoder_before_loading_it(place: Path) -> None:
    config = load_config(library=place / "index", corpus=place / "corpus")
    with pytest.raises(LibraryError) as caught:
        Library.open(config).warm_up()
    assert caught.value.message == (
        f"The library in {place / 'index'} was not built with the encoder all-MiniLM-L6-v2,"
        " but with words."
    )


def test_a_follow_up_is_searched_for_in_words_of_its_own(place: Path) -> None:
    library = opened(place)
    history = [Turn("What does Glue move?", "Glue moves data. [1]")]
    assert library.resolve("What about Polly?", history) == "What does Polly move?"
    answer = library.ask("What about Polly?", history=history)
    assert (answer.question, answer.searched) == ("What about Polly?", "What does Polly move?")
    assert answer.hits[0].passage.text == library.search("What does Polly move?", 1)[0].passage.text
    alone = library.ask("What does Lex do?", history=history)
    assert alone == library.ask("What does Lex do?")
    assert alone.searched == "What does Lex do?"
    assert list(library.stream("and Lex?", 5, history))[-1].searched == "What does Lex move?"

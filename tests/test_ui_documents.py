from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from commands import BREAD, CLOUDS, fill

from assistant.changes import Changes
from assistant.config import load_config
from assistant.embed import SentenceEncoder
from assistant.errors import AssistantError
from assistant.files import find_files
from assistant.library import Library
from assistant.types import DocumentRecord, SyncReport
from assistant.ui import documents, shelf, uploads
from assistant.ui.action import Action, Step
from assistant.ui.uploads import Kept, keep, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("notes.txt", "notes.txt"),
        ("../../etc/passwd.TXT", "passwd.txt"),
        ("C:\\Users\\me\\b*o?ok.pdf", "b o ok.pdf"),
        (".hidden.md", "hidden.md"),
        ("~$draft.docx", "draft.docx"),
        ("README.md", "uploaded README.md"),
        ("con.txt", "uploaded con.txt"),
        ("a\nb\u202egpj.txt", "a b gpj.txt"),
        ("Übung äöü 日本.html", "Übung äöü 日本.html"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("...", "unnamed"),
        (".txt", "unnamed.txt"),
        ("$(touch x);`id`.txt", "(touch x) id.txt"),
    ],
)
def test_a_name_is_data(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert safe_name(safe) == safe or safe == "unnamed"


def dropped(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_uploads_never_take_the_place_of_a_file(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    first = dropped(tmp_path / "a", "n.txt", "one")
    other = dropped(tmp_path / "b", "n.txt", "two")
    kept = keep([first, other, first], corpus, 1)
    assert [(each.name, each.note) for each in kept] == [
        ("n.txt", ""),
        ("n (2).txt", "Another n.txt is there, so it is kept beside it."),
        ("n.txt", "It is there already, with the same content."),
    ]
    assert (corpus / "uploads" / "n.txt").read_text() == "one"
    assert (corpus / "uploads" / "n (2).txt").read_text() == "two"
    assert len(list((corpus / "uploads").iterdir())) == 2


def test_what_cannot_be_kept_says_why(tmp_path: Path) -> None:
    picture = dropped(tmp_path / "a", "p.xyz", "x")
    large = dropped(tmp_path / "a", "l.txt", "x" * 1_000_001)
    kept = keep([picture, large], tmp_path / "corpus", 1)
    assert [each.path for each in kept] == [None, None]
    assert kept[0].note.startswith("Files ending in .xyz are not read: .docx, ")
    assert kept[1].note == "It is larger than 1 MB (ASSISTANT_MAX_FILE_MB)."
    with pytest.raises(AssistantError, match="51 files are too many at once"):
        keep([picture] * 51, tmp_path / "corpus", 1)
    assert list((tmp_path / "corpus" / "uploads").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "content", "kept_as"),
    [
        ("r.pdf", b"\x8f\x01" * 150, None),
        ("r.docx", b"%PDF-1.7", None),
        ("r.pptx", b"text", None),
        ("r.txt", b"text\0and more", None),
        ("r.md", b"\x7fELF\x02\x01\x01\0", None),
        ("r.pdf", b"junk before\n%PDF-1.7", "r.pdf"),
        ("r.docx", b"PK\x03\x04", "r.docx"),
        ("r.pptx", bytes.fromhex("d0cf11e0a1b11ae1"), "r.pptx"),  # with a password, perhaps
        ("r.txt", "\ufeffUTF-16".encode("utf-16-le"), "r.txt"),
        ("r.html", b"", "r.html"),
    ],
)
def test_what_is_not_as_its_ending_says_is_not_kept(
    tmp_path: Path, name: str, content: bytes, kept_as: str | None
) -> None:
    (tmp_path / name).write_bytes(content)
    (kept,) = keep([tmp_path / name], tmp_path / "corpus", 1)
    assert (kept.path.name if kept.path else None) == kept_as
    suffix = Path(name).suffix
    assert kept.note == ("" if kept_as else f"Its content is not that of a {suffix} file.")


FULL = """
import resource, signal, sys
from pathlib import Path
from assistant.ui.uploads import keep
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
for kept in keep([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]), 1):
    print(kept.path, kept.note)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no such limit")
def test_an_upload_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    large = dropped(tmp_path / "a", "large.txt", "x" * 200_000)
    small = dropped(tmp_path / "a", "small.txt", "x")
    corpus = tmp_path / "corpus"
    command = [sys.executable, "-c", FULL, str(corpus), str(large), str(small)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    there = corpus / "uploads" / "small.txt"
    assert said == f"None It could not be copied (File too large).\n{there} \n"
    assert [*(corpus / "uploads").iterdir()] == [there]
    assert [each.note for each in keep([large], corpus, 1)] == [""]


def test_an_upload_has_its_name_only_once_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus, copyfile = tmp_path / "corpus", shutil.copyfile

    def halfway(file: Path, made: Path) -> Path:
        """A sync begins while the upload is copied, and the process may be killed."""
        made.write_text("half")
        assert find_files(corpus, tmp_path / "index") == []
        made.unlink()
        copyfile(file, made)
        return made

    monkeypatch.setattr(shutil, "copyfile", halfway)
    (kept,) = keep([dropped(tmp_path / "a", "n.txt", "whole")], corpus, 1)
    assert find_files(corpus, tmp_path / "index") == [kept.path]


def test_a_link_is_not_followed_out_of_the_folder(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    (corpus / "uploads").mkdir(parents=True)
    secret = dropped(tmp_path / "s", "secret.txt", "secret")
    (corpus / "uploads" / "n.txt").symlink_to(secret)
    (kept,) = keep([dropped(tmp_path / "a", "n.txt", "mine")], corpus, 1)
    assert kept.name == "n (2).txt"
    assert secret.read_text() == "secret"


@pytest.fixture
def library(tmp_path: Path, encoder: SentenceEncoder) -> Library:
    return Library.open(
        load_config(corpus=fill(tmp_path / "corpus"), library=tmp_path / "index"), encoder
    )


def last(action: Action[str]) -> str:
    return [*documents.states(action)][-1]


def test_documents_are_added_listed_and_removed(library: Library, tmp_path: Path) -> None:
    assert "The library is empty" in documents.view(library)[0]
    assert "New: bread.txt, clouds.md" in documents.view(library)[1]
    assert last(documents.update(library)).startswith(
        '<div class="done" role="status"><p>2 added.</p>'
    )
    rain = dropped(tmp_path / "a", "Rain.txt", CLOUDS + BREAD)
    empty = dropped(tmp_path / "a", "empty.txt", " ")
    names: list[str] = []
    said = last(documents.add(library, [str(rain), str(empty)], names))
    assert names == ["Rain.txt", "empty.txt"]
    assert "1 added" in said
    assert "uploads/empty.txt was left out: the file is empty" in said
    listed, offered = documents.view(library)
    assert listed.index("uploads/empty.txt") < listed.index("bread.txt")
    assert '<span class="state">Left out</span>' in listed
    assert "everything that is in the folder" in offered

    kept = library.config.corpus / "uploads" / "Rain.txt"
    assert kept.is_file()
    assert "its uploaded file was deleted" in documents.remove(library, "uploads/Rain.txt")
    assert not kept.exists()
    assert "its file stays where it is" in documents.remove(library, "bread.txt")
    assert (library.config.corpus / "bread.txt").is_file()
    assert "New: bread.txt" in documents.view(library)[1]
    assert "There is no document bread.txt" in documents.remove(library, "bread.txt")


def test_one_document_is_read_again(library: Library, tmp_path: Path) -> None:
    library.sync()
    source = library.config.corpus / "bread.txt"
    for text in (BREAD, BREAD + "\nRye keeps longer."):  # the same, and changed
        source.write_text(text, encoding="utf-8")
        assert "<p>1 read again.</p>" in last(documents.read_again(library, "bread.txt"))
    assert "Rye keeps longer" in library.search("Rye keeps longer", k=1)[0].passage.text
    source.write_text(" ", encoding="utf-8")
    said = last(documents.read_again(library, "bread.txt"))
    assert "bread.txt was left out: the file is empty" in said
    assert "There is no document x.txt" in last(documents.read_again(library, "x.txt"))
    source.unlink()
    assert "bread.txt is no longer there." in last(documents.read_again(library, "bread.txt"))


def test_what_became_a_link_to_elsewhere_is_not_read_again(
    library: Library, tmp_path: Path
) -> None:
    library.sync()
    secret = dropped(tmp_path / "s", "secret.txt", "The secret is kept by zebras.")
    source = library.config.corpus / "bread.txt"
    source.unlink()
    source.symlink_to(secret)
    assert "leads out of its folder" in last(documents.read_again(library, "bread.txt"))
    assert all("zebras" not in passage.text for passage in library.passages())


def test_every_document_can_be_removed(library: Library) -> None:
    last(documents.update(library))
    for record in library.status().documents:
        assert "was removed" in documents.remove(library, record.path)
    assert "The library is empty" in documents.view(library)[0]


def test_what_goes_wrong_is_said(library: Library, tmp_path: Path) -> None:
    files = [str(dropped(tmp_path / "a", "n.txt", "x"))] * 51
    assert "51 files are too many at once." in last(documents.add(library, files, []))
    (library.config.library).mkdir()
    (library.config.library / "library.db").write_text("not a database, but some text" * 99)
    assert 'class="failure"' in documents.view(library)[0]


def record(**fields: object) -> DocumentRecord:
    given: dict[str, object] = {
        "doc_id": "d",
        "path": "<b>.txt",
        "source": "/elsewhere/<b>.txt",
        "title": "A <i>",
        "sha256": "0",
        "size": 2_500_000,
        "state": "warning",
        "reason": "page <3> is empty",
        "passages": 2,
        "pages": 1,
    }
    return DocumentRecord(**{**given, **fields})  # type: ignore[arg-type]


def test_the_list_is_escaped_and_says_what_happens_to_the_file() -> None:
    html = shelf.shelf([record()], Path("/corpus"))
    assert "<b>" not in html
    assert "<i>" not in html
    assert "Read, but look at it</span> · TXT · 2.5 MB · 1 page · 2 passages" in html
    assert "Page &lt;3&gt; is empty" in html
    assert shelf.STAYS in html
    assert shelf.COMES_BACK in shelf.shelf([record(source="/corpus/a.txt")], Path("/corpus"))
    assert shelf.UPLOADED in shelf.shelf([record(source="/corpus/uploads/a.txt")], Path("/corpus"))
    assert "open-reader" not in shelf.shelf([record(passages=0)], Path("/corpus"))


def test_commands_are_shown_as_such_and_nothing_is_said_of_a_size_that_is_none() -> None:
    left_out = record(reason="it is <old>. Run `assistant index`.", state="failed", size=0, pages=0)
    html = shelf.shelf([left_out], Path("/corpus"))
    assert "It is &lt;old&gt;. Run <code>assistant index</code>." in html
    assert "Left out</span> · TXT · 2 passages</p>" in html
    said = shelf.done(SyncReport(failed=(left_out,)))
    assert "was left out: it is &lt;old&gt;. Run <code>assistant index</code>.</li>" in said


def test_a_text_has_the_pages_that_its_contents_name(cheat_sheet: Library) -> None:
    last = max(passage.page_end or 0 for passage in cheat_sheet.passages())
    assert last > 90
    assert f" · {last} pages · " in documents.view(cheat_sheet)[0]


def test_changes_are_offered_by_name_a_few_of_them() -> None:
    html = shelf.offer(Changes(tuple("abcdefg"), ("<x>",), ()))
    assert "New: a, b, c, d, e and 2 more" in html
    assert "Changed: &lt;x&gt;" in html
    assert "Gone" not in html


def test_progress_tells_the_files_and_the_one_in_hand() -> None:
    read = Step("read", 1, 3, "<b>.txt")
    html = shelf.progress(read, Step("embed", 5, 20))
    assert 'File 2 of 3<progress value="1" max="3">' in html
    assert (
        '&lt;b&gt;.txt<small>Embedding passages</small><progress value="5" max="20"></progress>'
    ) in html
    assert "Starting<progress></progress>" in shelf.progress(None, None)
    # Nobody knows how long the file takes to be read.
    assert "&lt;b&gt;.txt<small>Reading</small><progress></progress>" in shelf.progress(read, read)
    end = Step("read", 3, 3)
    assert shelf.progress(end, end).count("<progress") == 1
    assert "Building the index<progress></progress>" in shelf.progress(end, Step("index", 0, 1))


def test_each_file_that_was_dropped_has_its_bar() -> None:
    names = ["a.txt", "<b>.txt", "c.txt"]
    html = shelf.progress(Step("read", 1, 3, "uploads/<b>.txt"), Step("embed", 5, 20), names)
    assert 'a.txt<progress value="1" max="1">' in html
    assert '&lt;b&gt;.txt<small>Embedding passages</small><progress value="5" max="20">' in html
    assert 'c.txt<progress value="0" max="1">' in html
    assert html.count("<progress") == 4
    end = shelf.progress(Step("read", 3, 3), Step("index", 0, 1), names)
    assert end.count('<progress value="1" max="1">') == 3
    assert end.endswith("Building the index<progress></progress></label></p>")


def test_the_end_tells_what_was_done_and_what_was_left_out() -> None:
    report = SyncReport(added=("a",), unchanged=("b", "c"), failed=(record(reason="no <text>"),))
    html = shelf.done(report, [Kept("n.txt", None, "Too <large>.")])
    assert "1 added, 2 unchanged." in html
    assert "n.txt: Too &lt;large&gt;." in html
    assert "&lt;b&gt;.txt was left out: no &lt;text&gt;" in html
    assert shelf.done(SyncReport()).startswith('<div class="done" role="status"><p>Nothing to do.')


def test_only_a_file_directly_in_the_upload_folder_is_an_upload(tmp_path: Path) -> None:
    assert uploads.is_upload(tmp_path / "uploads" / "a.txt", tmp_path)
    assert not uploads.is_upload(tmp_path / "a.txt", tmp_path)
    assert not uploads.is_upload(tmp_path / "uploads" / "deep" / "a.txt", tmp_path)

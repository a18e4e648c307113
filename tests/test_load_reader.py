"""The reader: one parser process for many files, stopped when it hangs, eats memory, or crashes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from assistant.errors import LoadError
from assistant.load import SUPPORTED, Reader, reasons, wire
from assistant.outline import parse
from assistant.types import Extracted, Page, TocEntry

ROOT = Path(__file__).resolve().parents[1]

# The real worker with one parser exchanged: what the file says is what goes wrong.
HOSTILE_WORKER = """
    import os, re, sys, time
    sys.path.insert(0, ROOT)
    from assistant.load import text, worker
    from assistant.types import Extracted

    def misbehave(path):
        order = path.read_text()
        if order == "hang":
            while True:
                time.sleep(1)
        if order == "spin":
            re.match("(a+)+$", "a" * 60 + "b")
        if order == "eat":
            hoard = []
            while True:
                hoard.append(bytearray(b"x" * 4_000_000))
                time.sleep(0.005)
        if order == "eat at once":
            hoard = bytearray(1 << 40)
        if order == "die":
            os._exit(3)
        if order == "print":
            print("{}")
            os.system("echo noise; echo noise >&2")
            sys.stdout.write("[]\\\\n")
            sys.stdout.flush()
            input_is_empty = sys.stdin.read() == ""
            return Extracted(f"fine {input_is_empty}")
        if order == "fail":
            raise ValueError("list index out of\\\\nrange")
        if order == "surrogate":
            return Extracted("half \\\\ud800", title="\\\\udfff")
        return Extracted(f"read by {os.getpid()}")

    text.read_text = misbehave
    worker.main(sys.argv[1:])
"""


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[str, str]:
    script = tmp_path / "hostile_worker.py"
    source = textwrap.dedent(HOSTILE_WORKER).replace("ROOT", repr(str(ROOT))).replace("\\\\", "\\")
    script.write_text(source, encoding="utf-8")
    return sys.executable, str(script)


@pytest.fixture
def reader(hostile: tuple[str, str]) -> Iterator[Reader]:
    with Reader(seconds=2.0, memory_mb=256, command=hostile) as reader:
        yield reader


def order(tmp_path: Path, what: str) -> Path:
    path = tmp_path / f"{what}.txt"
    path.write_text(what)
    return path


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


def refusal(reader: Reader, path: Path) -> LoadError:
    with pytest.raises(LoadError) as caught:
        reader.read(path)
    return caught.value


def test_one_process_serves_many_files_and_leaves_nothing(tmp_path: Path, reader: Reader) -> None:
    before = children()
    first = reader.read(order(tmp_path, "well"))
    assert reader.read(order(tmp_path, "well")) == first
    assert len(children()) == len(before) + 1
    reader.close()
    assert children() == before
    assert reader.read(order(tmp_path, "well")) != first


def test_no_process_starts_before_the_first_file() -> None:
    before = children()
    with Reader() as reader:
        refusal(reader, Path("no such file.txt"))
        assert children() == before


@pytest.mark.parametrize("what", ["hang", "spin"])
def test_a_parser_that_hangs_is_stopped(tmp_path: Path, reader: Reader, what: str) -> None:
    well = reader.read(order(tmp_path, "well"))
    started = time.monotonic()
    error = refusal(reader, order(tmp_path, what))
    assert time.monotonic() - started < 15
    assert error.message == "reading took longer than 2 s"
    assert error.hint == "Split the file, or raise ASSISTANT_PARSE_SECONDS."
    assert reader.read(order(tmp_path, "well")) != well


@pytest.mark.parametrize("what", ["eat", "eat at once"])
def test_a_parser_that_eats_memory_is_stopped(
    tmp_path: Path, hostile: tuple[str, str], what: str
) -> None:
    with Reader(seconds=30, memory_mb=128, command=hostile) as reader:
        error = refusal(reader, order(tmp_path, what))
        assert error.message == "reading took more than 128 MB of memory"
        assert error.hint == "Split the file, or raise ASSISTANT_PARSE_MEMORY_MB."
        assert reader.read(order(tmp_path, "well")).text


def test_a_parser_that_ends_its_process_costs_one_file(tmp_path: Path, reader: Reader) -> None:
    error = refusal(reader, order(tmp_path, "die"))
    assert error.message == "the parser crashed on the file"
    assert reader.read(order(tmp_path, "well")).text


def test_a_process_killed_between_two_files_is_replaced(tmp_path: Path, reader: Reader) -> None:
    others = psutil.Process().children()
    reader.read(order(tmp_path, "well"))
    (child,) = (process for process in psutil.Process().children() if process not in others)
    child.kill()
    psutil.wait_procs([child], timeout=5)
    assert reader.read(order(tmp_path, "well")).text


def test_what_a_parser_prints_or_reads_is_no_part_of_the_protocol(
    tmp_path: Path, reader: Reader
) -> None:
    assert reader.read(order(tmp_path, "print")).text == "fine True"
    assert reader.read(order(tmp_path, "well")).text


def test_whatever_a_parser_raises_is_a_damaged_file(tmp_path: Path, reader: Reader) -> None:
    error = refusal(reader, order(tmp_path, "fail"))
    assert error.message == "the TXT file is damaged"
    assert error.hint.endswith("(The parser said: ValueError: list index out of range)")


def test_lone_surrogates_survive_the_wire(tmp_path: Path, reader: Reader) -> None:
    assert reader.read(order(tmp_path, "surrogate")).text == "half \ud800"


def test_a_worker_that_does_not_start_is_an_error_with_a_hint(tmp_path: Path) -> None:
    for command in ([str(tmp_path / "nothing")], [sys.executable, "-c", "print('hello')"]):
        with Reader(command=command) as reader:
            error = refusal(reader, order(tmp_path, "well"))
        assert error.message == "the parser process does not start"
        assert error.hint == "Run `assistant doctor`."


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("what", ["well", "hang"])
def test_the_process_dies_with_its_parent(
    tmp_path: Path, hostile: tuple[str, str], what: str
) -> None:
    program = f"""
import sys, threading
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from assistant.load import Reader
reader = Reader(seconds=60, command={hostile!r})
reader.read(Path({str(order(tmp_path, "well"))!r}))
print(reader._worker._child._watched.pid, flush=True)
reader.read(Path({str(order(tmp_path, what))!r}))
threading.Event().wait()
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.3)
        assert child.is_running()
        os.kill(parent.pid, signal.SIGKILL)
    with contextlib.suppress(psutil.NoSuchProcess):
        child.wait(timeout=5)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


# Files that are refused before any parser sees them.


def test_refusals_by_kind(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "empty.pdf").touch()
    (tmp_path / "table.xlsx").write_bytes(b"x")
    (tmp_path / "Makefile").write_bytes(b"x")
    (tmp_path / "large.txt").write_bytes(b"x" * 1_000_001)
    expected = {
        "folder.txt": "this is a folder, not a file",
        "empty.pdf": "the file is empty",
        "table.xlsx": "the format .xlsx is not read",
        "Makefile": "a file without an ending is not read",
        "large.txt": "the file is larger than 1 MB",
        "missing.txt": "the file is not there",
    }
    with Reader(max_mb=1) as reader:
        assert {name: refusal(reader, tmp_path / name).message for name in expected} == expected
        assert refusal(reader, tmp_path / "table.xlsx").hint == (
            "Formats read: .docx, .htm, .html, .markdown, .md, .pdf, .pptx, .txt."
        )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    with Reader() as reader:
        assert refusal(reader, tmp_path / "pipe.txt").message == "this is a pipe, not a file"


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs device files")
def test_a_device_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "device.txt").symlink_to("/dev/null")
    with Reader() as reader:
        assert refusal(reader, tmp_path / "device.txt").message == "this is a device, not a file"


def test_a_broken_link_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "link.md").symlink_to(tmp_path / "gone.md")
    with Reader() as reader:
        assert refusal(reader, tmp_path / "link.md").message == "the file is not there"


def test_permission_denied(tmp_path: Path) -> None:
    path = tmp_path / "secret.txt"
    path.write_text("secret")
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        with Reader() as reader:
            error = refusal(reader, path)
    else:  # an administrator may read everything
        error = reasons.unreadable(PermissionError(13, "Permission denied"))
    assert error.message == "the file may not be read: permission denied"


def test_other_system_errors_keep_their_words() -> None:
    error = reasons.unreadable(OSError(5, "Input/output error"))
    assert error.message == "the file cannot be read: Input/output error"


# The real worker, end to end.


def test_the_real_worker_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    # A trap in the user's folder, which the parser process must not import.
    (tmp_path / "json.py").write_text("raise SystemExit(1)")
    (tmp_path / "größe 数 note.md").write_text("# Title\n\nText.\n", encoding="utf-8")
    with Reader() as reader:
        extracted = reader.read(Path("größe 数 note.md"))
    assert extracted == Extracted("# Title\n\nText.\n", title="Title")


def test_the_hint_names_the_file_as_it_was_given(shared_data: Path) -> None:
    path = shared_data / "pdf" / "encrypted_openpassword.pdf"
    with Reader() as reader:
        error = refusal(reader, path)
    assert error.hint == f"Set ASSISTANT_PDF_PASSWORD and run `assistant index {path}`."
    with Reader(password="openpassword") as reader:
        assert reader.read(path).text.startswith("Lorem ipsum")


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="needs names that are no text")
def test_a_name_that_is_no_text_does_not_spoil_the_hint(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/scan-\xff.pdf"))
    path.write_bytes(b"%PDF-1.7 cut off")
    with Reader() as reader:
        error = refusal(reader, path)
    assert error.message == "the PDF file is damaged"
    assert error.hint.encode("utf-8")


def test_office_formats_fit_into_the_smallest_memory_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<h1>Title</h1><p>Text.")
    with Reader(memory_mb=256) as reader:
        assert reader.read(path).text == "# Title\n\nText.\n"


def test_the_worker_starts_light() -> None:
    heavy = {"pypdf", "markitdown", "pptx", "bs4", "numpy", "torch", "gradio", "langchain", "faiss"}
    program = "import sys, assistant.load.worker; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    assert heavy.isdisjoint(loaded)


def test_the_wire_keeps_everything() -> None:
    extracted = Extracted(
        "text\n\u2028 é \U0001f600",
        title="t",
        pages=(Page(1, 0, 4, "i"), Page(2, 4, 8)),
        toc=(TocEntry("a", 1, 2), TocEntry("b", 2)),
        warnings=("w",),
    )
    line = wire.line(wire.success(extracted))
    assert line.count(b"\n") == 1
    assert line.endswith(b"\n")
    assert wire.result(json.loads(line)) == extracted


def test_an_outline_comes_over_the_wire_as_it_was_made(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text(
        "# Storage\n\nIt is dear.\n\n- one\n  - two\n\n"
        "| Class | Price |\n|---|---|\n| S3 | low |\n\n"
        "References:\nhttps://example.org/a\n\n## 漢字\n\nText.\n",
        encoding="utf-8",
    )
    with Reader() as reader:
        extracted, outline = reader.read_outlined(path)
        assert extracted == reader.read(path)
    assert outline == parse(extracted)
    blocks = [block for section in outline for block in section.blocks]
    assert any(block.header for block in blocks)
    assert outline[0].references == ("https://example.org/a",)


def test_supported_endings_are_sorted_and_lower_case() -> None:
    assert list(SUPPORTED) == sorted(suffix.lower() for suffix in SUPPORTED)

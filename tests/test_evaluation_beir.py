import gzip
import json
from pathlib import Path

import pytest

from assistant.config import load_config
from assistant.errors import AssistantError
from assistant.evaluation.beir import read_beir
from assistant.evaluation.sets import open_set

CORPUS = (
    {"_id": "a/1.md", "title": "Polly", "text": "# Polly<a name='x'></a>\n\nIt speaks."},
    {"_id": "2", "title": "Lex", "text": "It talks.\r\nIt listens."},
    {"_id": "3", "text": "no title here"},
)
QUERIES = ({"_id": "q1", "text": "what speaks"}, {"_id": "q2", "text": "what talks"})
QRELS = "query-id\tcorpus-id\tscore\nq1\ta/1.md\t2\nq1\t3\t0\nq2\t2\t1\nq3\t2\t1\n"


def folder(
    place: Path, *, zipped: bool = False, qrels: str = "qrels.tsv", judged: str = QRELS
) -> Path:
    """Write a folder in BEIR layout."""
    place.mkdir(exist_ok=True)
    lines = "".join(json.dumps(entry) + "\n" for entry in CORPUS).encode()
    if zipped:
        (place / "corpus.jsonl.gz").write_bytes(gzip.compress(lines))
    else:
        (place / "corpus.jsonl").write_bytes(lines)
    (place / "queries.jsonl").write_text("".join(json.dumps(q) + "\n" for q in QUERIES), "utf-8")
    (place / qrels).parent.mkdir(exist_ok=True)
    (place / qrels).write_text(judged, "utf-8")
    return place


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("qrels", ["qrels.tsv", "qrels/test.tsv"])
def test_a_folder_is_read(tmp_path: Path, zipped: bool, qrels: str) -> None:
    read = read_beir(folder(tmp_path / "set", zipped=zipped, qrels=qrels))
    assert [document.path for document in read.documents] == ["a/1.md", "2", "3"]
    assert read.queries == {"q1": "what speaks", "q2": "what talks"}
    assert read.qrels == {"q1": {"a/1.md": 1}, "q2": {"2": 1}}
    assert len(read.sha256) == 64


def test_a_title_becomes_the_heading_unless_the_text_begins_with_it(tmp_path: Path) -> None:
    first, second, third = read_beir(folder(tmp_path / "set")).documents
    assert first.text == CORPUS[0]["text"]
    assert second.text == "# Lex\n\nIt talks.\nIt listens."
    assert third.text == "no title here"
    assert [d.outline[0].heading for d in (first, second, third)] == [("Polly",), ("Lex",), ()]


def test_the_head_line_and_a_column_between_may_be_there_or_not(tmp_path: Path) -> None:
    plain = folder(tmp_path / "a", judged="q1\t2\t1\n")
    assert read_beir(plain).qrels == {"q1": {"2": 1}}
    trec = folder(tmp_path / "b", judged="q1\t0\t2\t1\n\n")
    assert read_beir(trec).qrels == {"q1": {"2": 1}}


def test_faults_name_file_and_line(tmp_path: Path) -> None:
    with pytest.raises(AssistantError, match=r"has no corpus\.jsonl or corpus\.jsonl\.gz"):
        read_beir(tmp_path)
    place = folder(tmp_path / "set", judged="q1\t2\t1\nq2 2 1\n")
    with pytest.raises(AssistantError, match=r"qrels\.tsv, line 2"):
        read_beir(place)
    (place / "queries.jsonl").write_text('{"_id": "q1", "text": "a"}\n{"id": 2}\n')
    (place / "qrels.tsv").write_text(QRELS)
    with pytest.raises(AssistantError, match=r"queries\.jsonl, line 2"):
        read_beir(place)
    (place / "queries.jsonl").write_text('{"_id": "q 1", "text": "a"}\n')
    with pytest.raises(AssistantError, match="without blanks"):
        read_beir(place)
    (place / "queries.jsonl").write_text('{"_id": "other", "text": "a"}\n')
    with pytest.raises(AssistantError, match="No query"):
        read_beir(place)


def test_a_folder_opens_as_a_set(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    opened = open_set(
        folder(tmp_path / "set"), load_config(), lambda s, d, t, detail="": told.append((s, d, t))
    )
    assert (opened.name, len(opened.documents), told) == ("set", 3, [("read", 3, 3)])
    assert [question.id for question in opened.searched] == ["q1", "q2"]
    assert opened.judgments([]) == {"q1": {"a/1.md": 1}, "q2": {"2": 1}}


def test_cranfield_is_read_as_it_is(shared_data: Path) -> None:
    read = read_beir(shared_data / "cranfield")
    assert (len(read.documents), len(read.queries)) == (1400, 225)
    assert read.queries["1"].startswith("what similarity laws must be obeyed")
    assert "184" in read.qrels["1"]


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b'{"_id": "a"}', mtime=0)[:-12]])
def test_a_damaged_archive_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "corpus.jsonl.gz").write_bytes(content)
    (tmp_path / "queries.jsonl").write_bytes(b"")
    (tmp_path / "qrels.tsv").write_bytes(b"")
    with pytest.raises(AssistantError, match=r"corpus\.jsonl\.gz"):
        read_beir(tmp_path)

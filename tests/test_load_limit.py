"""A limit on work in this process: over time or memory it ends in a sentence, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from assistant.chunk import Chunking, chunk
from assistant.errors import LoadError
from assistant.load import Limit, Reader
from assistant.outline import parse
from assistant.store import Store
from assistant.sync import Sync
from assistant.types import Document, Extracted, SyncReport


def test_work_within_the_limit_goes_on() -> None:
    limit = Limit(60, 1000)
    limit.check()
    assert limit.on(WordEncoder().count_tokens)(["a b", "c"]) == [2, 1]


def test_time_that_is_over_ends_the_work() -> None:
    asked: list[str] = []

    def count(texts: Sequence[str]) -> list[int]:
        asked.extend(texts)
        return [1] * len(texts)

    with pytest.raises(LoadError) as caught:
        Limit(0, 1000).on(count)(["a"])
    assert caught.value.message == "reading took longer than 0 s"
    assert "ASSISTANT_PARSE_SECONDS" in caught.value.hint
    assert asked == []


def test_memory_that_is_used_up_ends_the_work() -> None:
    limit = Limit(60, 20)
    limit.check()
    hoard = bytearray(b"x" * 60_000_000)
    with pytest.raises(LoadError) as caught:
        limit.check()
    assert caught.value.message == "reading took more than 20 MB of memory"
    assert "ASSISTANT_PARSE_MEMORY_MB" in caught.value.hint
    assert len(hoard) == 60_000_000


@pytest.mark.parametrize("text", ["word " * 400_000, "w" * 2_000_000, "A line.\n" * 100_000])
def test_cutting_asks_often_whether_it_may_go_on(text: str) -> None:
    sizes: list[int] = []

    def count(texts: Sequence[str]) -> list[int]:
        sizes.append(sum(map(len, texts)))
        return WordEncoder().count_tokens(texts)

    extracted = Extracted(text)
    document = Document("d", "a.txt", "a", "0", text, (), parse(extracted))
    passages = chunk(document, count, 256, Chunking())
    assert all(document.text[p.start : p.end] == p.text for p in passages)
    assert max(sizes) < 1_000_000
    assert len(sizes) > 3


class Impatient(Reader):
    """A reader that leaves no time for what is done with a file once it is read."""

    def limited(self) -> Limit:
        return Limit(0, 2048)


def sync(tmp_path: Path, reader: Reader) -> SyncReport:
    folder = tmp_path / "corpus"
    with reader, Store.open(tmp_path / "library.db") as store:
        work = Sync(store, WordEncoder(), reader, sizes=Chunking(), max_mb=10)
        return work.run([folder], folder, tmp_path / "index")


def test_a_document_that_takes_too_long_to_cut_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    file = tmp_path / "corpus" / "birds.txt"
    file.write_text("A wren weighs nine grams.")
    assert sync(tmp_path, Reader()).added == ("birds.txt",)
    file.write_text("A wren weighs ten grams.")
    (record,) = sync(tmp_path, Impatient()).failed
    assert record.state == "failed"
    assert record.reason == (
        "reading took longer than 0 s. Split the file, or raise ASSISTANT_PARSE_SECONDS."
    )
    with Store.open(tmp_path / "library.db") as store:
        assert [passage.text for passage in store.load().passages] == ["A wren weighs nine grams."]

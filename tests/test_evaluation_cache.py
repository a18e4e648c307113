from pathlib import Path

import pytest
from word_encoder import WordEncoder

from assistant.evaluation import cache as module
from assistant.evaluation.cache import EmbeddingCache
from assistant.packed import pack, unpack

TEXTS = ["clouds of ice", "wind and rain", "bread"]
SPANS = [[(0, 6), (10, 13)], [(0, 4)], []]


def test_vectors_are_those_of_the_encoder_in_order(tmp_path: Path) -> None:
    encoder = WordEncoder()
    made = encoder.encode_passages(TEXTS, SPANS)
    for _ in range(2):  # made, then found
        cells = EmbeddingCache(tmp_path, encoder).passages(TEXTS, SPANS)
        assert cells == list(map(pack, made.pieces, made.units))


def test_only_what_is_new_is_embedded(tmp_path: Path) -> None:
    first = WordEncoder()
    EmbeddingCache(tmp_path, first).passages(TEXTS, SPANS)
    assert sorted(first.encoded) == sorted(TEXTS)
    again = WordEncoder()
    told: list[tuple[str, int, int]] = []
    EmbeddingCache(tmp_path, again).passages(
        [*TEXTS, "snow", "snow"],
        [*SPANS, [], []],
        lambda s, d, t, detail="": told.append((s, d, t)),
    )
    assert (again.encoded, told) == (["snow"], [("embed", 1, 1)])
    # Another span or another encoder makes other vectors.
    EmbeddingCache(tmp_path, again).passages(["bread"], [[(0, 2)]])
    assert again.encoded == ["snow", "bread"]
    other = WordEncoder("other")
    EmbeddingCache(tmp_path, other).passages(["bread"], [[]])
    assert other.encoded == ["bread"]


def test_archives_are_written_as_the_work_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ARCHIVE", 2)
    told: list[int] = []
    EmbeddingCache(tmp_path, WordEncoder()).passages(
        TEXTS, SPANS, lambda stage, done, total, detail="": told.append(done)
    )
    assert len(list(tmp_path.rglob("*.npz"))) == 2
    assert told == [2, 3]
    assert list(tmp_path.rglob("*.new")) == []


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not an archive", None])
def test_a_damaged_archive_counts_as_missing(tmp_path: Path, damage: bytes | None) -> None:
    EmbeddingCache(tmp_path, WordEncoder()).passages(TEXTS, SPANS)
    (archive,) = tmp_path.rglob("*.npz")
    archive.write_bytes(archive.read_bytes()[:-200] if damage is None else damage)
    again = WordEncoder()
    cells = EmbeddingCache(tmp_path, again).passages(TEXTS, SPANS)
    assert len(again.encoded) == 3
    assert (unpack(cells[0])[0].whole == again.encode_query(TEXTS[0])).all()

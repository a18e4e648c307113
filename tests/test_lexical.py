from __future__ import annotations

import math
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import lexical
from assistant.derived import Origin
from assistant.lexical import LexicalIndex, terms
from assistant.types import Passage

SHEET = Path(__file__).parents[1] / "corpus" / "aws-mla-c01-cheat-sheet.txt"


def passages(texts: Sequence[str], heading: tuple[str, ...] = ()) -> list[Passage]:
    return [
        Passage(f"d#{i}", "d", "d.txt", heading, None, None, 0, len(text), text)
        for i, text in enumerate(texts)
    ]


def index(*texts: str) -> LexicalIndex:
    return lexical.build_in_memory(passages(texts))


@pytest.fixture(scope="module")
def paragraphs() -> list[str]:
    return [p for p in SHEET.read_text(encoding="utf-8").split("\n\n") if p.strip()]


@pytest.fixture(scope="module")
def sheet(paragraphs: list[str]) -> LexicalIndex:
    return lexical.build_in_memory(passages(paragraphs))


def positions(found: list[tuple[int, float]]) -> list[int]:
    return [position for position, _ in found]


def test_terms_are_stems_and_compounds_count_whole_and_in_parts() -> None:
    assert terms("Tuning the embeddings of S3:GetObject") == [
        *("tune", "the", "embed", "of"),
        *("s3getobject", "s3", "getobject", "get", "object"),
    ]
    assert terms("What is the embedding?", stop_words=False) == ["embed"]
    assert terms("what is it", stop_words=False) == ["what", "is", "it"]
    assert terms("") == []


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("MaxNumberOfTrainingJobs", "MaxNumberOfTrainingJobs"),
        ("maxnumberoftrainingjobs", "MaxNumberOfTrainingJobs"),
        ("s3:GetObject", "s3:GetObject"),
        ("What may GetObject do?", "s3:GetObject"),
        ("getobject", "s3:GetObject"),
        ("pgvector", "pgvector"),
        ("P3dn.24xlarge", "P3dn.24xlarge"),
        ("p3dn instances", "P3dn.24xlarge"),
        ("k-NN", "k-NN"),
        ("kNN", "k-NN"),
        ("f1", "F1"),
        ("Elastcache", "ElastiCache"),
        ("aSgemaker Debuger", "SageMaker"),
        ("data brew", "DataBrew"),
    ],
)
def test_names_are_found_whole_in_parts_and_with_a_slip(
    sheet: LexicalIndex, paragraphs: list[str], question: str, words: str
) -> None:
    assert words in paragraphs[sheet.search(question, 1)[0][0]]


def test_scores_are_bm25_by_hand() -> None:
    texts = ["red red green", "green blue", "blue blue blue blue"]
    found = dict(index(*texts).search("red blue", 3))
    counts = [Counter(text.split()) for text in texts]
    mean = sum(len(text.split()) for text in texts) / 3

    def bm25(word: str, i: int) -> float:
        frequency = counts[i][word]
        having = sum(word in count for count in counts)
        idf = math.log(1 + (3 - having + 0.5) / (having + 0.5))
        norm = 1.2 * (1 - 0.75 + 0.75 * counts[i].total() / mean)
        return idf * frequency * 2.2 / (frequency + norm)

    share = lexical.WEIGHTS["body"] + lexical.WEIGHTS["exact"]  # no headings here
    for position, score in found.items():
        assert score == pytest.approx(share * (bm25("red", position) + bm25("blue", position)))
    assert set(found) == {0, 1, 2}


def test_headings_and_table_headers_are_searched() -> None:
    plain = Passage("a", "d", "d", (), None, None, 0, 4, "cost of it")
    headed = Passage("b", "d", "d", ("Amazon Polly",), None, None, 0, 4, "cost of it")
    table = Passage("c", "d", "d", (), None, None, 0, 4, "cost of it", "table", "Price\tRegion")
    found = lexical.build_in_memory([plain, headed, table])
    assert positions(found.search("polly", 5)) == [1]
    assert positions(found.search("region", 5)) == [2]
    assert positions(found.search("polly cost", 5))[0] == 1


def test_a_heading_counts_more_than_the_text() -> None:
    texts = ["Polly speaks", "Polly speaks"]
    found = lexical.build_in_memory(
        [
            Passage("a", "d", "d", ("Text",), None, None, 0, 1, texts[0]),
            Passage("b", "d", "d", ("Polly",), None, None, 0, 1, "Text speaks"),
        ]
    )
    assert positions(found.search("Polly", 2)) == [1, 0]


def test_equal_scores_are_ordered_by_position() -> None:
    found = index(*["same words here"] * 500, "same")
    assert positions(found.search("words", 20)) == list(range(20))
    scores = [score for _, score in found.search("words", 500)]
    assert len(set(scores)) == 1


def test_stop_words_weigh_nothing_unless_nothing_else_is_asked() -> None:
    found = index("what is the what is the", "a bucket", "this is it")
    assert positions(found.search("What is the bucket?", 5)) == [1]
    assert positions(found.search("what is it", 5))[0] in (0, 2)


def test_inflected_and_accented_words_meet() -> None:
    found = index("The café trains models", "nothing")
    for question in ("cafe", "CAFÉ", "training", "model", "modelled"):
        assert positions(found.search(question, 5)) == [0]


def test_chinese_is_searched_by_pairs_of_characters() -> None:
    found = index("机器学习模型的训练", "数据清洗", "使用SageMaker训练")
    assert positions(found.search("模型训练", 5))[0] == 0
    assert positions(found.search("清洗数据", 5)) == [1]
    assert positions(found.search("sagemaker", 5)) == [2]


def test_known_words_are_preferred_to_similar_ones() -> None:
    found = index("a kernel", "a colonel and kernels", "the kennel")
    assert found.nearest("kernel") == ("kennel", "kernels")
    assert positions(found.search("kernel", 5)) == [0, 1]  # no slip is suspected
    exact, slipped = found.search("kernel", 5), found.search("kernal", 5)
    assert positions(slipped) == [0, 1]
    for (_, score), (_, lower) in zip(exact, slipped, strict=True):
        assert lower == pytest.approx(score * lexical.SLIP_WEIGHT)


def test_a_slip_counts_like_one_word_not_like_many() -> None:
    found = index("stat stab star stay", "bucket")
    one = found.search("stag", 1)[0][1]
    assert one < found.search("star", 1)[0][1]


def test_frequencies(sheet: LexicalIndex, paragraphs: list[str]) -> None:
    having = sum("pgvector" in paragraph for paragraph in paragraphs)
    assert sheet.document_frequency("pgvector") == having == 1
    assert sheet.known("pgvector")
    assert not sheet.known("blockchain")
    assert sheet.document_frequency("blockchain") == 0
    assert sheet.idf("pgvector") == pytest.approx(math.log(1 + (len(sheet) - 0.5) / 1.5))
    assert sheet.idf("sagemak") < sheet.idf("pgvector") < sheet.idf("blockchain")
    assert len(sheet) == len(paragraphs)


@pytest.mark.parametrize(
    "question",
    ["", " \n", "?!", '" AND (', "body:x OR *:*", "[a TO b]^2 ~", "\ud800", "\x00", "🙂", "+-/\\'"],
)
def test_odd_questions_find_nothing_or_something_but_never_fail(
    sheet: LexicalIndex, question: str
) -> None:
    for _, score in sheet.search(question, 5):
        assert score > 0
    assert sheet.search("sagemaker", 0) == []
    assert sheet.search("sagemaker", -1) == []


@settings(max_examples=100, deadline=None)
@given(question=st.text(max_size=80), k=st.integers(0, 30))
def test_any_question_gives_a_ranking(sheet: LexicalIndex, question: str, k: int) -> None:
    found = sheet.search(question, k)
    assert len(found) <= k
    assert found == sorted(found, key=lambda hit: (-hit[1], hit[0]))
    assert len({position for position, _ in found}) == len(found)


def test_a_very_long_question_is_cut(sheet: LexicalIndex) -> None:
    question = " ".join(f"word{i}" for i in range(100_000)) + " sagemaker"
    assert sheet.search("sagemaker " + question, 3) == sheet.search("sagemaker", 3)


def test_nothing_to_search_in() -> None:
    assert index().search("anything", 5) == []
    assert index("", " ").search("anything", 5) == []
    assert not index().known("anything")


ORIGIN = Origin("a" * 32, 3, 3)
TEXTS = ["red wine", "green tea", "blue sky"]


def test_built_and_loaded_again(tmp_path: Path) -> None:
    folder = tmp_path / "ordner ä" / "lexical"
    built = lexical.build(passages(TEXTS), folder, ORIGIN)
    loaded = lexical.load(folder, ORIGIN)
    assert loaded is not None
    assert len(loaded) == 3
    assert loaded.search("tea", 3) == built.search("tea", 3) == index(*TEXTS).search("tea", 3)
    assert lexical.load(folder, ORIGIN) is not None  # reading leaves it whole


def test_a_newer_generation_takes_the_place_of_the_older(tmp_path: Path) -> None:
    old = lexical.build(passages(TEXTS), tmp_path, ORIGIN)
    newer = Origin("a" * 32, 4, 1)
    lexical.build(passages(["green grass"]), tmp_path, newer)
    assert [folder.name for folder in tmp_path.iterdir()] == ["4"]
    assert positions(old.search("tea", 3)) == [1]  # who has it open goes on reading
    assert lexical.load(tmp_path, ORIGIN) is None
    assert lexical.load(tmp_path, newer) is not None


@pytest.mark.parametrize("ending", ["term", "idx", "pos", "fast", "fieldnorm", "store"])
def test_what_another_process_is_removing_is_not_opened(tmp_path: Path, ending: str) -> None:
    lexical.build(passages(TEXTS), tmp_path, ORIGIN)
    gone = [file for file in (tmp_path / "3").iterdir() if file.suffix == f".{ending}"]
    for file in gone:
        file.unlink()
    assert gone
    with pytest.raises(ValueError, match=r"\w"):
        lexical.opened(tmp_path / "3")


@pytest.mark.parametrize(
    "other", [Origin("b" * 32, 3, 3), Origin("a" * 32, 4, 3), Origin("a" * 32, 3, 2)]
)
def test_an_index_of_something_else_is_not_used(tmp_path: Path, other: Origin) -> None:
    lexical.build(passages(TEXTS), tmp_path, ORIGIN)
    shutil.copytree(tmp_path / "3", tmp_path / "4")
    assert lexical.load(tmp_path, other) is None


def test_missing_and_damaged_files_are_noticed_and_mended_by_building(tmp_path: Path) -> None:
    assert lexical.load(tmp_path, ORIGIN) is None
    lexical.build(passages(TEXTS), tmp_path, ORIGIN)
    place = tmp_path / "3"
    files = [path for path in place.iterdir() if not path.name.startswith(".")]
    assert len(files) > 4
    for path in files:
        content = path.read_bytes()
        for fault in (
            None,
            b"",
            content[:-1],
            bytes([content[0] ^ 1]) + content[1:],
            content + b" x",
        ):
            if fault is None:
                path.unlink()
            else:
                path.write_bytes(fault)
            assert lexical.load(tmp_path, ORIGIN) is None, path
        path.write_bytes(content)
    assert lexical.load(tmp_path, ORIGIN) is not None
    files[0].unlink()
    assert positions(lexical.build(passages(TEXTS), tmp_path, ORIGIN).search("tea", 1)) == [1]
    assert lexical.load(tmp_path, ORIGIN) is not None


def test_a_damaged_list_of_its_own_files_is_noticed_too(tmp_path: Path) -> None:
    """Tantivy rewrites it whenever it opens the index, so that no checksum covers it."""
    lexical.build(passages(TEXTS), tmp_path, ORIGIN)
    (tmp_path / "3" / ".managed.json").write_bytes(b"\x00 no list")
    assert lexical.load(tmp_path, ORIGIN) is None


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    class Broken(list[Passage]):
        def __iter__(self) -> Iterator[Passage]:
            yield passages(TEXTS)[0]
            raise RuntimeError("stop")

    lexical.build(passages(TEXTS), tmp_path, ORIGIN)
    with pytest.raises(RuntimeError, match="stop"):
        lexical.build(Broken(), tmp_path, Origin("a" * 32, 4, 3))
    assert [folder.name for folder in tmp_path.iterdir()] == ["3"]
    assert lexical.load(tmp_path, ORIGIN) is not None

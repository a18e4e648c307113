from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from evaluation_set import small_set
from hypothesis import given, settings
from hypothesis import strategies as st
from word_encoder import WordEncoder

from assistant import retrieve
from assistant.chunk import Chunking
from assistant.errors import AssistantError, ConfigError
from assistant.evaluation.ablate import choices, ladder
from assistant.evaluation.build import System, build, rank, reciprocal_rank_fusion
from assistant.evaluation.cache import EmbeddingCache
from assistant.evaluation.naive import recursive
from assistant.evaluation.systems import NAMED, SHIPPED, Settings, settings_from
from assistant.types import Document

QUESTION = "Which instrument measures air pressure?"


def system(folder: Path, settings: Settings) -> System:
    encoder = WordEncoder()
    documents = small_set(folder).documents.values()
    return build(documents, settings, encoder, EmbeddingCache(folder / "cache", encoder))


def test_settings_by_name_and_value() -> None:
    assert settings_from([]) == ("shipped", SHIPPED)
    assert settings_from(["naive"]) == ("naive", NAMED["naive"])
    words = ["dense", "target=128", "units=off", "heading=last-two", "weight=0.5"]
    name, settings = settings_from(words)
    assert name == "-".join(words)
    assert settings == Settings(
        mode="dense", target=128, units=False, heading="last-two", weight=0.5
    )
    assert settings_from([], "other")[1].encoder == "other"
    assert settings_from(["encoder=a/b"], "other") == (
        "shipped-encoder=a_b",
        replace(SHIPPED, encoder="a/b"),
    )


@pytest.mark.parametrize(
    ("words", "fault", "hint"),
    [
        (["depht=3"], "There is no setting depht.", "Settings: splitter, target,"),
        (["depth=many"], "depth=many cannot be used.", "It is a whole number, not below 0."),
        (["weight=-1"], "weight=-1 cannot be used.", "It is at least 0."),
        (["units=maybe"], "units=maybe cannot be used.", "It is on or off."),
        (["mode=magic"], "mode=magic cannot be used.", "It is hybrid or dense or lexical."),
        (["magic"], "magic is neither NAME=VALUE nor, as the first, a system.", "Systems: shipped"),
        (["k=1", "dense"], "There is no setting k.", ""),
        (["depth=1", "dense"], "dense is neither NAME=VALUE nor, as the first, a system.", ""),
    ],
)
def test_what_cannot_be_set(words: list[str], fault: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_from(words)
    assert caught.value.message == fault
    assert caught.value.hint.startswith(hint)


def test_the_defaults_are_the_product() -> None:
    assert (SHIPPED.target, SHIPPED.small) == (Chunking().target, Chunking().small)
    assert (SHIPPED.depth, SHIPPED.weight) == (retrieve.DEPTH, retrieve.DENSE_WEIGHT)
    assert SHIPPED.context == retrieve.CONTEXT_WEIGHT
    assert SHIPPED.can_answer
    assert not any(NAMED[name].can_answer for name in ("naive", "dense", "lexical"))


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_the_ranking_with_other_settings_is_the_products_at_its_own(
    tmp_path: Path, mode: str
) -> None:
    settings = replace(SHIPPED, mode=mode)  # type: ignore[arg-type]
    found = system(tmp_path, settings)
    (asked,) = WordEncoder().encode_pieces([QUESTION])
    product = retrieve.search(found.index, QUESTION, asked, 10, settings.mode)
    ours = retrieve.distinct(found.index, rank(found.index, QUESTION, asked, settings), 10)
    assert ours == [(found.index.positions[h.passage.passage_id], h.score) for h in product]
    # A depth of one more is not the product's own search, and finds the same here.
    deeper = System(replace(settings, depth=settings.depth + 1), found.index)
    hits = deeper.search(QUESTION, asked, 10)
    assert [h.passage for h in hits] == [h.passage for h in product]
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))


def test_each_setting_reaches_the_index(tmp_path: Path) -> None:
    shipped = system(tmp_path, SHIPPED).index
    assert {p.heading for p in shipped.passages} > {("Weather", "Instruments")}
    assert len(shipped.loaded.stacked.unit_vectors) == sum(len(p.units) for p in shipped.passages)
    bare = system(tmp_path, replace(SHIPPED, heading="none", units=False)).index
    assert {p.heading for p in bare.passages} == {()}
    assert (len(bare.loaded.stacked.unit_vectors), bare.loaded.stacked.offsets.max()) == (0, 0)
    small = system(tmp_path, replace(SHIPPED, target=16, small=0)).index
    assert len(small.passages) > len(shipped.passages)
    assert len(system(tmp_path, NAMED["dense"]).index.lexical) == 0


def test_collapse_leaves_repetitions_out(tmp_path: Path) -> None:
    encoder = WordEncoder()
    documents = [
        Document(n, n, n, "", "A barometer measures air pressure.", (), ()) for n in ("a", "b")
    ]
    naive = replace(NAMED["naive"], depth=3)
    found = build(documents, naive, encoder, EmbeddingCache(tmp_path, encoder))
    (asked,) = encoder.encode_pieces([QUESTION])
    assert len(found.search(QUESTION, asked, 5)) == 2
    once = System(replace(naive, collapse=True), found.index)
    assert len(once.search(QUESTION, asked, 5)) == 1


def test_documents_without_text_are_refused(tmp_path: Path) -> None:
    encoder = WordEncoder()
    empty = [Document("d", "d", "", "", "", (), ())]
    with pytest.raises(AssistantError, match="hold no passages"):
        build(empty, SHIPPED, encoder, EmbeddingCache(tmp_path, encoder))


def test_reciprocal_rank_fusion_worked_by_hand() -> None:
    fused = reciprocal_rank_fusion([[(7, 0.9), (3, 0.8)], [(3, 12.0), (5, 2.0)]])
    assert fused == [(3, 1 / 62 + 1 / 61), (7, 1 / 61), (5, 1 / 62)]
    assert reciprocal_rank_fusion([[(2, 1.0)], [(1, 1.0)]]) == [(1, 1 / 61), (2, 1 / 61)]


@settings(deadline=None)
@given(st.text("ab. \n", max_size=400))
def test_naive_passages_stand_in_the_text(text: str) -> None:
    document = Document("d", "d", "", "", text)
    for passage in recursive(document, 50, 10):
        assert text[passage.start : passage.end] == passage.text
        assert 0 < len(passage.text) <= 50


def test_naive_passages_overlap() -> None:
    text = " ".join(f"word{number:04}" for number in range(400))
    first, second = recursive(Document("d", "d", "", "", text), 1000, 200)[:2]
    assert len(first.text) <= 1000
    assert first.end - 200 <= second.start < first.end
    assert (first.passage_id, first.heading, first.units) == ("d-1", (), ())


def test_tables_change_one_setting_at_a_time() -> None:
    steps = list(ladder().values())
    assert (steps[0], steps[-1]) == (NAMED["naive"], SHIPPED)
    first, *others = choices().values()
    assert first == replace(SHIPPED, answers="none")
    for other in others:
        assert sum(getattr(first, n) != getattr(other, n) for n in Settings.__slots__) == 1
    for before, after in pairwise(steps[1:]):
        changed = {n for n in Settings.__slots__ if getattr(before, n) != getattr(after, n)}
        # Fusion only means something once there are two searches, and so does what is beside it.
        assert len(changed) == 1 or changed == {"mode", "fusion", "context"}


def test_without_stemming_only_the_word_itself_is_found(tmp_path: Path) -> None:
    lexical = replace(NAMED["lexical"], answers="none")
    stemmed, plain = system(tmp_path, lexical), system(tmp_path, replace(lexical, stemming=False))
    (asked,) = WordEncoder().encode_pieces([""])
    assert stemmed.search("consisting", asked, 3)
    assert not plain.search("consisting", asked, 3)
    assert plain.search("consist", asked, 3)

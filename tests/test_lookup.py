from __future__ import annotations

from assistant.library import Library
from assistant.lookup import Found, Within, chapters_of

RAG = ("Data Formats & ML Concepts", "Retrieval-Augmented Generation (RAG)")


def words(found: Found) -> list[str]:
    passage = found.hit.passage
    return [passage.text[s - passage.start : e - passage.start] for s, e in found.words]


def test_without_a_part_it_finds_what_search_finds(cheat_sheet: Library) -> None:
    for mode in ("hybrid", "dense", "lexical"):
        found = cheat_sheet.look_up("vector database", 5, mode, Within())
        assert [each.hit for each in found] == cheat_sheet.search("vector database", 5, mode)


def test_only_the_chapter_is_searched_and_all_of_it(cheat_sheet: Library) -> None:
    doc_id = cheat_sheet.passages()[0].doc_id
    own = [p.passage_id for p in cheat_sheet.passages() if p.heading[:2] == RAG]
    found = cheat_sheet.look_up("hyperparameter tuning", 50, "dense", Within(doc_id, RAG))
    assert sorted(each.hit.passage.passage_id for each in found) == sorted(own)
    assert [each.hit.rank for each in found] == list(range(1, len(own) + 1))
    scores = [each.hit.score for each in found]
    assert scores == sorted(scores, reverse=True)
    assert cheat_sheet.look_up("xgboost", 9, "lexical", Within(doc_id, RAG)) == []
    assert cheat_sheet.look_up("vector", 9, "hybrid", Within("nowhere")) == []


def test_the_best_sentence_and_the_matching_words_are_told(cheat_sheet: Library) -> None:
    found = cheat_sheet.look_up("what is retrieval augmented gen", 12, "hybrid", Within())
    best = next(each for each in found if "Definition: Retrieval" in each.hit.passage.text)
    assert best.best is not None
    passage = best.hit.passage
    text = passage.text[best.best.start - passage.start : best.best.end - passage.start]
    assert text.startswith("Definition: Retrieval-augmented generation (RAG) is a technique")
    assert "Retrieval-augmented" in words(best)
    assert not {"is", "the", "a"} & set(words(best))


def test_by_words_alone_the_best_sentence_holds_one_of_them(cheat_sheet: Library) -> None:
    for found in cheat_sheet.look_up("hallucinations", 5, "lexical", Within()):
        assert found.best is not None
        assert any(found.best.start <= start < found.best.end for start, _ in found.words)


def test_chapters_of_a_document(cheat_sheet: Library) -> None:
    passages = cheat_sheet.passages()
    found = chapters_of(passages, passages[0].doc_id)
    assert len(found) == 50
    assert RAG in found
    assert chapters_of(passages, "nowhere") == []

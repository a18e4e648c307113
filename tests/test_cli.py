from collections.abc import Callable
from pathlib import Path

import pytest
from commands import BREAD, CLOUDS, Ran, fill, run

from assistant.conversations import Conversations

HIT = ["rank", "score", "passage_id", "document", "heading", "page_start", "page_end"]
HIT += ["start", "end", "text", "kind", "header", "page_label", "dense_rank", "lexical_rank"]
CITATION = ["marker", "passage_id", "document", "heading", "page_start", "page_end"]
CITATION += ["start", "end", "quote"]
QUESTION = "Which instrument measures air pressure?"


@pytest.fixture
def fresh(tmp_path: Path) -> Callable[..., Ran]:
    """Runs commands on a library of the test's own, in ``tmp_path``."""
    return lambda *words: run(*words, "--library", tmp_path / "index")


def test_search_prints_the_contract(library: Path) -> None:
    found = run("search", QUESTION, "-k", "2", "--json", "--library", library)
    assert found.code == 0
    assert list(found.json) == ["question", "mode", "elapsed_ms", "hits"]
    assert (found.json["question"], found.json["mode"]) == (QUESTION, "hybrid")
    assert 0 < found.json["elapsed_ms"] < 5000
    first = found.json["hits"][0]
    assert list(first) == HIT
    assert (first["rank"], first["document"], first["page_start"]) == (1, "clouds.md", None)
    assert first["heading"] == ["Weather", "Instruments"]
    assert CLOUDS[first["start"] : first["end"]] == first["text"]
    assert "barometer" in first["text"]


@pytest.mark.parametrize("mode", ["dense", "lexical"])
def test_each_search_alone(library: Path, mode: str) -> None:
    found = run("search", QUESTION, "--mode", mode, "--json", "--library", library).json
    assert found["mode"] == mode
    assert "barometer" in found["hits"][0]["text"]
    other = "lexical_rank" if mode == "dense" else "dense_rank"
    assert found["hits"][0][other] is None


def test_search_for_people(library: Path) -> None:
    found = run("search", "air", "pressure", "--library", library)
    assert found.code == 0
    assert found.out.startswith(" 1  clouds.md  score ")
    assert "\n    Weather \u203a Instruments\n    A barometer measures air pressure." in found.out
    assert "(hybrid)" in found.err
    assert run("search", "air", "--quiet", "--mode", "lexical", "--library", library).err == ""


def test_ask_prints_the_contract(library: Path) -> None:
    told = run("ask", QUESTION, "--json", "--library", library).json
    assert list(told)[:9] == [
        *("question", "searched", "answer", "refused", "confidence", "generator", "elapsed_ms"),
        *("citations", "hits"),
    ]
    assert (told["refused"], told["generator"]) == (False, "quotation")
    assert 0 <= told["confidence"] <= 1
    assert [list(hit) for hit in told["hits"]] == [HIT] * len(told["hits"])
    citation = told["citations"][0]
    assert list(citation) == CITATION
    assert citation["document"] == "clouds.md"
    assert citation["quote"] == CLOUDS[citation["start"] : citation["end"]]
    assert f"[{citation['marker']}]" in told["answer"]
    shown = run("show", citation["passage_id"], "--json", "--library", library).json
    assert citation["quote"] in shown["text"]
    assert shown["heading"] == citation["heading"]


def test_ask_for_people(library: Path) -> None:
    told = run("ask", QUESTION, "--library", library)
    assert "A barometer measures air pressure. [1]" in told.out
    assert "\nclouds.md\n    Weather \u203a Instruments\n    [1] \u201cA barometer" in told.out
    refused = run("ask", "Who painted the Mona Lisa?", "--library", library)
    assert refused.code == 0
    assert "The nearest passages:" in refused.out


def test_a_batch_answers_in_order_and_goes_on_after_a_bad_line(
    library: Path, tmp_path: Path
) -> None:
    batch = tmp_path / "batch.jsonl"
    batch.write_text(
        f'{{"id": "b", "question": "{QUESTION}"}}\nnonsense\n{{"id": 7, "question": "yeast"}}\n'
    )
    told = run("ask", "--batch", batch, "--library", library)
    assert told.code == 1
    first, second, third = told.lines
    assert [first["id"], second["id"], third["id"]] == ["b", None, 7]
    assert list(first)[:2] == ["id", "question"]
    assert second["error"]["message"] == "Line 2 is not JSON in UTF-8."
    assert third["hits"][0]["document"] == "bread.txt"
    assert told.err.startswith("error: 1 line of the batch could not be answered.\nhint: ")


def test_index_names_what_it_did_and_what_it_left_out(
    fresh: Callable[..., Ran], tmp_path: Path
) -> None:
    notes = fill(tmp_path / "notes")
    (notes / "scan.pdf").write_bytes(b"%PDF-1.7 and nothing more")
    first = fresh("index", notes, "--json")
    assert first.code == 1
    assert first.json["added"] == ["bread.txt", "clouds.md"]
    assert [left["document"] for left in first.json["left_out"]] == ["scan.pdf"]
    assert first.json["documents"] == 2

    (notes / "scan.pdf").unlink()
    (notes / "bread.txt").write_text(BREAD + "It keeps for a week.\n", encoding="utf-8")
    second = fresh("index", notes)
    assert second.code == 0
    assert second.out.splitlines()[:3] == [
        "updated   bread.txt",
        "removed   scan.pdf",
        "unchanged clouds.md",
    ]
    assert fresh("index", notes, "--quiet") == Ran(0, "", "")


def test_status_and_remove(fresh: Callable[..., Ran], tmp_path: Path) -> None:
    fresh("index", fill(tmp_path / "notes"))
    state = fresh("status", "--json").json
    assert [record["document"] for record in state["documents"]] == ["bread.txt", "clouds.md"]
    assert state["encoder"] == "all-MiniLM-L6-v2"
    assert {"passages", "generation", "size_bytes", "encoder_sha256"} <= set(state)
    assert fresh("remove", "bread.txt").out == "removed bread.txt (1 passage)\n"
    assert (tmp_path / "notes" / "bread.txt").is_file()
    assert "bread.txt" not in fresh("status").out


def test_doctor_of_a_sound_and_of_a_missing_library(library: Path, tmp_path: Path) -> None:
    sound = run("doctor", "--json", "--library", library)
    assert sound.code == 0
    assert sound.json["ok"] is True
    assert [check["name"] for check in sound.json["checks"]] == [
        *("Python", "packages", "encoder", "library", "indexes", "chat model")
    ]
    assert list(sound.json["checks"][0]) == ["name", "state", "text", "hint"]
    missing = run("doctor", "--quiet", "--library", tmp_path / "nowhere")
    assert missing.code == 1
    assert missing.out.startswith("fail  library")


@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["remove"],
        ["chats", "show"],
        ["chats", "rename"],
        ["chats", "delete"],
        ["chats", "export"],
    ],
    ids=" ".join,
)
def test_a_name_of_bytes_that_are_no_text_is_refused_in_words(
    tmp_path: Path, fresh: Callable[..., Ran], command: list[str]
) -> None:
    assert fresh("index", fill(tmp_path / "notes")).code == 0
    Conversations(tmp_path / "index").new("Weather")
    file = [tmp_path / "out.md"] if command[-1] == "export" else []
    told = fresh(*command, "\udcff\udcfe", *file, "--json")  # as a terminal gives \xff\xfe
    assert (told.code, told.json["error"]) == (
        1,
        {"message": "'\\udcff\\udcfe' is not text.", "hint": "Give the name as it is listed."},
    )

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reported_run import reported

from assistant.evaluation.failures import KINDS, Texts, kinds
from assistant.evaluation.marks import Marker
from assistant.evaluation.run import Asked, Reply, Run


def reply(**changes: Any) -> Reply:
    plain = Reply("text", False, 0.9, {}, (), True, True, True, 1)
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("answerable", "found", "answered", "expected"),
    [
        (True, 1, reply(), ()),
        (True, 1, None, ()),
        (True, 0, None, ("unfound",)),
        (True, 0, reply(full=False, part=False), ("unfound", "missing")),
        (True, 1, reply(full=False), ("partial",)),
        (True, 1, reply(refused=True, full=False, part=False), ("refused",)),
        (False, None, reply(refused=True), ()),
        (False, None, reply(), ("answered",)),
    ],
)
def test_kinds_of_failure(
    answerable: bool, found: int | None, answered: Reply | None, expected: tuple[str, ...]
) -> None:
    asked = Asked("q", "?", "?", "list", "dev", answerable, (), 1.0, (), answered)
    values = {} if found is None else {"q": {"Success@5": float(found)}}
    run = Run("r", {}, {"per_question": values}, {}, {}, (asked,))
    assert kinds(asked, run) == expected
    assert set(expected) <= set(KINDS)


def test_gold_is_cut_from_what_was_found(tmp_path: Path) -> None:
    made = reported(tmp_path)
    texts = Texts(made)
    hit = next(asked for asked in made.asked if asked.id == "rise").hits[0]
    inside = texts.cut(hit.document, hit.start + 3, hit.end - 2)
    assert inside == hit.text[3:-2].strip()
    assert texts.cut(hit.document, hit.start, 10**6) == f"{hit.text} […]"
    assert texts.cut("no such document", 0, 9) == "[…]"


def test_marks_are_lossless_and_by_stem() -> None:
    text = "Tuning models:\n the model's grids, 2.5 times — tuned (tunable) models"
    pieces = Marker("a tuned model", "Which grid search?").pieces(text, [(50, 54)])
    assert "".join(piece.text for piece in pieces) == text
    assert next(piece.text for piece in pieces if piece.mark == "gold") == "Tuning models"
    assert [piece.text for piece in pieces if piece.mark == "asked"] == ["grids"]
    assert Marker("", "").pieces("a b") == Marker("the", "of").pieces("a b")

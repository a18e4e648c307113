from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.config import load_config
from assistant.conversations import Conversations
from assistant.library import Library
from assistant.ui import reopened
from assistant.ui.conversation import Opened, Turn, messages, panel

RAG = "What is retrieval-augmented generation?"


def same(turn: Turn) -> Turn:
    return replace(turn, offers=("Next?",))


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "index")


@pytest.fixture
def opened(kept: Conversations, cheat_sheet: Library) -> Opened:
    """A conversation with an answer and a refusal, opened again."""
    name = kept.new()
    kept.append(name, cheat_sheet.ask(RAG))
    kept.append(name, cheat_sheet.ask("What is the capital of France?"))
    return reopened.reopened(cheat_sheet, kept, name, same)


def test_a_conversation_comes_back_with_its_quotes_marked(
    opened: Opened, cheat_sheet: Library
) -> None:
    first, second = opened.turns
    before = cheat_sheet.ask(RAG)
    assert first.answer is not None
    assert first.answer.text == before.text
    quotes = [(cited.marker, cited.start, cited.quote) for cited in before.citations]
    found = first.answer.citations
    assert [(cited.marker, cited.start, cited.quote) for cited in found] == quotes
    assert [cited.passage for cited in found] == [cited.passage for cited in before.citations]
    assert (first.number, second.number) == (1, 2)
    assert (first.offers, second.offers) == ((), ("Next?",))
    assert '<mark id="quote-1-1">' in panel(opened)
    assert 'class="open-reader"' in panel(opened)
    first_cards, second_cards = panel(opened).split('data-place="2"')
    assert first_cards.count('<article class="card"') == len({c.passage for c in found})
    # What is near to a question that was refused is told again, as when it was asked.
    near = cheat_sheet.search("What is the capital of France?")
    assert second_cards.count('<article class="card"') == len(near) == 5
    assert second.answer is not None
    assert second.answer.hits == tuple(near)
    assert 'class="refusal"' in str(messages(opened)[3]["content"])


def test_a_document_that_is_gone_is_not_offered_to_the_reader(
    cheat_sheet: Library, kept: Conversations, tmp_path: Path
) -> None:
    name = kept.new()
    kept.append(name, cheat_sheet.ask(RAG))
    with Library.open(load_config(library=tmp_path / "other")) as empty:
        found = reopened.reopened(empty, kept, name, same)
    assert '<mark id="quote-1-1">' in panel(found)
    assert "open-reader" not in panel(found)


def test_a_quote_that_is_no_longer_there_stands_alone(
    cheat_sheet: Library, kept: Conversations
) -> None:
    answer = cheat_sheet.ask(RAG)
    first = answer.citations[0]
    moved = replace(first, start=first.start + 1, end=first.end + 1)
    name = kept.new()
    kept.append(name, replace(answer, citations=(moved,)))
    turn = reopened.reopened(cheat_sheet, kept, name, same).turns[0]
    assert turn.answer is not None
    passage = turn.answer.citations[0].passage
    assert (passage.text, passage.doc_id) == (first.quote, "")


def test_what_is_not_there_opens_as_an_empty_conversation(
    cheat_sheet: Library, kept: Conversations
) -> None:
    for name in ("", "gone", "' OR 1=1"):
        assert reopened.reopened(cheat_sheet, kept, name, same) == Opened()


def test_a_thumb_is_given_explained_and_taken_back(opened: Opened, kept: Conversations) -> None:
    down = reopened.rate(kept, opened, 1, "down")
    assert (down.turns[0].thumb, down.turns[0].reason) == ("down", "")
    why = reopened.rate(kept, down, 1, "reason", "  too\nlong ")
    kept_turn = kept.open(opened.id).turns[0]
    assert (why.turns[0].thumb, why.turns[0].reason) == ("down", "too long")
    assert (kept_turn.thumb, kept_turn.reason) == ("down", "too long")
    up = reopened.rate(kept, why, 1, "up")
    assert (up.turns[0].thumb, up.turns[0].reason) == ("up", "")
    none = reopened.rate(kept, up, 1, "up")
    assert (none.turns[0].thumb, kept.open(opened.id).turns[0].thumb) == (None, None)


def test_only_what_is_kept_is_rated(opened: Opened, kept: Conversations) -> None:
    assert reopened.rate(kept, opened, 3, "up") == opened
    assert reopened.rate(kept, opened, 0, "up") == opened
    assert reopened.rate(kept, opened, 1, "sideways").turns[0].thumb is None
    unkept = opened.put(1, replace(opened.turns[0], number=0))
    assert reopened.rate(kept, unkept, 1, "up") == unkept
    kept.delete(opened.id)
    gone = reopened.rate(kept, opened, 1, "up").turns[0]
    assert gone.thumb is None
    assert "There is no conversation" in gone.unkept

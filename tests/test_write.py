from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from passages import passage

from assistant.config import Unsupported
from assistant.errors import GeneratorError
from assistant.extract import Evidence
from assistant.outline import sentences
from assistant.types import Hit, Passage
from assistant.write import Draft, write

GLUE_TEXT = "Glue moves data from S3. It runs in 10 regions. Its jobs are written in Python."
LEX_TEXT = "Lex hears speech. Lex does not sing."


def notes(number: int, text: str, heading: str = "") -> Passage:
    spans = sentences(text, 0, len(text))
    units = [text[start:end] for start, end in spans]
    return passage(number, text, units=units, heading=(heading,) if heading else ())


GLUE = notes(1, GLUE_TEXT, "AWS Glue")
LEX = notes(2, LEX_TEXT, "Amazon Lex")
TABLE = passage(
    3,
    "Glue\t10\nLex\t20",
    units=["Glue\t10", "Lex\t20"],
    unit_kind="row",
    kind="table",
    header="Service\tRegions",
)


class Dictated:
    """A chat model that says what it was given, a character at a time, and may fail then."""

    name = "dictated:1"

    def __init__(self, said: str, room: int = 4000, breaks: bool = False) -> None:
        self.said = said
        self.room = room
        self.breaks = breaks
        self.prompt = ""

    def stream(self, prompt: str) -> Iterator[str]:
        self.prompt = prompt
        yield from self.said
        if self.breaks:
            raise GeneratorError("Gone.")


def evidence(*found: Passage) -> list[Evidence]:
    return [
        Evidence(unit, Hit(each, 1.0, rank), 0.0, 0.0, 1.0)
        for rank, each in enumerate(found, 1)
        for unit in each.units
    ]


def alike(term: str) -> float:
    return 1.0


def drafts(
    said: str, *found: Passage, unsupported: Unsupported = "remove", room: int = 4000
) -> list[Draft]:
    given = evidence(*(found or (GLUE, LEX)))
    return list(write(Dictated(said, room), "What?", given, alike, unsupported))


def last(said: str, *found: Passage, unsupported: Unsupported = "remove") -> Draft:
    return drafts(said, *found, unsupported=unsupported)[-1]


def quotes(draft: Draft) -> list[tuple[int, str]]:
    return [(citation.marker, citation.quote) for citation in draft.citations]


def test_a_sentence_cites_the_very_words_that_support_it() -> None:
    draft = last("Glue jobs are written in Python [1]. Lex hears speech [2].")
    assert draft.text == "Glue jobs are written in Python [1]. Lex hears speech [2]."
    assert quotes(draft) == [(1, "Its jobs are written in Python."), (2, "Lex hears speech.")]
    for citation in draft.citations:
        found = citation.passage
        inside = found.text[citation.start - found.start : citation.end - found.start]
        assert inside == citation.quote


def test_marks_are_numbered_by_first_use_and_used_again() -> None:
    draft = last("Lex hears speech [2]. Glue moves data [1]. Speech is what Lex hears [2].")
    assert draft.text == (
        "Lex hears speech [1]. Glue moves data [2]. Speech is what Lex hears [1]."
    )
    assert [marker for marker, _ in quotes(draft)] == [1, 2]


@pytest.mark.parametrize(
    "sentence",
    [
        "Glue is a free service [1].",  # its words are not there
        "Glue runs in 12 regions [1].",  # nor is its figure
        "Glue moves data from Redshift [1].",  # nor its name
        "Glue does not move data [1].",  # it denies what is said
        "Glue moves data from S3 [2].",  # another passage says so
        "Glue moves data from S3 [3].",  # no such passage
        "Glue moves data from S3 [0][1].",
        "Bananas are yellow.",
    ],
)
def test_what_its_passage_does_not_say_is_removed_and_counted(sentence: str) -> None:
    draft = last(f"Lex hears speech [2]. {sentence} Lex does not sing [2].")
    assert draft.text == "Lex hears speech [1]. Lex does not sing [2]."
    assert draft.note == "1 sentence of the chat model was removed: no passage supports it."


def test_the_note_counts_what_was_removed() -> None:
    assert last("Lex hears speech [2].").note == ""
    assert last("Lex hears speech [2]. Lex is free.").note == (
        "1 sentence of the chat model was removed: no passage supports it."
    )
    assert last("Lex hears speech [2]. Lex is free. Glue costs 7 dollars.").note == (
        "2 sentences of the chat model were removed: no passage supports them."
    )


def test_by_setting_it_is_marked_instead() -> None:
    draft = last("Lex hears speech [2]. Lex is free [2].", unsupported="mark")
    assert draft.text == "Lex hears speech [1]. Lex is free (unsupported)."
    assert draft.note == (
        "1 sentence of the chat model was marked (unsupported): no passage supports it."
    )


def test_a_sentence_without_a_mark_gets_that_of_what_supports_it() -> None:
    draft = last("Lex hears speech.")
    assert (draft.text, draft.note) == ("Lex hears speech [1].", "")
    assert quotes(draft) == [(1, "Lex hears speech.")]


def test_the_answer_grows_by_the_sentence_and_takes_nothing_back() -> None:
    seen = drafts("Lex hears speech. [2] Bananas are yellow.\n- Glue moves data [1]")
    assert [draft.text for draft in seen] == [
        "Lex hears speech [1].",
        "Lex hears speech [1].\n- Glue moves data [2]",
        "Lex hears speech [1].\n- Glue moves data [2]",
    ]
    assert [bool(draft.note) for draft in seen] == [False, False, True]
    for before, after in pairwise(seen):
        assert after.text.startswith(before.text)
        assert after.citations[: len(before.citations)] == before.citations


def test_nothing_is_said_twice() -> None:
    assert last("Lex hears speech [2]. " * 30).text == "Lex hears speech [1]."


def test_a_model_that_never_ends_is_cut_off() -> None:
    given = evidence(LEX)

    class Endless(Dictated):
        def stream(self, prompt: str) -> Iterator[str]:
            while True:
                yield "Lex hears speech [1]. "

    assert list(write(Endless(""), "?", given, alike))[-1].text == "Lex hears speech [1]."


@pytest.mark.parametrize("said", ["Bananas are yellow.", "[1]", "...", "[1] [2", "I like [9]."])
def test_where_nothing_is_supported_the_model_has_failed(said: str) -> None:
    with pytest.raises(GeneratorError) as caught:
        drafts(said)
    assert caught.value.message == (
        "Nothing that the chat model dictated:1 said is supported by the passages."
    )
    with pytest.raises(GeneratorError):
        drafts(said, unsupported="mark")


def test_a_failure_of_the_model_is_handed_on() -> None:
    model = Dictated("Lex hears speech [1]. Lex hears", breaks=True)
    growing = write(model, "?", evidence(LEX), alike)
    assert next(growing).text == "Lex hears speech [1]."
    with pytest.raises(GeneratorError, match="Gone"):
        next(growing)


@pytest.mark.parametrize("said", ["NOT ANSWERED", "I don't know.", "The passages don't say so."])
def test_a_refusal_is_taken_as_one(said: str) -> None:
    assert last(said) == Draft("", (), refused=True)


def test_a_refusal_beside_an_answer_is_left_out() -> None:
    draft = last("Lex hears speech [2]. The passages do not mention its price.")
    assert (draft.text, draft.refused) == ("Lex hears speech [1].", False)


def prompt_of(found: Sequence[Passage], room: int = 4000) -> str:
    model = Dictated("Lex hears speech.", room)
    list(write(model, "What?", evidence(*found), alike))
    return model.prompt


def test_the_passages_are_numbered_best_first() -> None:
    prompt = prompt_of([LEX, GLUE])
    assert f'<passage number="1" from="Amazon Lex">\n{LEX_TEXT}\n</passage>' in prompt
    assert f'<passage number="2" from="AWS Glue">\n{GLUE_TEXT}\n</passage>' in prompt


def test_rows_go_with_their_header() -> None:
    assert "\nService\tRegions\nGlue\t10\nLex\t20\n" in prompt_of([LEX, TABLE])
    assert last("Lex has 20 regions [1].", TABLE).text == "Lex has 20 regions [1]."


def test_what_does_not_fit_is_left_out() -> None:
    long = notes(4, "Lex hears every word of a long speech. " * 60)
    assert "passage number" in prompt_of([LEX, long, GLUE], room=700)
    prompt = prompt_of([LEX, long, GLUE], room=700)
    assert "every word" not in prompt
    assert 'number="2" from="AWS Glue"' in prompt


def test_a_context_without_room_is_told() -> None:
    with pytest.raises(GeneratorError) as caught:
        drafts("Lex hears speech.", room=100)
    assert caught.value.message == (
        "The context of the chat model dictated:1 has no room for a passage beside the question."
    )
    assert "ASSISTANT_LLM_CONTEXT" in caught.value.hint

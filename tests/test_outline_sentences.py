"""Where sentences end, and where lines do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.outline import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, 0, len(text))]


@pytest.mark.parametrize(
    "parts",
    [
        ["One ends here.", "Two does too!", "And three?"],
        ["It works, e.g. here, i.e. now.", "Yes."],
        ["Dr. Smith met J. R. Doe at 5 p.m. today."],
        ["See Fig. 3 and vol. 2, pp. 4 ff. below.", "Next."],
        ["Das gilt z. B. hier, d. h. immer.", "Nach Abb. 2 bzw. Nr. 3 auch."],
        ['He said: "It is late."', "Then he left."],
        ["It costs 3.50 dollars.", "(So they say.)", "Fine…", "Or not."],
        ["1. First of all.", "2. Then."],
        ["这是第一句。", "这是第二句！", "“第三句。”", "最后"],
        ["هل فهمت؟", "نعم.", "هذا جيد۔"],
        ["यह एक वाक्य है।", "यह दूसरा है।"],
        ["it was late .", "nobody was there .", "then he left"],
        ["all in lower case.", "as in a chat.", "e.g. here"],
        ["It is . . . not whole . . . [as] it seems.", "He adds . . .", "That is all."],
        ["It is known. [Smith, **Op. Cit.**, p. 3]", "So it goes. [2]", "[Optional] Read on."],
        ["It holds. (see also below.)", 'He says. "and so it goes."', "(a) One.", "(b) Two."],
    ],
)
def test_sentences(parts: list[str]) -> None:
    joiner = "" if "。" in parts[0] else " "
    assert split(joiner.join(parts)) == parts


def test_a_wrapped_paragraph_is_no_list_of_lines() -> None:
    text = "A sentence that is wrapped at the\nwidth of the page. Another one\nthat is wrapped too."
    assert [s.replace("\n", " ") for s in split(text)] == [
        "A sentence that is wrapped at the width of the page.",
        "Another one that is wrapped too.",
    ]
    german = "Die Bewertung der\nErgebnisse ist nach\nAbschluss der letzten\nMessung möglich."
    assert len(split(german)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Tyger Tyger, burning bright,\nIn the forests of the night;\nWhat immortal hand or eye,"
        "\nCould frame thy fearful symmetry?",
        "Anna: Did you read it\nBen: Yes\nAnna: And what did you think of it?\nBen: I liked it",
        "Bias: error from wrong assumptions\nEpoch: one pass over the data\nRecall: a share",
        "```\nfor x in y:\n    print(x)\n```",
    ],
)
def test_verse_talk_glossaries_and_code_are_lines(text: str) -> None:
    assert split(text) == [line.strip() for line in text.split("\n")]


@given(st.text(st.one_of(st.sampled_from(".!?。 \n\"')aA1…"), st.characters())))
def test_sentences_hold_every_character_but_white_space(text: str) -> None:
    spans = sentences(text, 0, len(text))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(text[a:b].strip() == text[a:b] != "" for a, b in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_a_lone_carriage_return_is_no_line() -> None:
    assert split("0\n\r") == ["0"]


def test_a_part_of_a_text() -> None:
    assert sentences("One. Two. Three.", 5, 16) == [(5, 9), (10, 16)]

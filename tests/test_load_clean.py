"""Normalisation: what goes, what stays, and that doing it twice changes nothing."""

from __future__ import annotations

import doctest
import json
import unicodedata
from types import ModuleType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.load import clean as clean_module
from assistant.load import mend as mend_module
from assistant.load.clean import clean, clean_line, tidy
from assistant.load.mend import compounds_of, mend_bold, mend_line_ends
from assistant.load.rtl import is_rtl, reading_order, separate_words

# Any code points at all, lone surrogates included, with the awkward ones often.
ANY_TEXT = st.text(
    st.one_of(
        st.characters(),
        st.integers(0, 0x10FFFF).map(chr),
        st.sampled_from("\r\n\t\x00\x0c\x85\u00ad\u200b\u200c\u200d\ufeff\ufb01\ufc60\ud800\udc00"),
    )
)

# "I want", in Persian: what parts its two halves without a blank belongs to the spelling.
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"


@given(ANY_TEXT)
@example("e\u200b\u0301")
@example("\u0915\u200d\u200da")
@example("\ufc60\ufe77\u0640")
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert tidy(tidy(text)) == tidy(text)


@given(ANY_TEXT)
def test_nothing_is_left_that_breaks_json_sqlite_or_the_screen(text: str) -> None:
    cleaned = clean(text)
    forbidden = {"Cc", "Cs"}
    assert not [c for c in cleaned if c not in "\n\t" and unicodedata.category(c) in forbidden]
    assert json.loads(json.dumps(cleaned)) == cleaned
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("\n\té→®“")))
def test_clean_text_comes_out_as_it_went_in(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("e\u0301tude", "\u00e9tude"),
        ("\ufb01re \ufb02y \ufb00 \ufb03 \ufb04", "fire fly ff ffi ffl"),
        ("\ufe97\ufeb8", "\u062a\u0634"),  # Arabic letters coded by their shape
        ("\ufe9f\ufc60", "\u062c\u064e\u0651"),  # vowel marks without the blank that carries them
        ("infor\u00admation", "information"),
        ("zero\u200bwidth\u200cjoin\u200ded\ufeff", "zerowidthjoined"),
        (PERSIAN, PERSIAN),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"),
        ("a\r\nb\rc\x0cd\u2028e", "a\nb\nc\nd\ne"),
        ("bell\x07 null\x00 escape\x1b", "bell null escape"),
        ("right\u202eto left", "rightto left"),
        ("lone \ud800 half", "lone \ufffd half"),
        ("\ud83d\ude00", "\U0001f600"),
        ("tab\tand two  spaces  \n", "tab\tand two  spaces  \n"),
        ("x² ½ Å", "x² ½ Å"),
    ],
)
def test_examples(raw: str, expected: str) -> None:
    assert clean(raw) == expected


def test_titles_are_one_line() -> None:
    assert clean_line("  A\n\ttitle \x00 of  two lines ") == "A title of two lines"


def test_tidy_drops_white_space_that_means_nothing() -> None:
    assert tidy("\n\na\u00a0b  \n \n\n\nc\n\n") == "a b\n\nc\n"
    assert tidy(" \n\t\n") == ""


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("an inter-\nnational law", "an international\nlaw"),
        ("the cost-\nbenefit ratio", "the cost-benefit\nratio"),  # whole elsewhere, see below
        ("state-of-the-\nart method", "state-of-the-art\nmethod"),
        ("Jean-\nPaul said", "Jean-Paul\nsaid"),
        ("a t-\ntest of", "a t-test\nof"),
        ("(over-\nfitting), as", "(overfitting),\nas"),
        ("Über-\nsetzungs-\nprogramm läuft", "Übersetzungsprogramm\nläuft"),
        ("Vor-\nund Nachteile", "Vor-\nund Nachteile"),
        ("FAA–2020–\n0686, of", "FAA–2020–0686,\nof"),
        ("a pause –\nand on", "a pause –\nand on"),
        ("see https://\nexample.org/a for", "see https://example.org/a\nfor"),
        ("at someone@\nexample.org now", "at someone@example.org\nnow"),
        ("either/\nor this", "either/\nor this"),
        ("a list-\n- item", "a list-\n- item"),
        ("one-\n\ntwo", "one-\n\ntwo"),
        ("5-\nfold", "5-fold"),
    ],
)
def test_words_broken_at_line_ends(broken: str, mended: str) -> None:
    compounds = compounds_of(["A cost-benefit analysis."])
    assert mend_line_ends(broken, compounds) == mended


@given(st.text("ab-–\n /@:.Zé1", max_size=60))
def test_mending_line_ends_only_moves_or_drops_hyphens_and_white_space(text: str) -> None:
    def bare(text: str) -> str:
        return "".join(char for char in text if char not in "-\n ")

    assert bare(mend_line_ends(text)) == bare(text)


@pytest.mark.parametrize(
    ("drawn", "read"),
    [
        ("标标标题题题", "标题"),
        ("LMS算算算法法法", "LMS算法"),
        ("TTTiiitttllleee", "Title"),
        ("HHeelllloo", "Hello"),
        ("www", "www"),
        ("Mississippi", "Mississippi"),
        ("高高兴兴", "高高兴兴"),
        ("哈哈哈", "哈哈哈"),
        ("III. 1000 AAA", "III. 1000 AAA"),
    ],
)
def test_letters_drawn_several_times(drawn: str, read: str) -> None:
    assert mend_bold([drawn]) == [read]


def test_a_single_tripled_letter_is_mended_where_the_document_does_so() -> None:
    drawn = ["标标标题题题", "预预预测测测", "类类类型型型", "核核核", "III"]
    assert mend_bold(drawn) == ["标题", "预测", "类型", "核", "III"]


def test_right_to_left_lines_come_into_reading_order() -> None:
    # On paper, from the left: ".x", "من", "y", "نريد". It is read from the right.
    assert reading_order(".x من y نريد") == "نريد y من x."
    assert is_rtl("نريد y من x.")
    assert not is_rtl("We call it شيء here")
    assert not is_rtl("θ = 12")


def test_words_are_separated_where_the_shape_of_letters_shows_their_end() -> None:
    # Two words, teh-reh and meem-noon, and an alef on its own.
    glued = "\ufe97\ufeae\ufee3\ufee6\u0627"
    assert clean(separate_words(glued)) == "\u062a\u0631\u0645\u0646 \u0627"
    plain = "\u062a\u0631\u0645\u0646\u0627"
    assert separate_words(plain) == plain


@pytest.mark.parametrize("module", [clean_module, mend_module])
def test_examples_in_docstrings(module: ModuleType) -> None:
    results = doctest.testmod(module)
    assert results.attempted
    assert not results.failed

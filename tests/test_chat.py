"""Follow-ups of ordinary English conversations, on many subjects; none is of the cheat sheet."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.chat import Turn, resolve
from assistant.chat.anaphora import anaphors
from assistant.chat.mentions import listed, named, pair
from assistant.chat.phrases import phrases

ROOT = Path(__file__).resolve().parents[1]

PLANTS = (Turn("What is photosynthesis?", "How plants make sugar from light."),)
PRINTER = (Turn("How do I install the printer driver on Windows?", "Run setup.exe."),)
PEACE = (Turn("When was the Treaty of Westphalia signed?", "In 1648."),)
INDEX = (Turn("What does a b-tree index cost?", "Some space."),)
GLUE = (Turn("what does glue cost", "It costs 0.44 dollars an hour."),)
CELLS = (Turn("What is the difference between mitosis and meiosis?", "The one makes two cells."),)
SPEECH = (
    Turn("Which service turns text into speech?", "**Amazon Polly:** turns text into speech. [1]"),
)
WIND = (Turn("Which instrument measures air pressure?", "A barometer."),)
RINGS = "- **Jupiter:** thin and dusty [1]\n- **Saturn:** bright [2]\n- **Uranus:** dark [3]"
PLANETS = (Turn("Which planets have rings?", RINGS),)
OSLO = (Turn("What is the capital of Norway?", "Oslo."),)
LAKE = (Turn("Which of the lakes is the deepest?", "Lake Baikal."),)
TAX = (Turn("Which taxes are there?", "Income tax and property tax."),)
LENS = (Turn("How many elements does the Nikkor Z24 lens have?", "Eleven."),)
INK = (Turn("What kind of ink does the Tektronix printer use?", "Solid wax."),)
SATURN = (
    Turn("Which planets have rings?", "Jupiter, Saturn, Uranus and Neptune."),
    Turn("What is the second made of?", "Hydrogen and helium."),
)


@pytest.mark.parametrize(
    ("history", "question", "searched"),
    [
        # Pronouns and possessives.
        (PLANTS, "Where does it take place?", "Where does photosynthesis take place?"),
        (
            PEACE,
            "what were its consequences?",
            "what were the Treaty of Westphalia's consequences?",
        ),
        (PEACE, "who signed it?", "who signed the Treaty of Westphalia?"),
        (INDEX, "and its default fill factor?", "a b-tree index's default fill factor?"),
        (INDEX, "is it worth it?", "is a b-tree index worth it?"),
        (PRINTER, "what if that fails?", "what if the printer driver fails?"),
        (PLANTS, "explain that in simple words", "explain photosynthesis in simple words"),
        (SPEECH, "how much does it cost to set up?", "how much does Amazon Polly cost to set up?"),
        (
            PRINTER,
            "does this driver scan?",
            "How do I install the printer driver on Windows? does this driver scan?",
        ),
        (
            SPEECH,
            "how many voices do its engines have?",
            "how many voices do Amazon Polly's engines have?",
        ),
        (SPEECH, "can I make that louder?", "can I make Amazon Polly louder?"),
        (
            INDEX,
            "is a hash index smaller than that?",
            "is a hash index smaller than a b-tree index?",
        ),
        (SPEECH, "who pays while nobody uses it?", "who pays while nobody uses Amazon Polly?"),
        (INK, "what is its resolution?", "what is the Tektronix printer's resolution?"),
        (GLUE, "is it the same by the year?", "what does glue cost? is it the same by the year?"),
        # What is left out is what the earlier question said.
        (LENS, "and the Z50?", "How many elements does the Nikkor Z50 lens have?"),
        (
            PRINTER,
            "in which versions of the system?",
            "How do I install the printer driver on Windows? in which versions of the system?",
        ),
        (PLANTS, "What about chemosynthesis?", "What is chemosynthesis?"),
        (INDEX, "and a hash index?", "What does a hash index cost?"),
        (PRINTER, "and on macOS?", "How do I install the printer driver on macOS?"),
        (PEACE, "And the Treaty of Utrecht?", "When was the Treaty of Utrecht signed?"),
        (GLUE, "and athena", "what does athena cost"),
        (PEACE, "by whom?", "When was the Treaty of Westphalia signed? by whom?"),
        (PLANTS, "why?", "What is photosynthesis? why?"),
        (PLANTS, "tell me more", "What is photosynthesis? tell me more"),
        (WIND, "and the wind?", "Which instrument measures the wind?"),
        (PLANETS, "and Neptune?", "Which planets have rings? Neptune?"),
        # Words that mean nothing until it is known of what.
        (PLANTS, "What are the stages?", "What is photosynthesis? What are the stages?"),
        (GLUE, "is there a free tier?", "what does glue cost? is there a free tier?"),
        (GLUE, "how does athena differ", "what does glue cost? how does athena differ"),
        # "which one", and the names of a list.
        (PLANETS, "Which one is the largest?", "which planet is the largest?"),
        (SPEECH, "and which one translates?", "which service translates?"),
        (PLANETS, "tell me about the second", "tell me about Saturn"),
        (
            TAX,
            "how badly does the second dent my income?",
            "how badly does property tax dent my income?",
        ),
        (CELLS, "what is the latter's purpose?", "what is meiosis's purpose?"),
        (PLANETS, "compare the first with the last", "compare Jupiter with Uranus"),
        (SATURN, "how old is it?", "how old is Saturn?"),
        (SATURN, "compare it with the third", "compare Saturn with Uranus"),
        (SATURN, "and the fourth?", "What is Neptune made of?"),
        (TAX, "who has to pay the first one?", "who has to pay Income tax?"),
        # Places and things of one's own that the conversation knows.
        (
            OSLO,
            "which museum is best there?",
            "What is the capital of Norway? which museum is best there?",
        ),
        (
            PRINTER,
            "why does one of mine blink",
            "How do I install the printer driver on Windows? why does one of mine blink",
        ),
        (
            WIND,
            "how often do they check it?",
            "Which instrument measures air pressure? how often do they check it?",
        ),
        (LAKE, "how deep is it?", "how deep is Lake Baikal?"),
        (SPEECH, "and the other way round?", SPEECH[0].question + " the other way round?"),
        (
            PLANTS,
            "what if leaves turn yellow?",
            "What is photosynthesis? what if leaves turn yellow?",
        ),
        # Two things against each other.
        (CELLS, "which of the two is faster?", "which of mitosis and meiosis is faster?"),
        (CELLS, "when does the latter happen?", "when does meiosis happen?"),
        (CELLS, "how many steps do they have?", "how many steps do mitosis and meiosis have?"),
    ],
)
def test_a_follow_up_is_put_into_words_that_stand_alone(
    history: tuple[Turn, ...], question: str, searched: str
) -> None:
    assert resolve(question, history) == searched


@pytest.mark.parametrize(
    "question",
    [
        "What is osmosis?",
        "who invented the telephone?",
        "Thanks! And what is backpropagation?",
        "lattice energy of sodium chloride",
        # What a pronoun stands for is in the question itself.
        "What is Glue and what does it cost?",
        "I want my app to read news aloud. Which service does that?",
        "Does a compiler keep its symbol table?",
        "How do birds and bats differ in the way they fly?",
        "Which one costs least: train, bus or car?",
        "Can I restart a job from the results of an earlier one?",
        "Is there a limit on the number of rows?",
        "How many bones are there in a hand?",
        "What is the second violin there for?",
        # Pronouns that stand for nothing, and words that only look like pronouns.
        "Is it possible to freeze bread?",
        "What does it mean to sublet a flat?",
        "Make sure that bread is baked: how?",
        "What tells me that the bread is done?",
        "What kinds of flour does a mill have that are ground twice?",
        "Is it a must to knead dough?",
        "What do we call the thing that comes out at the end?",
        "What should I do before the first use of a kettle?",
        "???",
        "",
    ],
)
def test_a_question_that_stands_alone_is_left_as_it_is(question: str) -> None:
    assert resolve(question, PLANTS) == question


def test_what_was_searched_before_counts_more_than_what_was_asked() -> None:
    edited = Turn("and its price?", "One dollar.", searched="What does Amazon Polly cost?")
    assert resolve("what about Lex?", [*PLANTS, edited]) == "What does Lex cost?"


def test_a_refused_question_can_be_followed_too() -> None:
    turns = [Turn("What is a quasar?", "I found nothing in your library that answers this.")]
    assert resolve("how far away is it?", turns) == "how far away is a quasar?"


WORDS = """
    and what about the second it its they that which one is compare with Glue cost ? . '
    ’s - why how first two both of in a ** [1]
"""


@pytest.mark.parametrize("question", ["and its default?", "what about Lex?", "why?", "the price?"])
def test_what_was_searched_can_be_asked_again_as_it_is(question: str) -> None:
    searched = resolve(question, SPEECH)
    assert searched != question
    assert resolve(searched, SPEECH) == searched


TEXTS = st.text(max_size=80) | st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=12).map(
    " ".join
)


@given(TEXTS)
@example("\ud800?")
def test_without_a_history_nothing_changes(question: str) -> None:
    assert resolve(question, ()) == question


@given(TEXTS, st.lists(st.builds(Turn, TEXTS, TEXTS), min_size=1, max_size=4))
@example("the last", [Turn("'", "\u2019s")])
def test_it_never_raises_and_never_loses_the_question(question: str, history: list[Turn]) -> None:
    searched = resolve(question, history)
    assert bool(searched.strip()) == bool(question.strip())
    assert len(searched) <= 40 * (400 + sum(len(t.question) + len(t.answer) for t in history))


@given(TEXTS)
def test_phrases_and_anaphors_stand_at_their_places(text: str) -> None:
    for phrase in phrases(text):
        assert text[phrase.start : phrase.end] == phrase.text
    for found in anaphors(text):
        assert text[found.start : found.end] == found.text


def test_what_an_answer_names() -> None:
    assert listed("1. Grid search is slow.\n2. Random search") == ("Grid search", "Random search")
    assert listed("It is warm, and it rains.") == ()
    assert listed("I found nothing in your library that answers this.") == ()
    assert named("**What is Amazon Polly?**\nIt speaks. [1]") == "Amazon Polly"
    assert named("**Features**\nIt speaks. [1]") == ""
    assert named("- **Jupiter:** thin and dusty [1]") == "Jupiter"
    assert pair("Redis vs Memcached?") == ("Redis", "Memcached")
    assert pair("compare the heart with a pump") == ("heart", "pump")
    assert pair("What is a heart?") == ()


def test_hardly_any_ordinary_question_is_taken_for_a_follow_up() -> None:
    """Every development question in the middle of a conversation about something else."""
    lines = (ROOT / "eval" / "questions" / "cheat-sheet.jsonl").read_text("utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["split"] == "dev"]
    alone = [row for row in rows if not row["history"]]
    chance = random.Random(0)
    changed = []
    for row in alone:
        other = chance.choice([one for one in rows if one is not row])
        answer = other["gold"][0]["quote"] if other["gold"] else "I found nothing."
        before = [Turn(**turn) for turn in other["history"]]
        if resolve(row["question"], [*before, Turn(other["question"], answer)]) != row["question"]:
            changed.append(row["question"])
    assert len(changed) <= 0.02 * len(alone), changed


def test_the_examples_of_the_readme_are_true() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.partition("| after | you ask | searched |\n|---|---|---|\n")[2].split("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()]
    assert len(rows) == 5
    answers = {"Which AWS tool forecasts future costs?": "AWS Cost Explorer."}
    for before, question, searched in rows:
        assert resolve(question, [Turn(before, answers.get(before, "Yes."))]) == searched

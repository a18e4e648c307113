from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import spelling, tokens
from assistant.tokens import LONGEST, split


def forms(text: str) -> list[str]:
    return [form for word in split(text) for form in word.forms]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Plain words, here.", "plain words here"),
        ("MaxNumberOfTrainingJobs", "maxnumberoftrainingjobs max number of training jobs"),
        ("s3:GetObject", "s3getobject s3 getobject get object"),
        ("P3dn.24xlarge", "p3dn24xlarge p3dn 24xlarge"),
        ("k-NN kNN KNN", "knn k nn knn k nn knn"),
        ("F1 EC2 S3", "f1 ec2 s3"),
        ("XGBoost NoSQL", "xgboost xg boost nosql no sql"),
        ("max_tokens", "maxtokens max tokens"),
        ("LLMs VPCs gpus llms", "llm vpc gpu llm"),
        ("the model's l'eau", "the model leau l eau"),
        ("1,000 0.05 3.5% 10.0.0.1 1,2", "1000 0.05 3.5 10.0.0.1 1 2"),
        ("C++ C# C", "c++ c# c"),
        ("naïve café Straße ﬁne x²", "naive cafe strasse fine x2"),
        ("Ελλάδα МОСКВА", "ελλαδα москва"),
        ("机器学习 학습", "机器 器学 学习 학습"),
        ("用SageMaker训练", "用 sagemaker sage maker 训练"),
        ("हिन्दी שָׁלוֹם", "हिन्दी שלום"),
        ("ไทย", "ไท ทย"),
        ("?! \x00 🙂 \ud800", ""),
    ],
)
def test_words(text: str, expected: str) -> None:
    assert forms(text) == expected.split()


def test_overlong_runs_are_data_not_words() -> None:
    assert forms("a" * LONGEST) == ["a" * LONGEST]
    assert forms("a" * (LONGEST + 1)) == []
    assert forms("1" * 1000 + "," + "2" * 1000) == []
    assert forms("-".join(["part"] * 30)) == ["part"] * 30
    assert len(forms("字" * 1000)) == 999


@given(st.text(), st.text())
def test_no_word_reaches_across_white_space(left: str, right: str) -> None:
    assert split(f"{left} {right}") == split(left) + split(right)


@given(st.text())
def test_forms_have_no_white_space_and_no_upper_case(text: str) -> None:
    for form in forms(text):
        assert form.split() == [form]
        assert form == form.casefold()
        assert 0 < len(form) <= LONGEST


def test_examples() -> None:
    assert doctest.testmod(tokens).failed == 0
    assert doctest.testmod(spelling).failed == 0

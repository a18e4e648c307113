import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from evaluation_set import run_set, small_set

from assistant.confidence import (
    FEATURES,
    PLAIN,
    Calibration,
    Measured,
    load_calibration,
    load_measured,
)
from assistant.errors import AssistantError
from assistant.evaluation import calibrate
from assistant.evaluation.run import Asked, Reply, Run


def asked(number: int, answerable: bool, value: float, split: str = "dev") -> Asked:
    """A question whose first feature is ``value`` and whose other ones are 0."""
    features = {**dict.fromkeys(FEATURES, 0.0), FEATURES[0]: value}
    reply = Reply("", True, 0.5, features, (), False, False, False, 0)
    return Asked(
        f"q{number}",
        "?",
        "?",
        "list" if answerable else "near-miss",
        split,
        answerable,
        (),
        1,
        (),
        reply,
    )


def run_of(questions: list[Asked]) -> Run:
    return Run("own", {}, {}, {}, {}, tuple(questions))


def drawn(count: int, weight: float, bias: float) -> list[Asked]:
    """Questions that are answerable with the probability that the weight and bias say."""
    generator = np.random.default_rng(4)
    values = generator.uniform(-1, 1, count)
    truth = generator.random(count) < 1 / (1 + np.exp(-(weight * values + bias)))
    return [asked(i, bool(t), float(v)) for i, (t, v) in enumerate(zip(truth, values, strict=True))]


def test_the_weights_that_made_the_answers_are_found_again() -> None:
    fitted = calibrate.fit(drawn(4000, 3.0, -0.5))
    assert fitted.weights[FEATURES[0]] == pytest.approx(3, abs=0.3)
    assert fitted.bias == pytest.approx(-0.5, abs=0.15)
    assert [fitted.weights[name] for name in PLAIN[1:]] == [0] * (len(PLAIN) - 1)


def test_no_more_of_the_answerable_than_allowed_is_refused() -> None:
    questions = drawn(500, 2.0, 1.0)
    fitted = calibrate.fit(questions)
    found = calibrate.figures(fitted, questions)
    answerable = sum(one.answerable for one in questions)
    refused = round(found["false_refusals"]["mean"] * answerable)
    # Each tenth is judged by what was fitted to the others, which is nearly the same here.
    assert refused == pytest.approx(calibrate.MOST_REFUSED * answerable, abs=2)


def test_the_kind_of_question_is_learned_and_judged_on_questions_left_out() -> None:
    generator = np.random.default_rng(5)
    price, noise = np.eye(8)[0], generator.normal(0, 0.1, (400, 8))
    questions = [
        replace(one, reply=replace(one.reply, kind=tuple(vector)))
        for i, vector in enumerate(noise + [0 * price, price] * 200)
        for one in [asked(i, i % 2 == 0, 0.0)]
        if one.reply
    ]
    fitted = calibrate.fit(questions, "a1")
    assert fitted.encoder == "a1"
    assert fitted.weights["kind"] == 1
    assert fitted.along(price.astype(np.float32), "a1") < -1
    found = calibrate.figures(fitted, questions)
    assert found["auroc"]["mean"] > 0.99
    # Where it means nothing, what was learned by heart does not raise the threshold.
    chance = np.random.default_rng(6).random(400) < 0.5
    guessed = [replace(one, answerable=bool(c)) for one, c in zip(questions, chance, strict=True)]
    assert calibrate.fit(guessed, "a1").threshold < 0.5


def test_only_one_kind_of_question_is_refused() -> None:
    with pytest.raises(AssistantError, match="needs answerable and unanswerable questions"):
        calibrate.fit([asked(1, True, 0.5), asked(2, True, 0.1)])
    with pytest.raises(AssistantError, match="two of each"):
        calibrate.fit([asked(1, True, 0.5), asked(2, True, 0.1), asked(3, False, 0.1)])
    with pytest.raises(AssistantError):
        calibrate.fit([])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Run:
    place = tmp_path_factory.mktemp("calibrate")
    return run_set(small_set(place), place)


def test_only_the_development_questions_are_looked_at(made: Run) -> None:
    assert [one.id for one in calibrate.development([made])] == ["pressure", "wind", "rain", "mona"]


def test_sets_are_fitted_together(made: Run) -> None:
    fitted = Calibration(dict.fromkeys(FEATURES, 0.25), -1.5, 0.4)
    once, twice = (calibrate.content(fitted, [made] * times) for times in (1, 2))
    assert twice["fitted"]["questions"] == 2 * once["fitted"]["questions"]
    assert twice["fitted"]["set"] == "small, small"
    assert twice["measured"]["refused"] == once["measured"]["refused"]
    assert twice["measured"]["questions"] == 2 * once["measured"]["questions"]


def test_what_is_written_can_be_read_by_the_product(made: Run, tmp_path: Path) -> None:
    fitted = Calibration(dict.fromkeys(FEATURES, 0.25), -1.5, 0.4)
    calibrate.write(calibrate.content(fitted, [made]), tmp_path / "confidence.json")
    stored = json.loads((tmp_path / "confidence.json").read_text("utf-8"))
    assert (
        Calibration(stored["weights"], stored["bias"], stored["threshold"], stored["weak"])
        == fitted
    )
    assert stored["fitted"]["questions"] == 4
    assert stored["fitted"]["set_sha256"] == made.config["set_sha256"]
    assert stored["measured"] == calibrate.measured(fitted, [made])
    assert Measured(set="small", **stored["measured"]).questions > 0
    assert list(stored) == sorted(stored)
    assert not any(isinstance(value, float) and not np.isfinite(value) for value in stored.values())
    with pytest.raises(AssistantError, match="cannot be written"):
        calibrate.write({}, tmp_path / "no" / "confidence.json")


def test_the_shipped_file_is_the_one_that_the_product_reads() -> None:
    stored = json.loads(calibrate.shipped_file().read_text("utf-8"))
    assert load_calibration().threshold == stored["threshold"]
    assert set(stored["weights"]) == set(FEATURES)
    assert load_measured().set == stored["fitted"]["set"]


def test_what_is_measured_is_of_the_test_questions_where_there_are_any() -> None:
    fitted = Calibration({**dict.fromkeys(FEATURES, 0.0), FEATURES[0]: 10.0}, 0.0, 0.5)
    answered, refused = 0.2, -0.2
    kept = [
        *(asked(number, True, answered, "test") for number in range(3)),
        asked(3, True, refused, "test"),
        asked(4, False, answered, "test"),
        asked(5, False, refused, "test"),
    ]
    found = calibrate.measured(fitted, [run_of([*kept, asked(6, True, refused)])])
    assert found == {
        "answered": {"all": 0.5, "near-miss": 0.5},
        "questions": 6,
        "refused": 0.25,
        "split": "test",
    }
    one_kind = [
        asked(0, True, refused),
        asked(1, False, answered),
        asked(2, True, answered, "test"),
    ]
    found = calibrate.measured(fitted, [run_of(one_kind)])
    assert (found["questions"], found["refused"], found["split"]) == (3, 0.5, "all")

from __future__ import annotations

from assistant.confidence import Measured, load_calibration, load_measured
from assistant.ui.threshold import meaning, threshold


def test_the_threshold_is_told_as_it_was_measured() -> None:
    answered = {"all": 0.25, "near-miss": 0.2, "off-topic": 0.0}
    assert meaning(Measured(266, "sheet", "test", 0.09, answered)) == (
        "At this threshold it answers 91 % of the questions that the documents answer, and wrongly"
        " also 1 in 5 of those that they only nearly answer and none of those about something else."
        " So it was measured on the 266 test questions of sheet, with five passages"
        " considered; other documents may differ."
    )
    one_kind = meaning(Measured(10, "own", "all", 0.09, {"all": 0.5}))
    assert "wrongly also 50 % of those that they do not answer." in one_kind
    assert "on the 10 questions of own" in one_kind


def test_the_shipped_figures_tell_the_meaning_of_the_shipped_threshold() -> None:
    html = threshold()
    assert f"from a confidence of {100 * load_calibration().threshold:.0f} % on" in html
    assert f"questions of {load_measured().set}" in html
    assert "of those that they only nearly answer" in html

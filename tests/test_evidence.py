from __future__ import annotations

import numpy as np
import pytest
from passages import passage

from assistant.evidence import CONTEXT_WEIGHT, _in_order
from assistant.extract import Evidence
from assistant.types import Hit


def test_the_first_evidence_is_ordered_by_how_well_it_meets_the_question_in_context() -> None:
    parts = ("One is so.", "Two is so.", "Three is so.", "Four is so.")
    found = passage(1, " ".join(parts), units=parts)
    hit = Hit(found, 1.0, 1)
    scores = (0.9, 0.8, 0.7, 0.6)
    given = [Evidence(u, hit, 0.5, 0.5, s) for u, s in zip(found.units, scores, strict=True)]
    met = np.array([0.2, 0.5, 0.1], np.float32)
    ordered = _in_order(given, met)
    assert [one.text.split()[0] for one in ordered] == ["Two", "One", "Three", "Four"]
    # The others are no nearer to the best than the last of those compared.
    assert ordered[3].score - given[3].score == pytest.approx(0.1 * CONTEXT_WEIGHT)
    assert _in_order([], np.zeros(0, np.float32)) == []

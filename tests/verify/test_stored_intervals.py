"""Coverage of intervals and wrong verdicts, on laws where the answer is known."""

import numpy as np
import pytest

from hts.verify.intervals import SIZES, Stored, coverage, stored, wrong_verdicts


def test_intervals_of_a_heavy_tailed_law_cover_as_they_say():
    values = np.random.default_rng(1).standard_cauchy(400)
    rows = list(coverage([Stored(name="Cauchy", values=values)], 3000))
    assert [row["seeds"] for row in rows] == list(SIZES)
    for row in rows:
        assert row["covered"] == pytest.approx(row["level"], abs=0.015)
        assert row["passed"]
    assert "93.75 %" in rows[0]["says"]


def test_intervals_that_hold_the_median_always_are_too_wide():
    tied = Stored(name="x", values=np.zeros(200))
    assert not any(row["passed"] for row in coverage([tied], 2000))


def test_families_without_an_effect_are_decided_in_at_most_a_twentieth():
    families = [np.random.default_rng(2).standard_t(1.5, (200, 8)) + 3]
    rows = list(wrong_verdicts(families, 300))
    assert {row["seeds"] for row in rows} == set(SIZES)
    assert all(row["passed"] for row in rows), rows
    assert max(row["wrong"] for row in rows) > 0


def test_the_stored_seeds_are_enough_and_their_intervals_cover():
    figures, families = stored()
    assert families
    assert min(len(figure.values) for figure in figures) >= 200
    assert all(row["passed"] for row in coverage(figures, 2000))

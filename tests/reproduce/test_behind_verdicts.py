"""What stands behind a verdict: pruning curves and the values of a trend."""

import dataclasses

import numpy as np
import pytest
from reproduce_factories import reproduction

from hts.reproduce.claim import View
from hts.reproduce.curves import curves
from hts.reproduce.weight_claims import Alpha, Width
from hts.reproduce.words import power_words, undecided_words
from hts.runs.measured import LEVELS


def test_pruning_curves_stand_beside_both_controls_at_equal_target_and_equal_steps():
    made = reproduction()
    (setup,) = made.setups
    cell = setup.heavy(40, "III", 1.5, "strong")
    found = curves(View(made, setup, "full"), cell)
    assert [(one.name, one.side) for one in found[1:]] == [
        (control, side) for control in ("no noise", "Gaussian")
        for side in ("equal target", "equal steps")
    ]  # fmt: skip
    place = LEVELS.index(0.8)
    assert found[0].medians[place].median == pytest.approx(85, abs=0.1)
    assert {round(one.medians[place].median) for one in found[1:]} == {50}


def test_a_trend_keeps_the_values_it_ranks_and_those_of_its_controls():
    (family, _) = Width().judge(reproduction()).families
    trend = family.parts[0].draft.trend
    assert trend is not None
    assert (trend.over, trend.at) == ("width", (20.0, 40.0))
    assert family.parts[0].test.effect.median == pytest.approx(
        np.median(trend.values[:, 1] - trend.values[:, 0])
    )
    assert [np.median(rows) for rows in trend.controls.values()] == pytest.approx([12, 12], abs=0.1)
    assert next(iter(trend.controls)) == "no noise"


def test_the_smallest_effect_is_told_without_a_power_of_ten():
    (family, *_) = Alpha().judge(reproduction()).families
    part = family.parts[0]
    open_ = dataclasses.replace(
        part.verdict, ruling="undecided", smallest_effect=171.3, seeds_needed=30
    )
    part = dataclasses.replace(part, verdict=open_)
    unit = part.draft.unit
    assert f"an effect of 170 {unit} beyond the margin" in power_words(part)
    whole = dataclasses.replace(family, parts=(part,))
    assert f"an effect of 170 {unit} beyond the margin" in undecided_words(whole)

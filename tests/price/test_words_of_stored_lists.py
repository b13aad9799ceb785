"""Every sentence on the stored lists holds what a test over seeds can come to, and no more."""

from __future__ import annotations

import math

import pytest

from hts.price.choose import Choice
from hts.price.claims import CLAIMS
from hts.price.files import SHIPPED, read
from hts.price.words import part_words


@pytest.mark.parametrize("data", ["digits", "ecg5000-binary", "mnist"])
def test_effects_are_what_is_recorded_and_what_there_can_be(data):
    choice = Choice(read(SHIPPED / f"{data}.json"))
    parts = [part for claim in CLAIMS for part in claim.parts(choice)]
    for part in parts:
        said, smallest = part_words(part), part.verdict.smallest_effect
        assert abs(part.test.effect.median) > 1e-9 or "undecided, 0 (" in said
        assert smallest > 0
        if part.unit == "rank correlation":
            assert smallest <= 1 or math.isinf(smallest)
        power = "no effect within the spread seen" if math.isinf(smallest) else "; an effect of "
        assert power in said
        assert ("settle it" in said) == (part.verdict.ruling == "undecided")
        assert "more than 2000" not in said

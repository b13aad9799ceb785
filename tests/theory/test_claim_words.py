"""A verdict says what it asks for, so that an interval beside 1 is understood."""

from __future__ import annotations

from hts.theory import files
from hts.theory.claims import CLAIMS, _found_step


def of(name):
    return list(CLAIMS[name](files.read(name, files.shipped(name)).result))


def test_every_tolerance_is_said():
    (order,) = [claim for claim in of("euler") if "strong order" in claim.name]
    assert order.name.endswith("strong order within 0.1 of 1")
    assert "every interval must lie within 0.1 of it" in order.says
    chaos = of("chaos")
    chaos = [claim for claim in chaos if claim.name.startswith("chaos, ") and claim.passed]
    assert chaos
    assert all("the interval must lie within 0.1 of -1/2" in claim.says for claim in chaos)
    flat = [claim for claim in of("width") if claim.name.endswith("is flat")]
    assert flat
    assert all("(flat: the interval holds 0, or" in claim.says for claim in flat)


def test_what_is_no_deviation_has_no_minus():
    claim = _found_step("step", (1.0, 0.9999, ""), ("", None))
    assert claim.says.endswith("found 0.9999, +0.0 % (must be within 10 %)")

"""What a result is said to show follows its numbers."""

from __future__ import annotations

from dataclasses import replace

import pytest
from theory_factories import chaos_result, euler_result, slope, width_result

from hts.theory import answers
from hts.theory.records import (
    EmergentResult,
    LimitResult,
    MeanCoupling,
    MeasuredTail,
    Plane,
    WidthResult,
)
from hts.theory.settings import EmergentSettings, LimitSettings


@pytest.mark.parametrize(("found", "place"), [(-1.02, 0), (-0.48, 1), (-0.03, 2), (-0.34, None)])
def test_a_hundredfold_n(found, place):
    where, says = answers.chaos(chaos_result(slope=found))
    assert where == place
    assert f"{100**-found:.1f}" in says


@pytest.mark.parametrize(("found", "place"), [(1.01, 0), (0.5, 1), (0.66, 2), (0.85, None)])
def test_half_a_step(found, place):
    where, says = answers.euler(euler_result(slope=found, alpha=1.5))
    assert where == place
    assert f"{2**found:.3f}" in says
    assert answers.euler(euler_result(slope=found, alpha=2.0))[0] is None


def test_width_asks_heavy_and_light_noise():
    def both(heavy: float, light: float) -> int | None:
        one, two = width_result(alpha=1.5, slope=heavy), width_result(alpha=2.0, slope=light)
        made = WidthResult(settings=one.settings, cases=[*one.cases, *two.cases], regime=[])
        return answers.width(made)[0]

    assert both(-0.3, -0.3) == 0
    assert both(-0.3, 0.0) == 1
    assert both(0.0, 0.0) == 2
    assert both(0.0, -0.3) is None
    assert answers.width(width_result(alpha=1.5, slope=-0.3))[0] is None


@pytest.mark.parametrize(("found", "place"), [(-0.5, 0), (-0.43, 1), (-0.6, 2)])
def test_the_rate_of_the_limit(found, place):
    error = chaos_result(slope=found).cases[0].error
    coupling = MeanCoupling(alpha=1.75, error=error, slope=slope(found), exact=1 / 1.75 - 1)
    plane = Plane(times=[], across=[], up=[], counts=[], small=[], x=[], target=[], output=[],
                  small_output=[])  # fmt: skip
    made = LimitResult(settings=LimitSettings(), lines=[], plane=plane, coupling=[coupling])
    assert answers.limit(made)[0] == place


def test_infinite_variance_without_noise():
    def at(*indices: float) -> int | None:
        base = MeasuredTail(step=1.0, predicted=None, alpha=1, low=1, high=1, k=10, growth=-1,
                            injected=1.5, injected_low=1, injected_high=2)  # fmt: skip
        rows = [replace(base, step=0.1 * i, alpha=a, low=a - 0.1, high=a + 0.1)
                for i, a in enumerate(indices, 1)]  # fmt: skip
        made = EmergentResult(
            settings=EmergentSettings(), critical=0.5, critical_found=None, critical_low=None,
            critical_high=None, divergence=1.0, divergence_found=None, steps=[], predicted=[],
            measured=rows,
        )  # fmt: skip
        return answers.emergent(made)[0]

    assert at(4.0, 3.0) == 0
    assert at(4.0, 1.5) == 1
    assert at(1.7, 1.5) == 2
    assert at(2.05, 1.95) is None

"""Results with known numbers, for claims, figures and pages."""

from __future__ import annotations

from hts.theory.dependence import OBSERVABLES
from hts.theory.records import (
    Average,
    ChaosCase,
    ChaosResult,
    Curve,
    EulerCase,
    EulerResult,
    Reach,
    RegimeRow,
    Slope,
    WidthCase,
    WidthResult,
)
from hts.theory.settings import ChaosSettings, EulerSettings, WidthSettings


def slope(value: float) -> Slope:
    return Slope(slope=value, low=value - 0.02, high=value + 0.02, level=0.95, replicates=20)


def curve(sizes: list[float], exponent: float, start: float = 1.0) -> Curve:
    values = [start * size**exponent for size in sizes]
    return Curve(
        sizes=sizes, typical=values, low=[0.9 * v for v in values],
        high=[1.1 * v for v in values], mean=values, median=values,
    )  # fmt: skip


def chaos_result(
    *, slope: float, activation: str = "tanh", grows: float = 0.0, left: float = 1.0
) -> ChaosResult:
    """``grows``: the exponent of what averages vary, ``left`` that at n = 1."""
    settings = ChaosSettings(
        noises=("III",), alphas=(1.75,), activation=activation, widths=(10, 100, 1000),
        pair_widths=(2, 4, 8),
    )  # fmt: skip
    case = ChaosCase(
        kind="III", alpha=1.75, error=curve([10.0, 100.0, 1000.0], slope),
        slope=_slope(slope), expected=-0.5 if activation == "tanh" else -0.43,
        wasserstein=[0.1, 0.03, 0.01], floor=[0.2, 0.1, 0.05], averages=[
            Average(observable=name, slope=_slope(grows), ratio=curve([2, 4, 8], grows, left))
            for name in OBSERVABLES
        ],
    )  # fmt: skip
    return ChaosResult(settings=settings, cases=[case])


def euler_result(*, slope: float, alpha: float = 2.0) -> EulerResult:
    etas = [0.25, 0.125, 0.0625]
    settings = EulerSettings(alphas=(alpha,), widths=(4, 8, 16), grids=(8, 16, 32), finest=256)
    curves, slopes = [curve(etas, slope)] * 3, [_slope(slope)] * 3
    case = EulerCase(
        kind="III", alpha=alpha, widths=[4, 8, 16], mean=curves, largest=curves, slopes=slopes,
        slopes_of_largest=slopes, slope_on_width=_slope(0.0),
        slope_of_largest_on_width=_slope(0.1),
    )  # fmt: skip
    return EulerResult(settings=settings, cases=[case])


def width_result(*, alpha: float, slope: float) -> WidthResult:
    settings = WidthSettings(
        alphas=(alpha,), without=False, widths=(10, 100, 1000), kappas=(0.1, 0.5), errors=(0.5,)
    )
    means = [[0.9, 0.8, 0.7], [0.6, 0.5, 0.4]]
    case = WidthCase(
        kind="III", alpha=alpha, mean=means, low=[[m - 0.01 for m in row] for row in means],
        high=[[m + 0.01 for m in row] for row in means], slopes=[_slope(slope)] * 2,
        exponent=1 - 2 / alpha if alpha < 2 else None,
        reach=[Reach(kappa=0.1, eps=0.5, width=None, shares=[0.0, 0.0, 0.2]),
               Reach(kappa=0.5, eps=0.5, width=100, shares=[0.0, 0.9, 1.0])],
    )  # fmt: skip
    rows = [
        RegimeRow(alpha=1.5, width=10, step=0.0178, steps=113, theorem=[0.8, 0.5],
                  theorem_half=[0.1, 0.1], practical=[0.81, 0.51], practical_half=[0.1, 0.1]),
        RegimeRow(alpha=1.5, width=1000, step=5.6e-6, steps=357_000, theorem=None,
                  theorem_half=None, practical=None, practical_half=None),
    ]  # fmt: skip
    return WidthResult(settings=settings, cases=[case], regime=rows)


_slope = slope

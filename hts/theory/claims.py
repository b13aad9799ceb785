"""What a result says in words, each with its figures and whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hts.theory.records import (
    ChaosResult,
    Claim,
    EmergentResult,
    EulerResult,
    LimitResult,
    WidthResult,
)
from hts.theory.settings import Case

NEAR_HALF = 0.1  # how far from -1/2 a slope and its interval may lie
NEAR_ONE = 0.15  # how far from 1 Euler's slope may lie at alpha = 2
FLAT = 0.005  # of a slope of the squared error: a tenth of the guide at alpha = 1.9
NEAR_CRITICAL = 0.10  # relative


def chaos_claims(result: ChaosResult) -> Iterator[Claim]:
    """Slopes against -1/2 where the activation is smooth; correlations that vanish."""
    settings = result.settings
    smooth = settings.activation == "tanh"
    for case in result.cases:
        title = Case(case.kind, case.alpha).title
        low, high = case.slope.low, case.slope.high
        inside = low >= -0.5 - NEAR_HALF and high <= -0.5 + NEAR_HALF
        expected = "" if case.expected is None else f", expected {case.expected:.3f}"
        yield Claim(
            name=f"chaos, {title}",
            says=(
                f"error falls like n to the {case.slope}{expected}; {settings.replicates} "
                f"replicates of n = {settings.widths[0]} to {settings.widths[-1]} beside "
                f"{settings.reference} units"
            ),
            passed=inside if smooth else None,
        )
        sizes = [abs(c) for c in case.correlation]
        half = (case.correlation_high[-1] - case.correlation_low[-1]) / 2
        yield Claim(
            name=f"two tagged units, {title}",
            says=(
                f"correlation {case.correlation[0]:+.3f} at n = {case.pair_widths[0]}, "
                f"{case.correlation[-1]:+.4f} ± {half:.4f} at n = {case.pair_widths[-1]}"
            ),
            passed=sizes[-1] < max(sizes[0] / 2, half) if smooth else None,
        )


def euler_claims(result: EulerResult) -> Iterator[Claim]:
    """Errors that fall with eta; order 1 at alpha = 2; slopes on n without a verdict."""
    for case in result.cases:
        title = Case(case.kind, case.alpha).title
        last = case.slopes[-1]
        falls = all(
            all(a > b for a, b in zip(curve.typical, curve.typical[1:], strict=False))
            for curve in case.mean
        )
        width = case.widths[-1]
        yield Claim(
            name=f"Euler, {title}: errors fall with the step",
            says=f"at n = {width} the mean unit's error goes like eta to the {last}, the largest "
            f"unit's {case.slopes_of_largest[-1]}",
            passed=falls and last.low > 0,
        )
        if case.alpha == 2:
            yield Claim(
                name=f"Euler, {title}: strong order 1",
                says=f"slopes {', '.join(f'{s.slope:.3f}' for s in case.slopes)} at "
                f"n = {', '.join(map(str, case.widths))}; additive Gaussian noise has order 1",
                passed=all(abs(s.slope - 1) <= NEAR_ONE for s in case.slopes),
            )
        yield Claim(
            name=f"Euler, {title}: against the width",
            says=f"at the smallest step the mean unit's error goes like n to the "
            f"{case.slope_on_width}, the largest unit's {case.slope_of_largest_on_width}",
            passed=None,
        )


def width_claims(result: WidthResult) -> Iterator[Claim]:
    """Falling for alpha <= 1.75, flat at 2 and without noise; between them nothing is asserted."""
    settings = result.settings
    for case in result.cases:
        title = Case(case.kind, case.alpha).title
        heavy = case.alpha is not None and case.alpha < 2
        for kappa, slope, means in zip(settings.kappas, case.slopes, case.mean, strict=True):
            says = (
                f"e({kappa:g}) is {means[0]:.3f} at n = {settings.widths[0]}, {means[-1]:.3f} at "
                f"n = {settings.widths[-1]}; its square goes like n to the {slope}"
            )
            if case.exponent is not None:
                says += f", for large n by the guide {case.exponent:.3f}"
            flat = slope.low <= 0 <= slope.high or abs(slope.slope) <= FLAT
            verdict = flat if not heavy else slope.high < 0
            passed = None if heavy and (case.alpha or 0) > 1.75 else verdict
            what = "falls with n" if heavy else "is flat"
            yield Claim(name=f"e({kappa:g}), {title}: {what}", says=says, passed=passed)
        for reach in case.reach:
            where = (
                f"from n = {reach.width} on"
                if reach.width is not None
                else f"not reached up to n = {settings.widths[-1]} (there in "
                f"{100 * reach.shares[-1]:.0f} % of replicates)"
            )
            yield Claim(
                name=f"e({reach.kappa:g}) <= {reach.eps:g}, {title}",
                says=f"in {100 * settings.probability:g} % of replicates {where}",
                passed=None,
            )
    for row in result.regime:
        ran = "not run"
        if row.theorem and row.theorem_half and row.practical and row.practical_half:
            ran = ", ".join(
                f"e({kappa:g}) {a:.3f} ± {b:.3f}, at the practical step {c:.3f} ± {d:.3f}"
                for kappa, a, b, c, d in zip(
                    settings.kappas, row.theorem, row.theorem_half, row.practical,
                    row.practical_half, strict=True,
                )
            )  # fmt: skip
        yield Claim(
            name=f"theorem's step, alpha {row.alpha:g}, n = {row.width}",
            says=f"eta <= {row.step:.2g}, {row.steps} steps to the horizon: {ran}",
            passed=None,
        )


def limit_claims(result: LimitResult) -> Iterator[Claim]:
    """Distances to the limit law that fall; the exact exponent of the linear problem."""
    for line in result.lines:
        yield Claim(
            name=f"{line.name}: the law of n units",
            says=(
                f"Kolmogorov distance to the limit {line.distance.typical[0]:.3f} at "
                f"n = {line.distance.sizes[0]:g}, {line.distance.typical[-1]:.4f} at "
                f"n = {line.distance.sizes[-1]:g}, slope {line.slope}; "
                f"{line.large_distance:.4f} at n = {result.settings.units} (95 % of samples of "
                f"that many independent values stay below {line.large_bound:.4f})"
            ),
            passed=line.slope.high < 0,
        )
    for coupling in result.coupling:
        yield Claim(
            name=f"units drawn to their mean, alpha {coupling.alpha:g}: the exact rate",
            says=f"slope {coupling.slope}, exactly {coupling.exact:.4f} is known",
            passed=coupling.slope.low <= coupling.exact <= coupling.slope.high,
        )


def emergent_claims(result: EmergentResult) -> Iterator[Claim]:
    """Critical steps found beside predicted ones; indices whose interval holds the prediction."""
    low, high = ("?" if end is None else f"{end:.4g}"
                 for end in (result.critical_low, result.critical_high))  # fmt: skip
    yield _found_step(
        "step size at which the variance becomes infinite",
        (result.critical, result.critical_found, f" (95 % interval {low} to {high})"),
        otherwise=("not crossed by the measured tail index", False),
    )
    yield _found_step(
        "step size above which nothing settles",
        (result.divergence, result.divergence_found, ""),
        otherwise=("outside the measured steps", None),
    )
    inside = [m for m in result.measured if m.predicted and m.low <= m.predicted <= m.high]
    known = [m for m in result.measured if m.predicted]
    yield Claim(
        name="measured tail index against the prediction",
        says=f"95 % intervals hold the predicted index at {len(inside)} of {len(known)} steps; "
        "Hill's bias is not in them",
        passed=None,
    )
    least = min(result.measured, key=lambda m: m.step)
    yield Claim(
        name="injected noise at the smallest step",
        says=f"tail index {least.injected:.2f} ({least.injected_low:.2f} to "
        f"{least.injected_high:.2f}) with injected alpha {result.settings.alpha:g}, plain SGD "
        f"{least.alpha:.2f}, predicted {least.predicted or float('inf'):.2f}",
        passed=None,
    )


def _found_step(
    name: str,
    step: tuple[float, float | None, str],  # predicted, found, its interval
    otherwise: tuple[str, bool | None],
) -> Claim:
    predicted, found, interval = step
    said, passed = otherwise
    if found is not None:
        off = found / predicted - 1
        said, passed = (
            f"found {found:.4g}{interval}, {100 * off:+.1f} %",
            abs(off) <= NEAR_CRITICAL,
        )
    return Claim(name=name, says=f"predicted {predicted:.4g}, {said}", passed=passed)


CLAIMS: dict[str, Callable[[Any], Iterator[Claim]]] = {
    "chaos": chaos_claims,
    "euler": euler_claims,
    "width": width_claims,
    "limit": limit_claims,
    "emergent": emergent_claims,
}

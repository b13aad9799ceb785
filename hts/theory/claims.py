"""What a result says in words, each with its figures and whether it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hts.theory import dependence
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
NEAR_ONE = 0.1  # how far from 1 Euler's slope and its interval may lie at alpha = 2
FLAT = 0.005  # of a slope of the squared error: a tenth of the guide at alpha = 1.9
NEAR_CRITICAL = 0.10  # relative


def chaos_claims(result: ChaosResult) -> Iterator[Claim]:
    """Slopes against -1/2 where the activation is smooth; what averages of units still vary."""
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
                f"{settings.reference} units, of its own seeds"
                + (f"; the interval must lie within {NEAR_HALF:g} of -1/2" if smooth else "")
            ),
            passed=inside if smooth else None,
        )
        widths = case.averages[0].ratio.sizes
        settles = "; ".join(
            f"{one.observable} {one.ratio.typical[-1]:.3f} times, going like n to the {one.slope}"
            for one in case.averages
        )
        yield Claim(
            name=f"two tagged units, {title}",
            says=f"the mean of n = {widths[-1]:g} units varies, over that of independent ones (a "
            f"fixed sum 0, a shared factor ever more with n): {settles} from n = "
            f"{widths[-dependence.LAST]:g} on",
            passed=dependence.independent(case.averages) if smooth else None,
        )
    slopes = [case.slope.slope for case in result.cases]
    if len(slopes) > 1:
        half = max(case.slope.spread for case in result.cases)
        yield Claim(
            name="chaos, the noises beside each other",
            says=f"{len(slopes)} slopes from {min(slopes):.3f} to {max(slopes):.3f}, each of its "
            f"own seeds on the same examples; their 95 % intervals reach up to {half:.3f} to "
            "either side",
            passed=None,
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
                name=f"Euler, {title}: strong order within {NEAR_ONE:g} of 1",
                says="; ".join(
                    f"slope {s} at n = {n}" for s, n in zip(case.slopes, case.widths, strict=True)
                )
                + "; the theory of additive Gaussian noise says 1, and every interval must lie "
                f"within {NEAR_ONE:g} of it",
                passed=all(s.low >= 1 - NEAR_ONE and s.high <= 1 + NEAR_ONE for s in case.slopes),
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
            if not heavy:
                says += f" (flat: the interval holds 0, or the slope is within {FLAT:g} of it)"
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
                f"e({kappa:g}) {share_words(a, b)}, at the practical step {share_words(c, d)}"
                for kappa, a, b, c, d in zip(
                    settings.kappas, row.theorem, row.theorem_half, row.practical,
                    row.practical_half, strict=True,
                )
            )  # fmt: skip
        yield Claim(
            name=f"theorem's step, alpha {row.alpha:g}, n = {row.width}",
            says=f"eta <= {row.step:.2g}, {row.steps} steps to the horizon, means with 95 % "
            f"intervals: {ran}",
            passed=None,
        )


def share_words(mean: float, half: float) -> str:
    """``0.709 (0.672 to 0.746)``: a mean of shares with its 95 % interval, cut to [0, 1]."""
    return f"{mean:.3f} ({max(0.0, mean - half):.3f} to {min(1.0, mean + half):.3f})"


def limit_claims(result: LimitResult) -> Iterator[Claim]:
    """Distances to the limit law that fall; the exact exponents of the linear problem.

    Those are one verdict, so their intervals hold all of them together with 95 %.
    """
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
    yield Claim(
        name="units drawn to their mean: the exact rates",
        says="; ".join(
            f"alpha {one.alpha:g}: slope {one.slope}, exactly {one.exact:.4f} is known"
            for one in result.coupling
        ),
        passed=all(one.slope.low <= one.exact <= one.slope.high for one in result.coupling),
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
    yield Claim(
        name="injected noise where plain SGD is lighter", says=injected_words(result), passed=None
    )


def injected_words(result: EmergentResult) -> str:
    """What injected noise does to the index where plain SGD's is predicted to be above its own."""
    alpha = result.settings.alpha
    lighter = [
        m
        for m in result.measured
        if (m.step < result.critical if m.predicted is None else m.predicted > alpha)
    ]
    if not lighter:
        return f"no measured step has a predicted index above the injected alpha {alpha:g}"
    plain, injected = ([getattr(m, name) for m in lighter] for name in ("alpha", "injected"))
    held = sum(m.injected_low <= alpha <= m.injected_high for m in lighter)
    below = sum(m.injected_high < 2 for m in lighter)
    return (
        f"injected alpha {alpha:g} turns a measured index of {min(plain):.2f} to {max(plain):.2f} "
        f"into {min(injected):.2f} to {max(injected):.2f}, with its interval below 2 at {below} of "
        f"{len(lighter)} steps; the interval holds {alpha:g} at {held} of them (Hill's bias is not "
        "in it)"
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
        within = f"must be within {100 * NEAR_CRITICAL:g} %"
        said, passed = (
            f"found {found:.4g}{interval}, {100 * off:+z.1f} % ({within})",
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

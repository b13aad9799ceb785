"""Which of the answers one may expect a result gives, worked out from its numbers.

Every function returns the place of the answer among the choices of its topic (in the order of its
docstring) and a sentence with the numbers; None where it is none of them, or not decided.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hts.theory.claims import FLAT, injected_words
from hts.theory.records import (
    ChaosResult,
    EmergentResult,
    EulerResult,
    LimitResult,
    Slope,
    WidthCase,
    WidthResult,
)

HALF = 1.5  # the alpha that the question about Euler's error is about

Answer = tuple[int | None, str]


def chaos(result: ChaosResult) -> Answer:
    """A hundredfold n: the distance falls 100 times, 10 times, not at all; of a bounded drift."""
    found = [case.slope.slope for case in result.cases]
    times = sorted(100**-slope for slope in found)
    return _one_of(found, (-1.0, -0.5, 0.0), 0.12), (
        f"a hundredfold n divides the distance by {times[0]:.1f} to {times[-1]:.1f}, over "
        f"{len(found)} noises"
        if len(found) > 1
        else f"a hundredfold n divides the distance by {times[0]:.1f}"
    )


def euler(result: EulerResult) -> Answer:
    """Half the step at alpha 1.5: half the error, 1/sqrt 2 of it, 2^(-1/1.5) of it."""
    slopes = [case.slopes[-1] for case in result.cases if case.alpha == HALF]
    if not slopes:
        return None, f"alpha {HALF:g} was not run"
    said = ", ".join(f"{2**s.slope:.3f}" for s in slopes)
    return _one_of([s.slope for s in slopes], (1.0, 0.5, 1 / HALF), 0.08), (
        f"half the step divides the mean unit's error by {said}"
    )


def width(result: WidthResult) -> Answer:
    """e(kappa) falls with n for every noise, for heavy tails only, for none.

    Heavy: alpha up to 1.75, since the fall is slow nearer to 2.
    """
    heavy = [_falls(c) for c in result.cases if c.alpha is not None and c.alpha <= 1.75]
    light = [_falls(c) for c in result.cases if c.alpha is None or c.alpha == 2]
    said = (
        f"falls for {sum(heavy)} of {len(heavy)} noises with alpha up to 1.75, and for "
        f"{sum(light)} of {len(light)} that are Gaussian or none"
    )
    if not heavy or not light:
        return None, said
    choice = {(True, True): 0, (True, False): 1, (False, False): 2}
    decided = all(heavy) or not any(heavy), all(light) or not any(light)
    return (choice.get((all(heavy), all(light))) if all(decided) else None), said


def limit(result: LimitResult) -> Answer:
    """Units drawn to their mean approach their limit like n^(-1/2), slower, faster."""
    alpha = result.settings.alpha
    found: Slope = next(c.slope for c in result.coupling if c.alpha == alpha)
    place = 0 if found.low <= -0.5 <= found.high else 1 if found.slope > -0.5 else 2
    return place, f"the distance goes like n to the {found} at alpha {alpha:g}"


def emergent(result: EmergentResult) -> Answer:
    """The variance of plain SGD is infinite never, with large steps, always."""
    infinite = [m.high < 2 for m in result.measured]
    finite = [m.low > 2 for m in result.measured]
    steps = [m.step for m, inside in zip(result.measured, infinite, strict=True) if inside]
    if not steps:
        return (0 if all(finite) else None), "no measured tail index is below 2"
    return (1 if any(finite) else 2 if all(infinite) else None), (
        f"the tail index is below 2 from step {min(steps):.3g} on; {injected_words(result)}"
    )


ANSWERS: dict[str, Callable[[Any], Answer]] = {
    "chaos": chaos,
    "euler": euler,
    "width": width,
    "limit": limit,
    "emergent": emergent,
}


def _one_of(found: Sequence[float], known: Sequence[float], near: float) -> int | None:
    """The known exponent that every one that was found is near to, if there is one."""
    places = {
        next((i for i, slope in enumerate(known) if abs(slope - one) <= near), None)
        for one in found
    }
    return places.pop() if len(places) == 1 else None


def _falls(case: WidthCase) -> bool:
    """At every kappa: the interval of the slope lies below 0, and the slope is not flat."""
    return all(slope.high < 0 and slope.slope < -FLAT for slope in case.slopes)

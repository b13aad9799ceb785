"""An `AtShare` as the sentence that stands beside the slider."""

from __future__ import annotations

from hts.paired.effect import AtShare
from hts.paired.median import LEVEL


def sentence(
    effect: AtShare, *, noisy: str = "the noisy network", control: str, what: str = "noise"
) -> str:
    """``With 80 % removed the noisy network keeps 55 %, the noise-free control 91 %: noise ...``.

    ``control``: how the control is called there, such as "the noise-free control"; ``what`` the
    noisy network has and the control has not, "noise" or "heavy tails".
    """
    kept = f"With {100 * effect.share:g} % removed {noisy} keeps {effect.accuracy.median:.0f} %"
    return f"{kept}, {control} {effect.control.median:.0f} %: {verdict(effect, what)}."


def verdict(effect: AtShare, what: str = "noise") -> str:
    """``noise costs 37 points (29 to 44), in 8 of 8 seeds``; of one seed only what was seen."""
    gap = effect.difference
    gains = gap.median > 0
    plural = "" if what.endswith("s") else "s"
    says = f"{what} {'gain' if gains else 'cost'}{plural} {_points(abs(gap.median))}"
    if effect.seeds == 1:
        return f"{says} in this one seed" if abs(gap.median) >= 0.5 else "no difference in one seed"
    agree = f"in {effect.seeds_won if gains else effect.seeds_lost} of {effect.seeds} seeds"
    if gap.low <= 0 <= gap.high:
        span = (
            f"{_signed(gap.median)} {_unit(gap.median)}, {_signed(gap.low)} to {_signed(gap.high)}"
        )
        return f"no clear difference ({span}; ahead in {effect.seeds_won} of {effect.seeds} seeds)"
    low, high = sorted((abs(gap.low), abs(gap.high)))
    said = f"{says} ({low:.0f} to {high:.0f}), {agree}"
    return said if gap.level >= LEVEL else f"{said}, too few for a 95 % interval"


def _points(size: float) -> str:
    return f"{size:.0f} {_unit(size)}"


def _unit(points: float) -> str:
    return "point" if abs(round(points)) == 1 else "points"


def _signed(points: float) -> str:
    rounded = round(points)
    return f"−{-rounded}" if rounded < 0 else f"+{rounded}" if rounded > 0 else "0"

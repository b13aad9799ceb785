"""An `AtShare` as the sentence that stands beside the slider."""

from __future__ import annotations

from hts.paired.effect import AtShare
from hts.paired.median import LEVEL


def sentence(effect: AtShare, *, noisy: str = "the noisy network", control: str) -> str:
    """``With 80 % removed the noisy network keeps 55 %, the noise-free one 91 %: noise costs ...``.

    ``control``: how the control is called there, such as "the noise-free one".
    """
    kept = f"With {100 * effect.share:g} % removed {noisy} keeps {effect.accuracy.median:.0f} %"
    return f"{kept}, {control} {effect.control.median:.0f} %: {verdict(effect)}."


def verdict(effect: AtShare) -> str:
    """``noise costs 37 points (29 to 44), 8 of 8 seeds``; of one seed only what was seen."""
    gap = effect.difference
    gains = gap.median > 0
    size, ends = abs(gap.median), sorted((abs(gap.low), abs(gap.high)))
    if effect.seeds == 1:
        if size < 0.05:
            return "no difference in this one seed"
        return f"noise {'gains' if gains else 'costs'} {size:.0f} points in this one seed"
    count = effect.seeds_won if gains else effect.seeds_lost
    agree = f"{count} of {effect.seeds} seeds"
    if gap.low <= 0 <= gap.high:
        word = "gains" if gains else "costs"
        span = f"{_signed(gap.low)} to {_signed(gap.high)}"
        return f"no clear difference (noise {word} {size:.0f} points, {span}), {agree}"
    word = "gains" if gains else "costs"
    said = f"noise {word} {size:.0f} points ({ends[0]:.0f} to {ends[1]:.0f}), {agree}"
    return said if gap.level >= LEVEL else f"{said}, too few for a 95 % interval"


def _signed(points: float) -> str:
    rounded = round(points)
    return f"−{-rounded}" if rounded < 0 else f"+{rounded}" if rounded > 0 else "0"

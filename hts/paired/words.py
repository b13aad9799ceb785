"""An `AtShare` as the sentence beside the slider, and what undecided verdicts would need."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hts.paired.effect import AtShare
from hts.paired.median import LEVEL
from hts.paired.verdict import MOST_SEEDS, Verdict
from hts.validate import capitalised


def sentence(
    effect: AtShare, *, noisy: str = "the noisy network", control: str, what: str = "noise"
) -> str:
    """``With 80 % removed the noisy network keeps 55 %, the control 91 % (medians); ...``.

    The median of the paired differences is not the difference of the medians, so both are named.

    ``control``: how the control is called there, such as "the noise-free control"; ``what`` the
    noisy network has and the control has not, "noise" or "heavy tails".
    """
    kept = f"With {100 * effect.share:g} % removed {noisy} keeps {effect.accuracy.median:.0f} %"
    paired = ":" if effect.seeds == 1 else " (medians); paired by seed,"
    return f"{kept}, {control} {effect.control.median:.0f} %{paired} {verdict(effect, what)}."


def beside(effect: AtShare, *, control: str, what: str = "noise") -> str:
    """``The Gaussian control keeps 61 %: ...``: one more control, after a `sentence`."""
    name = capitalised(control) + "," * ("," in control)
    return f"{name} keeps {effect.control.median:.0f} %: {verdict(effect, what)}."


def verdict(effect: AtShare, what: str = "noise") -> str:
    """``noise costs a median of 37 points (95 % interval 29 to 44), in 8 of 8 seeds``.

    The median and its interval are those of the paired differences; of one seed what was seen.
    """
    gap = effect.difference
    gains = gap.median > 0
    plural = "" if what.endswith("s") else "s"
    does, size = f"{what} {'gain' if gains else 'cost'}{plural}", _points(abs(gap.median))
    if effect.seeds == 1:
        seen = f"{does} {size} in this one seed"
        return seen if abs(gap.median) >= 0.5 else "no difference in one seed"
    level = f"{levels_said([gap.level])} interval"
    agree = f"in {effect.seeds_won if gains else effect.seeds_lost} of {effect.seeds} seeds"
    if gap.low <= 0 <= gap.high:
        middle = f"{_signed(gap.median)} {_unit(gap.median)}"
        span = f"{level} {_signed(gap.low)} to {_signed(gap.high)}"
        ahead = f"ahead in {effect.seeds_won} of {effect.seeds} seeds"
        return f"no clear difference (median {middle}, {span}; {ahead})"
    low, high = sorted((abs(gap.low), abs(gap.high)))
    few = "" if gap.level >= LEVEL else f", too few seeds for {levels_said([LEVEL])}"
    return f"{does} a median of {size} ({level} {low:.0f} to {high:.0f}{few}), {agree}"


def settled_words(undecided: Sequence[Verdict]) -> str:
    """``30 to 120 seeds would settle them``, of one ``it``, at the effects seen.

    Those that `MOST_SEEDS` do not decide are told apart: an effect of nothing takes no number.
    """
    known = [one.seeds_needed for one in undecided if one.seeds_needed is not None]
    them = "it" if len(undecided) == 1 else "them"
    if not known:
        return f"{MOST_SEEDS} seeds would not settle {them}"
    low, high = min(known), max(known)
    said = f"{low} seeds" if low == high else f"{low} to {high} seeds"
    if len(known) == len(undecided):
        return f"{said} would settle {them}"
    return f"{said} would settle {len(known)} of {them}, {MOST_SEEDS} seeds none of the others"


def levels_said(levels: Iterable[float]) -> str:
    """``95 %``, what intervals hold at least; ``75 to 88 %`` where some have fewer seeds."""
    known = sorted({round(100 * min(level, LEVEL)) for level in levels} or {round(100 * LEVEL)})
    return f"{known[0]} %" if len(known) == 1 else f"{known[0]} to {known[-1]} %"


def _points(size: float) -> str:
    return f"{size:.0f} {_unit(size)}"


def _unit(points: float) -> str:
    return "point" if abs(round(points)) == 1 else "points"


def _signed(points: float) -> str:
    rounded = round(points)
    return f"−{-rounded}" if rounded < 0 else f"+{rounded}" if rounded > 0 else "0"

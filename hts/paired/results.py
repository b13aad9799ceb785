"""The comparison at equal pruned share, from what the networks of a run came to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hts.paired.effect import DIVERGED, SHARES, AtShare, Curve, at_shares
from hts.records import MemberResult, RunResult


def curve_of(result: RunResult) -> Curve:
    """Test accuracy after pruning; of a network that diverged 0 %."""
    return recorded_curve(result) or DIVERGED


def recorded_curve(result: RunResult) -> Curve | None:
    """The same; None for a result of before networks kept their curve."""
    if result.stop_reason == "diverged":
        return DIVERGED
    kept = result.curve
    return None if kept is None else Curve(pruned=kept.pruned, accuracy=kept.test_accuracy)


def numbers(results: Iterable[RunResult], name: str) -> list[float]:
    """The field ``name`` of each result that has it; an accuracy of one that diverged is 0 %."""
    found = []
    for result in results:
        nothing = 0.0 if result.stop_reason == "diverged" and "accuracy" in name else None
        value = getattr(result, name)
        if (known := nothing if value is None else value) is not None:
            found.append(float(known))
    return found


def of_arm(several: Iterable[MemberResult], arm: str) -> list[MemberResult]:
    """The networks of one arm, by seed."""
    return [one for one in several if one.arm == arm]


def effects(
    several: Sequence[MemberResult], *, main: str, shares: Iterable[float] = SHARES
) -> dict[str, list[AtShare]]:
    """The noisy networks against each control at every one of ``shares``, by control."""
    asked = list(shares)
    curves: dict[str, dict[int, Curve]] = {}
    for one in several:
        curves.setdefault(one.arm, {})[one.seed] = curve_of(one.result)
    noisy = curves.pop(main)
    return {control: at_shares(noisy, theirs, asked) for control, theirs in curves.items()}

"""What a run of several networks prints: medians, intervals, differences to the controls."""

from __future__ import annotations

from typing import Any

from hts.config.arms import MAIN
from hts.paired.median import LEVEL, Median, median_of
from hts.paired.results import effects, numbers, of_arm
from hts.paired.words import levels_said, verdict
from hts.records import MemberResult, RunResult
from hts.studio.sweeps.text import shares_as_plain

SCALARS = (
    "iterations", "train_accuracy", "test_accuracy", "pruning_ratio", "train_accuracy_pruned",
    "test_accuracy_pruned", "prunable",
)  # fmt: skip
NAMES = {"prunable": "prunable_within_1_point"}
"""What a number is called in JSON, where that is another name than in the record."""


def as_plain(result: RunResult) -> dict[str, Any]:
    """What a run of several adds to the medians.

    ``low`` and ``high``: the ends of the interval of each median (`hts.paired.median`): 95 % from
    six seeds on, the smallest and the largest of fewer than nine.
    """
    noisy = _spans(of_arm(result.members, MAIN))
    controls = dict.fromkeys(one.arm for one in result.members if one.arm != MAIN)
    return {
        "replicates": len(of_arm(result.members, MAIN)),
        "low": {name: span.low for name, span in noisy.items()},
        "high": {name: span.high for name, span in noisy.items()},
        "at_equal_share": at_equal_share(result),
        "controls": {
            control: {
                name: {"median": span.median, "low": span.low, "high": span.high}
                for name, span in _spans(of_arm(result.members, control)).items()
            }
            for control in controls
        },
    }


def at_equal_share(result: RunResult) -> list[dict[str, Any]]:
    """One entry for each control and pruned share; shares and accuracies in percent."""
    return shares_as_plain(effects(result.members, main=MAIN))


def describe(result: RunResult) -> list[str]:
    """Lines for a terminal: the median of each number with its interval, then the differences."""
    noisy = of_arm(result.members, MAIN)
    spans = _spans(noisy)
    lines = [f"  {_head(len(noisy), [span.level for span in spans.values() if span.n > 1])}"]
    for name, span in spans.items():
        unit = "" if name == "iterations" else " %"
        ends = "" if span.n == 1 else f"  ({span.low:.2f} to {span.high:.2f})"
        lines.append(f"  {name.replace('_', ' '):24}{span.median:8.2f}{unit}{ends}")
    for control, shares in effects(result.members, main=MAIN).items():
        lines.append(
            f"  against the control {control}, at equal pruned share (medians), paired by seed:"
        )
        lines += [
            f"    {100 * found.share:g} % removed: {found.accuracy.median:6.2f} %, control "
            f"{found.control.median:6.2f} %: {verdict(found)}"
            for found in shares
        ]
    return lines


def _head(networks: int, levels: list[float]) -> str:
    """``5 noisy networks: median (94 % interval of the median, their whole range)``."""
    if networks == 1:
        return "1 noisy network:"
    few = "" if min(levels, default=LEVEL) >= LEVEL else ", their whole range"
    return f"{networks} noisy networks: median ({levels_said(levels)} interval of the median{few})"


def _spans(several: list[MemberResult]) -> dict[str, Median]:
    """The median of each number over the networks that have it, by its name in JSON."""
    found = {}
    for name in SCALARS:
        if known := numbers((one.result for one in several), name):
            found[NAMES.get(name, name)] = median_of(known)
    return found

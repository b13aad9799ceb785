"""What a run of several networks prints: medians, intervals, differences to the controls."""

from __future__ import annotations

from typing import Any

from hts.config.arms import MAIN
from hts.paired.median import Median, median_of
from hts.paired.results import effects, numbers, of_arm
from hts.paired.words import verdict
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

    ``low`` and ``high``: the ends of the 95 % interval of each median (`hts.paired.median`; with
    fewer than nine seeds the smallest and the largest).
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
    lines = [f"  {len(noisy)} noisy networks: median (95 % interval of the median)"]
    for name, span in _spans(noisy).items():
        unit = "" if name == "iterations" else " %"
        ends = f"({span.low:.2f} to {span.high:.2f})"
        lines.append(f"  {name.replace('_', ' '):24}{span.median:8.2f}{unit}  {ends}")
    for control, shares in effects(result.members, main=MAIN).items():
        lines.append(f"  against the control {control}, at equal pruned share (medians), paired by seed:")
        lines += [
            f"    {100 * found.share:g} % removed: {found.accuracy.median:6.2f} %, control "
            f"{found.control.median:6.2f} %: {verdict(found)}"
            for found in shares
        ]
    return lines


def _spans(several: list[MemberResult]) -> dict[str, Median]:
    """The median of each number over the networks that have it, by its name in JSON."""
    found = {}
    for name in SCALARS:
        if known := numbers((one.result for one in several), name):
            found[NAMES.get(name, name)] = median_of(known)
    return found

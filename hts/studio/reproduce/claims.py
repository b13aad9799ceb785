"""The paper's claims as sentences with a verdict, worked out from runs by `reproduce_rules`.

No outcome is written down here: every claim is a set of comparisons, and what they come to is up to
the runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from hts.data import info
from hts.studio.reproduce import pairs
from hts.studio.reproduce.pairs import Paired
from hts.studio.reproduce.phrases import agree, at, interval, listed, lost, mean_of
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.records import Cell, ReproducedRun, Runs
from hts.studio.reproduce.rules import (
    LEVEL,
    Comparison,
    Ruling,
    all_of,
    any_of,
    at_most,
    doubted,
    more_than,
)

SLIGHT = 1.0  # points of test accuracy that noise may cost before pruning
HOLDS = 2.0  # points of test accuracy that pruning may cost
LEARNED = 1.5  # times the accuracy of guessing, below which a network has learned nothing
WORTH = 5.0  # points of pruning ratio that make a difference


@dataclass(frozen=True, kw_only=True)
class Part:
    """One comparison of a claim, or two that must both hold."""

    name: str  # "type III", "type II at sigma 0.3", "CNN"
    says: str  # a sentence with the numbers
    ruling: Ruling
    comparisons: tuple[Comparison, ...]
    kind: str = ""  # of the noise, where the part is about one type at one sigma
    sigma: float | None = None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A claim, the rule it is judged by, and what it came to."""

    key: str
    title: str
    rule: str
    ruling: Ruling
    parts: tuple[Part, ...]


def claims(protocol: Protocol, found: Sequence[ReproducedRun]) -> list[Claim]:
    """All claims about the runs of ``protocol`` that have been made."""
    runs = Runs(found)
    return [make(protocol, runs) for make in (_alpha, _width, _cost, _after, _gaussian, _beyond)]


# -- the claims -----------------------------------------------------------------------------------


def _alpha(protocol: Protocol, runs: Runs) -> Claim:
    parts = []
    for kind in protocol.sigmas:
        for width in protocol.widths:
            cells = [protocol.cell(width, kind, a) for a in protocol.alphas_of(kind)]
            trend = pairs.slopes(runs, cells, pairs.ratio, protocol.seeds)
            tested = more_than(trend.values)
            course = ", ".join(at(protocol, runs, cell) for cell in cells)
            says = (
                f"sigma {protocol.headline[kind]:g}: {course}. "
                f"{interval(tested, 'points per 0.1 of alpha')}"
                f"{agree(tested, 'rising')}{lost(trend)}"
            )
            parts.append(_part(f"Type {kind}, n = {width}", says, tested))
    return _claim(
        "alpha",
        "The pruning ratio grows as alpha falls",
        "Of each seed the least-squares slope of the pruning ratio against alpha; supported where "
        "the 95 % interval of the mean slope says rising.",
        parts,
    )


def _width(protocol: Protocol, runs: Runs) -> Claim:
    parts = []
    small, large = protocol.widths[0], protocol.widths[-1]
    for kind in protocol.sigmas:
        if small == large:
            break
        grown = [
            (protocol.cell(large, kind, a), protocol.cell(small, kind, a)) for a in protocol.heavy
        ]
        change = pairs.differences(runs, grown, pairs.ratio, protocol.seeds)
        tested = more_than(change.values)
        before, after = (mean_of(protocol, runs, cells) for cells in zip(*grown, strict=True))
        says = (
            f"sigma {protocol.headline[kind]:g}, mean over alpha {listed(protocol.heavy)}: "
            f"{after} at n = {small}, {before} at n = {large}. {interval(tested, 'points')}"
            f"{agree(tested, 'larger')}{lost(change)}"
        )
        parts.append(_part(f"Type {kind}", says, tested))
    return _claim(
        "width",
        "The pruning ratio grows as n grows",
        f"Of each seed the pruning ratio at n = {large} minus that at n = {small}, mean over the "
        "alphas below 2; supported where its 95 % interval lies above 0.",
        parts,
    )


def _cost(protocol: Protocol, runs: Runs) -> Claim:
    parts = []
    for kind in protocol.sigmas:
        against = [
            (protocol.cell(n, "none", None), protocol.cell(n, kind, a))
            for n in protocol.widths
            for a in protocol.heavy
        ]
        cost = pairs.differences(runs, against, pairs.accuracy, protocol.seeds)
        tested = _careful(at_most(cost.values, SLIGHT), cost)
        quiet, noisy = (
            mean_of(protocol, runs, cells, pairs.accuracy) for cells in zip(*against, strict=True)
        )
        says = (
            f"sigma {protocol.headline[kind]:g}: test accuracy {noisy} with noise, {quiet} "
            f"without. Cost {interval(tested, 'points', signed=False)}{lost(cost)}"
        )
        parts.append(_part(f"Type {kind}", says, tested))
    return _claim(
        "cost",
        "The accuracy cost before pruning is slight",
        f"Of each seed test accuracy without noise minus with noise, mean over widths and alphas "
        f"below 2; slight means below {SLIGHT:g} point, supported where the 95 % interval is.",
        parts,
    )


def _after(protocol: Protocol, runs: Runs) -> Claim:
    parts, by_type = [], []
    for kind, sigmas in protocol.sigmas.items():
        level = 1 - (1 - LEVEL) / len(sigmas)
        rulings = []
        for sigma in sigmas:
            cells = [
                protocol.cell(n, kind, a, sigma) for n in protocol.widths for a in protocol.heavy
            ]
            gained = [(cell, protocol.cell(cell.width, "none", None)) for cell in cells]
            gain = pairs.differences(runs, gained, pairs.ratio, protocol.seeds)
            spent = pairs.means(runs, cells, pairs.pruning_cost, protocol.seeds)
            more = more_than(gain.values, WORTH, level=level)
            holds = _careful(at_most(spent.values, HOLDS, level=level), spent)
            says = (
                f"{interval(more, 'points')} can be pruned compared with no noise; that costs "
                f"{interval(holds, 'points of test accuracy', signed=False)}{lost(gain)}"
            )
            rulings.append(all_of([more.ruling, holds.ruling]))
            parts.append(
                Part(name=f"Type {kind}, sigma {sigma:g}", says=says, ruling=rulings[-1],
                     comparisons=(more, holds), kind=kind, sigma=sigma)
            )  # fmt: skip
        by_type.append(any_of(rulings))
    return Claim(
        key="after",
        title="Accuracy after pruning holds, at the right sigma",
        rule=f"Per type and sigma two things: at least {WORTH:g} points more units can go than "
        f"without noise, and removing them costs less than {HOLDS:g} points of test accuracy "
        "(means over widths and alphas below 2; intervals widened for the number of sigmas tried). "
        "Supported if every type has a sigma with both.",
        ruling=all_of(by_type),
        parts=tuple(parts),
    )


def _gaussian(protocol: Protocol, runs: Runs) -> Claim:
    parts = []
    for kind in protocol.sigmas:
        if 2.0 not in protocol.alphas_of(kind):
            continue
        against = [
            (protocol.cell(n, kind, 2.0), protocol.cell(n, "none", None)) for n in protocol.widths
        ]
        change = pairs.differences(runs, against, pairs.ratio, protocol.seeds)
        tested = at_most(change.values, WORTH)
        noisy, quiet = (mean_of(protocol, runs, cells) for cells in zip(*against, strict=True))
        says = (
            f"sigma {protocol.headline[kind]:g}: {noisy} at alpha 2, {quiet} without noise. "
            f"{interval(tested, 'points')}{_growth(protocol, runs, kind)}.{lost(change)}"
        )
        parts.append(_part(f"Type {kind}", says, tested))
    return _claim(
        "gaussian",
        "Gaussian noise does not do it",
        f"Of each seed the pruning ratio at alpha 2 minus that without noise, mean over widths; "
        f"supported where the 95 % interval lies below {WORTH:g} points.",
        parts,
    )


def _growth(protocol: Protocol, runs: Runs, kind: str) -> str:
    """What a larger n changes at alpha 2, where there are two."""
    ends = (min(protocol.widths), max(protocol.widths))
    small, large = (protocol.cell(n, kind, 2.0) for n in ends)
    if small == large:
        return ""
    change = pairs.differences(runs, [(large, small)], pairs.ratio, protocol.seeds)
    return f"; with n it changes by {interval(more_than(change.values), 'points')}"


def _beyond(protocol: Protocol, runs: Runs) -> Claim:
    parts = []
    for beyond in protocol.beyond:
        for kind in beyond.noises:
            if 2.0 not in protocol.alphas_of(kind):
                continue
            light, heavy = (protocol.beyond_cell(beyond, kind, a) for a in beyond.alphas)
            gain = pairs.differences(runs, [(heavy, light)], pairs.ratio, protocol.seeds)
            spent = pairs.means(runs, [heavy], pairs.pruning_cost, protocol.seeds)
            more = more_than(gain.values)
            holds = _careful(at_most(spent.values, HOLDS), spent)
            says = (
                f"sigma {beyond.noises[kind]:g}: {at(protocol, runs, light)}, "
                f"{at(protocol, runs, heavy)}. {interval(more, 'points')}"
                f"{agree(more, 'larger')} Pruning costs "
                f"{interval(holds, 'points of test accuracy', signed=False)}, from "
                f"{mean_of(protocol, runs, [heavy], pairs.accuracy)}.{lost(gain)}"
            )
            ruling = all_of([more.ruling, holds.ruling])
            if not _learned(protocol, runs, heavy):
                ruling = "undecided"
                says += " It has learned next to nothing, so its accuracy says nothing either."
            name = f"{beyond.name}, type {kind}"
            parts.append(Part(name=name, says=says, ruling=ruling, comparisons=(more, holds)))
    for name, why in protocol.skipped.items():
        parts.append(Part(name=name, says=f"Not run: {why}.", ruling="undecided", comparisons=()))
    return _claim(
        "beyond",
        "Deeper networks and convolutions too",
        f"Of each seed the pruning ratio at alpha 1.75 minus that at alpha 2 of the same type: "
        f"its 95 % interval lies above 0, and what pruning costs in test accuracy below "
        f"{HOLDS:g} points.",
        parts,
    )


def _learned(protocol: Protocol, runs: Runs, cell: Cell) -> bool:
    """Whether the mean test accuracy is worth speaking of."""
    found = pairs.means(runs, [cell], pairs.accuracy, protocol.seeds).values
    return not found or fmean(found) > LEARNED * 100 / info(cell.data).classes


# -- words ----------------------------------------------------------------------------------------


def _claim(key: str, title: str, rule: str, parts: Sequence[Part]) -> Claim:
    ruling = all_of(part.ruling for part in parts)
    return Claim(key=key, title=title, rule=rule, ruling=ruling, parts=tuple(parts))


def _part(name: str, says: str, tested: Comparison) -> Part:
    return Part(name=name, says=says, ruling=tested.ruling, comparisons=(tested,))


def _careful(tested: Comparison, of: Paired) -> Comparison:
    """A run that diverged has lost all its accuracy: what is left cannot support the claim."""
    return doubted(tested) if of.diverged else tested

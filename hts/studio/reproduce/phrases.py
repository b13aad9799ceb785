"""The phrases that the sentences of claims are made of, with their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

from hts.studio.reproduce import pairs
from hts.studio.reproduce.pairs import Paired, Value
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.records import Cell, Runs
from hts.studio.reproduce.rules import Comparison


def interval(tested: Comparison, unit: str, *, signed: bool = True) -> str:
    """``+3.1 points (95 % interval +1.0 to +5.2)``."""
    if tested.mean is None:
        return "nothing to compare"
    mean = f"{points(tested.mean, signed)} {unit}"
    if tested.low is None or tested.high is None:
        return f"{mean} (too few seeds for an interval: {tested.seeds})"
    ends = f"{points(tested.low, signed)} to {points(tested.high, signed)}"
    return f"{mean} ({100 * tested.level:.3g} % interval {ends})"


def points(value: float, signed: bool = True) -> str:
    """``+3.1``; what rounds to nothing is ``0.0``."""
    text = f"{value:{'+' if signed else ''}.1f}"
    return "0.0" if float(text) == 0 else text


def agree(tested: Comparison, word: str) -> str:
    """In how many seeds the difference is on the claimed side."""
    return f", {word} in {tested.agree} of {tested.seeds} seeds." if tested.seeds else "."


def lost(paired: Paired) -> str:
    """What was left out because runs diverged, if anything was."""
    if not paired.diverged:
        return ""
    return f" Left out: {paired.diverged} seeds with a run that diverged."


def at(protocol: Protocol, runs: Runs, cell: Cell) -> str:
    """``12.3 % at alpha 2``."""
    where = "without noise" if cell.alpha is None else f"at alpha {cell.alpha:g}"
    return f"{mean_of(protocol, runs, [cell])} {where}"


def mean_of(
    protocol: Protocol, runs: Runs, cells: Sequence[Cell], value: Value = pairs.ratio
) -> str:
    """Mean over cells and seeds, as ``12.3 %``."""
    found = pairs.means(runs, cells, value, protocol.seeds).values
    return f"{fmean(found):.1f} %" if found else "nothing"


def listed(values: Sequence[float]) -> str:
    """``1.9, 1.75``."""
    return ", ".join(f"{value:g}" for value in values)

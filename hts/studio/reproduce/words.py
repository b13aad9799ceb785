"""A reproduction in a terminal: the table, every claim with its verdict, and what was not run."""

from __future__ import annotations

from collections.abc import Iterator

from hts.studio.reproduce.claims import Claim
from hts.studio.reproduce.equal_share import NO_CURVES, gap_words
from hts.studio.reproduce.phrases import points
from hts.studio.reproduce.records import Cell, cell_of
from hts.studio.reproduce.released import Deviation
from hts.studio.reproduce.result import Reproduction
from hts.studio.reproduce.rules import Comparison
from hts.studio.reproduce.table import markdown, noise_words, shape_words
from hts.studio.sweeps.cost import in_words


def in_full(result: Reproduction) -> str:
    parts = [
        "Means over seeds ± standard deviations; accuracies and ratios in percent.",
        markdown(result.rows),
        *(claim_words(claim) for claim in result.claims),
    ]
    if result.deviations:
        parts.append("\n".join(["Scales of the authors' released code:", *_released(result)]))
    parts += [_equal_share(result), sizes_words(result)]
    return "\n\n".join(parts)


def claim_words(claim: Claim) -> str:
    """A claim, its verdict, and a line per part."""
    lines = [f"{claim.title}: {claim.ruling.upper()}", f"  Rule: {claim.rule}"]
    lines += [f"  {part.name}: {part.ruling}. {part.says}" for part in claim.parts]
    return "\n".join(lines)


def deviation_words(found: Deviation) -> str:
    """What one deviation changes, in a sentence."""
    lost = f" {found.diverged} seeds diverged." if found.diverged else ""
    return (
        f"noise {found.times:.3g} times ours ({found.why}). Pruning ratio "
        f"{change(found.ratio)}, test accuracy {change(found.accuracy)}, after pruning "
        f"{change(found.after)} points.{lost}"
    )


def change(tested: Comparison) -> str:
    """``+3.1 (+1.0 to +5.2)``."""
    if tested.mean is None:
        return "-"
    if tested.low is None or tested.high is None:
        return points(tested.mean)
    return f"{points(tested.mean)} ({points(tested.low)} to {points(tested.high)})"


def sizes_words(result: Reproduction) -> str:
    """How many runs, how long, and what is missing."""
    count = f"{len(result.runs)} of {result.planned} runs"
    time = f"{in_words(result.seconds)} of training summed over runs"
    words = f"{count}, {time}, on {result.machine}. {result.protocol.says}"
    left = list(missing_words(result))
    if left:
        words += "\nNot run:\n" + "\n".join(f"  {line}" for line in left)
    return words


def missing_words(result: Reproduction) -> Iterator[str]:
    """A line for every cell with runs that are missing, and for networks that were left out."""
    made = {(run.cell, run.seed) for run in result.runs}
    left: dict[Cell, list[int]] = {}
    for config in result.protocol.spec.configs():
        if (cell_of(config), config.seed) not in made:
            left.setdefault(cell_of(config), []).append(config.seed)
    for cell, seeds in left.items():
        yield f"{cell_words(cell)}: seeds {', '.join(map(str, seeds))}"
    for name, why in result.protocol.skipped.items():
        yield f"{name}: {why}"


def cell_words(cell: Cell) -> str:
    """``type III, alpha 1.75, sigma 1, n = 2000``."""
    if cell.alpha is None:
        return f"no noise, n = {shape_words(cell)}"
    return (
        f"type {noise_words(cell)}, alpha {cell.alpha:g}, sigma {cell.sigma:g}, "
        f"n = {shape_words(cell)}"
    )


def _equal_share(result: Reproduction) -> str:
    """Differences to the controls with as many units removed."""
    if not result.compared:
        return f"At equal pruned share: {NO_CURVES}"
    head = (
        "Points of test accuracy against a control with as many units removed: median over seeds, "
        "its interval, seeds ahead."
    )
    lines = [
        f"  {cell_words(one.cell)}, against {one.control}: "
        + "; ".join(f"{100 * at.share:g} % {gap_words(at)}" for at in one.shares)
        for one in result.compared
    ]
    return "\n".join([head, *lines])


def _released(result: Reproduction) -> Iterator[str]:
    for found in result.deviations:
        where = f"type {found.noise}, alpha {found.alpha:g}, {found.where}"
        yield f"  {where}: {deviation_words(found)}"
    yield "  type III, alpha 2: NaN in the released code, so there is nothing to run"

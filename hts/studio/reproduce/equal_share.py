"""Heavy-tailed noise against its controls with equally many units removed, seed by seed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hts.paired.effect import SHARES, AtShare, Curve, at_shares
from hts.studio.reproduce.protocol import Protocol
from hts.studio.reproduce.records import Cell, ReproducedRun, Runs

NO_CURVES = (
    "These runs were stored before networks kept their accuracy at every pruned share, so there is "
    "no comparison at equal pruned share. Run the protocol again to have one."
)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One cell against one control.  ``shares``: one entry for each of `SHARES`."""

    cell: Cell
    control: str  # "no noise", "Gaussian noise"
    shares: Sequence[AtShare]


def compared(protocol: Protocol, found: Iterable[ReproducedRun]) -> list[Compared]:
    """Every cell of the main grid with alpha below 2 at its headline sigma, against both controls.

    The Gaussian control is noise of the same type and sigma at alpha 2.  Over the seeds in which
    both have kept their accuracies; nothing where there is none.
    """
    runs = Runs(found)
    told = []
    for width in protocol.widths:
        for kind in protocol.sigmas:
            for alpha in protocol.heavy:
                cell = protocol.cell(width, kind, alpha)
                controls = {
                    "no noise": protocol.cell(width, "none", None),
                    "Gaussian noise": protocol.cell(width, kind, 2.0),
                }
                for control, other in controls.items():
                    ours, theirs = (_curves(runs, one, protocol.seeds) for one in (cell, other))
                    if set(ours) & set(theirs):
                        shares = at_shares(ours, theirs, SHARES)
                        told.append(Compared(cell=cell, control=control, shares=shares))
    return told


def gap_words(at: AtShare) -> str:
    """``+27 (+17 to +33), 5 of 5``: points, interval, seeds in which the noise is ahead."""
    gap = at.difference
    return (
        f"{_signed(gap.median)} ({_signed(gap.low)} to {_signed(gap.high)}), {at.seeds_won} of "
        f"{at.seeds}"
    )


def _curves(runs: Runs, cell: Cell, seeds: Iterable[int]) -> dict[int, Curve]:
    found = {seed: run for seed in seeds if (run := runs.of(cell, seed)) is not None}
    return {
        seed: Curve(pruned=SHARES, accuracy=run.at_shares)
        for seed, run in found.items()
        if run.at_shares is not None
    }


def _signed(points: float) -> str:
    return f"{points:+.0f}" if round(points) else "0"

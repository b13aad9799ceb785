"""The table of a reproduction: one line per cell, means over seeds with their spread."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from hts.families import FAMILIES
from hts.noise.types import NOISE_TYPES
from hts.paired.effect import SHARES
from hts.studio.reproduce.records import MEASURES, Cell, ReproducedRun, Runs


@dataclass(frozen=True, kw_only=True)
class Spread:
    """Mean and standard deviation over seeds, in percent."""

    mean: float | None  # None: every run diverged
    sd: float | None  # None with fewer than two runs


@dataclass(frozen=True, kw_only=True)
class Row:
    """One cell.  ``measures`` has the names of `MEASURES`."""

    cell: Cell
    runs: int
    diverged: int
    reached: int  # stopped at their target accuracy
    steps: float  # mean
    measures: dict[str, Spread]


def rows(runs: Sequence[ReproducedRun]) -> list[Row]:
    """One row per cell: the main grid, then deeper, convolutional, released scales."""
    cells = Runs(runs).cells()
    return [_row(cell, cells[cell]) for cell in sorted(cells, key=_order)]


def markdown(found: Sequence[Row], *, sd: bool = True) -> str:
    """The rows as a Markdown table, ``mean ± standard deviation``."""
    head = ["noise", "alpha", "sigma", "width", "seeds", "steps", *MEASURES.values()]
    notes = any(row.diverged for row in found)
    if notes:
        head.insert(5, "diverged")
    lines = [head, ["---"] * len(head)]
    for row in found:
        cell = row.cell
        words = [
            noise_words(cell), _plain(cell.alpha), _plain(cell.sigma), shape_words(cell),
            str(row.runs),
        ]  # fmt: skip
        words += [str(row.diverged)] if notes else []
        words.append(f"{row.steps:.0f}")
        lines.append([*words, *(spread_words(row.measures[name], sd=sd) for name in MEASURES)])
    return "\n".join(f"| {' | '.join(words)} |" for words in lines)


def csv_text(runs: Sequence[ReproducedRun]) -> str:
    """One line per run."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = [f.name for f in dataclasses.fields(ReproducedRun) if f.name != "at_shares"]
    writer.writerow([*columns, *(f"accuracy_at_{100 * share:g}" for share in SHARES)])
    nothing = [None] * len(SHARES)
    writer.writerows(
        [*(getattr(run, name) for name in columns), *(run.at_shares or nothing)] for run in runs
    )
    return text.getvalue()


def noise_words(cell: Cell) -> str:
    """``none``, ``II``, ``III as released (gpu)``."""
    scale = cell.reference_scaling
    return cell.noise if scale == "off" else f"{cell.noise} as released ({scale})"


def shape_words(cell: Cell) -> str:
    """``2000``, ``500, depth 3``, ``32, CNN on cifar10``."""
    if FAMILIES[cell.model].short:
        return f"{cell.width}, {cell.model.upper()} on {cell.data}"
    return f"{cell.width}, depth {cell.depth}" if cell.depth > 1 else str(cell.width)


def spread_words(spread: Spread, *, sd: bool = True) -> str:
    """``32.9 ± 5.6``."""
    if spread.mean is None:
        return "-"
    return f"{spread.mean:.1f}" + (f" ± {spread.sd:.1f}" if sd and spread.sd is not None else "")


def _row(cell: Cell, runs: Sequence[ReproducedRun]) -> Row:
    ended = [run for run in runs if not run.diverged]
    return Row(
        cell=cell,
        runs=len(runs),
        diverged=len(runs) - len(ended),
        reached=sum(run.stop_reason == "target reached" for run in runs),
        steps=fmean(run.steps for run in runs),
        measures={name: _spread([getattr(run, name) for run in ended]) for name in MEASURES},
    )


def _spread(values: Sequence[float]) -> Spread:
    return Spread(
        mean=fmean(values) if values else None, sd=stdev(values) if len(values) > 1 else None
    )


def _order(cell: Cell) -> tuple[object, ...]:
    return (
        FAMILIES[cell.model].place, cell.depth, cell.width, cell.reference_scaling != "off",
        list(NOISE_TYPES).index(cell.noise), cell.reference_scaling,
        cell.sigma or 0.0, -(cell.alpha or math.inf),
    )  # fmt: skip


def _plain(value: float | None) -> str:
    return "-" if value is None else f"{value:g}"

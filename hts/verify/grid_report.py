"""What a grid of layers shows: wrong verdicts, coverage, and its table in Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from scipy.stats import binom

from hts.records import MODEST
from hts.validate import BadInput
from hts.verify.calibrate_methods import COVERED
from hts.verify.grid import FEW, Cell
from hts.verify.grid_laws import FORMATS, GRID_LAWS

MOST_WRONG, MOST_WRONG_IN_A_CELL = 0.02, 0.10
_LEVEL = 0.05  # of all cells together
_FEWEST_POOLED = 800  # intervals (formats share draws) from which a pooled share says something
_NAMED = 5
BEGIN, END = "<!-- grid -->", "<!-- end of the grid -->"
Row = dict[str, Any]


def rows(cells: Sequence[Cell]) -> list[Row]:
    """One line a question, each passed or not."""
    return [_wrong(cells), _wrong_cells(cells), _outside(cells),
            *_pooled(cells, "law", lambda c: c.law), *_pooled(cells, "format", lambda c: c.format),
            _work(cells)]  # fmt: skip


def outside(cells: Sequence[Cell], level: float = _LEVEL) -> list[Cell]:
    """Cells whose coverage is below 92 % or above 98 % by more than chance, after Holm's correction
    for their number."""
    low, high = COVERED
    tested = []
    for cell in cells:
        if cell.asked:
            below = float(binom.cdf(cell.covered, cell.asked, low))
            # At alpha 2, the end of the range, an interval may cover more often than it says.
            bound = GRID_LAWS[cell.law].alpha == 2
            above = 1.0 if bound else float(binom.sf(cell.covered - 1, cell.asked, high))
            tested.append((min(1.0, 2 * min(below, above)), cell))
    tested.sort(key=lambda pair: pair[0])
    found = []
    for rank, (p, cell) in enumerate(tested):
        if p > level / (len(tested) - rank):
            break
        found.append(cell)
    return found


def table(cells: Sequence[Cell]) -> str:
    """A row a law: shares of verdicts over all shapes, then coverage by format."""
    formats = list(FORMATS)
    lines = [
        f"| law | true | said | wrong | no verdict | {' | '.join(formats)} |",
        f"|:--|:--|:--|--:|--:|{'--:|' * len(formats)}",
    ]
    for law in GRID_LAWS.values():
        own = [cell for cell in cells if cell.law == law.name]
        draws = sum(cell.repeats for cell in own)
        if not draws:
            continue
        said: Counter[str] = Counter()
        for cell in own:
            said.update(cell.verdicts)
        told = ", ".join(f"{kind} {100 * n / draws:.0f} %" for kind, n in said.most_common(4))
        wrong, refused = sum(c.wrong for c in own), sum(c.refused for c in own)
        covered = [_covered([c for c in own if c.format == name]) for name in formats]
        lines.append(
            f"| {law.name} | {law.true[0]} | {told} | {100 * wrong / draws:.1f} % | "
            f"{100 * refused / draws:.0f} % | {' | '.join(covered)} |"
        )
    return "\n".join(lines)


def write_table(path: Path, cells: Sequence[Cell]) -> None:
    """Put the figures and the table between the two marks of a Markdown document."""
    text = path.read_text()
    if BEGIN not in text or END not in text:
        raise BadInput(f"{path.name} must have the lines {BEGIN} and {END}, where the table goes.")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    told = "\n".join(f"- {row['says']}." for row in rows(cells) if "coverage" not in row)
    path.write_text(f"{before}{BEGIN}\n{told}\n\n{table(cells)}\n{END}{after}")


def _covered(cells: Sequence[Cell]) -> str:
    asked = sum(cell.asked for cell in cells)
    return f"{100 * sum(c.covered for c in cells) / asked:.1f}" if asked else "–"


def _wrong(cells: Sequence[Cell]) -> Row:
    draws, wrong = sum(c.repeats for c in cells), sum(c.wrong for c in cells)
    modest = sum(n for c in cells for kind, n in c.verdicts.items() if kind in MODEST)
    refused = sum(c.refused for c in cells)
    share = wrong / max(1, draws)
    says = (
        f"{wrong} of {draws} verdicts are wrong ({100 * share:.2f} %, at most "
        f"{100 * MOST_WRONG:.0f} %); {100 * modest / max(1, draws):.0f} % leave it open, in "
        f"{100 * refused / max(1, draws):.0f} % there is none"
    )
    return {"says": says, "passed": share <= MOST_WRONG, "wrong": wrong, "draws": draws}


def _wrong_cells(cells: Sequence[Cell]) -> Row:
    above = [c for c in cells if c.wrong > MOST_WRONG_IN_A_CELL * c.repeats]
    bad = [c for c in above if c.repeats >= FEW or _no_chance(c)]
    named = ", ".join(f"{_name(c)} {c.wrong} of {c.repeats}" for c in bad[:_NAMED])
    says = (
        f"{len(bad)} of {len(cells)} cells have more than {100 * MOST_WRONG_IN_A_CELL:.0f} % "
        f"wrong verdicts{': ' * bool(bad)}{named}; in {len(above) - len(bad)} more, one or two of "
        f"fewer than {FEW} repeats are wrong, which may be chance"
    )
    return {"says": says, "passed": not bad, "cells": len(bad)}


def _no_chance(cell: Cell) -> bool:
    """Whether more verdicts are wrong than a share of 10 % would give once in a hundred cells."""
    return bool(binom.sf(cell.wrong - 1, cell.repeats, MOST_WRONG_IN_A_CELL) < 0.01)


def _outside(cells: Sequence[Cell]) -> Row:
    asked = [c for c in cells if c.asked]
    bad = outside(cells)
    named = ", ".join(f"{_name(c)} {c.covered} of {c.asked}" for c in bad[:_NAMED])
    says = (
        f"in {len(bad)} of {len(asked)} cells 95 % intervals cover significantly less than 92 % or "
        f"more than 98 % (Holm){': ' * bool(bad)}{named}"
    )
    return {"says": says, "passed": not bad, "cells": len(bad)}


def _pooled(cells: Sequence[Cell], what: str, key: Callable[[Cell], str]) -> list[Row]:
    found = []
    for name in dict.fromkeys(key(cell) for cell in cells):
        own = [cell for cell in cells if key(cell) == name and cell.asked]
        asked, covered = sum(c.asked for c in own), sum(c.covered for c in own)
        if asked:
            share = covered / asked
            bound = all(GRID_LAWS[c.law].alpha == 2 for c in own)
            inside = COVERED[0] <= share and (bound or share <= COVERED[1])
            says = f"{what} {name}: 95 % intervals cover in {100 * share:.1f} % of {asked}"
            says += " (alpha 2 ends the range, where they may cover more)" * bound
            passed = inside or asked < _FEWEST_POOLED
            found.append({"says": says, "passed": passed, "coverage": share, "asked": asked})
    return found


def _work(cells: Sequence[Cell]) -> Row:
    done, whole = sum(c.repeats for c in cells), sum(c.wanted for c in cells)
    spent = sum(c.seconds for c in cells) / 3600
    left = sum(c.seconds / c.repeats * c.wanted for c in cells if c.repeats) / 3600
    repeats = sorted({c.repeats for c in cells})
    says = (
        f"{len(cells)} cells, {repeats[0]} to {repeats[-1]} repeats of each ({done} of {whole}), "
        f"{spent:.1f} hours of one core; the whole takes about {left:.1f}"
    )
    return {"says": says, "passed": True, "hours": spent, "whole": left, "complete": done >= whole}


def _name(cell: Cell) -> str:
    return f"{cell.law}, {cell.units} x {cell.inputs}, {cell.format}"

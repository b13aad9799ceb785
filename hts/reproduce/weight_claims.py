"""Claims about the weights: how many units hold a tenth of the squared norm."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from hts.paired.shares import ShareTest
from hts.paired.sign_test import sign_test
from hts.paired.trend_test import trend_test
from hts.reproduce.claim import Claim, Draft, Trend, View, compressible, named, percents
from hts.reproduce.records import Cell
from hts.reproduce.setup import GAUSSIAN, NONE, Setup

WORTH = 5.0  # points of the norm-compressible share that make a difference
HOLDS = 2.0  # points of test accuracy that pruning may cost
POINTS = "points"
SHARE, LOST = "norm-compressible share", "test accuracy lost by pruning, points"
MORE, KEPT = "more can go", "accuracy holds"  # the two sides of a claim about pruning


class Alpha(Claim):
    key = "alpha"
    title = "The norm-compressible share grows as alpha falls"
    question = "Noise with alpha 2, then smaller. Do fewer units hold most of the norm each time?"
    rule = (
        "Page's trend test by ranks over the alphas, from 2 downwards, each seed a block; the "
        "effect is the difference between the ends."
    )

    def drafts(self, view: View) -> Iterator[Draft]:
        setup = view.setup
        for width in setup.widths:
            for kind, levels in setup.levels.items():
                for level in levels:
                    cells = view.trained(
                        [setup.heavy(width, kind, a, level.name) for a in (2.0, *setup.alphas)]
                    )
                    alphas = tuple(cell.alpha or 2.0 for cell in cells)
                    rows = view.rows(cells, compressible)
                    if rows and len(cells) > 1 and alphas[0] == 2:
                        at = ", ".join(f"{a:g}" for a in alphas)
                        told = f"medians {percents(np.median(rows, 0))} at alpha {at}"
                        quiet = view.rows([setup.quiet(width)] * len(cells), compressible)
                        yield Draft(
                            of=f"type {kind}, {level.name}",
                            where=(f"n = {width}",),
                            test=trend_test(rows),
                            effect=f"growth of the {SHARE}, points",
                            unit=POINTS,
                            told=told,
                            trend=Trend(
                                line=f"type {kind}, {level.name}",
                                panel=f"n = {width}",
                                over="alpha",
                                at=alphas,
                                values=np.array(rows),
                                controls=_there({NONE: quiet}),
                            ),
                        )


class Width(Claim):
    key = "width"
    title = "The norm-compressible share grows with the width"
    question = "The same networks, wider and wider. Can a larger share of the units go?"
    rule = (
        "Page's trend test by ranks over the widths, each seed a block; the effect is the widest "
        "minus the narrowest. Beside it stands the growth with Gaussian noise."
    )

    def drafts(self, view: View) -> Iterator[Draft]:
        for cells in _by_width(view):
            rows = view.rows(cells, compressible)
            if rows:
                at = ", ".join(f"{cell.width}" for cell in cells)
                told = f"medians {percents(np.median(rows, 0))} at n = {at}"
                told += _gaussian_growth(view, cells)
                quiet, gaussian = (
                    [view.setup.controls_of(cell)[name] for cell in cells]
                    for name in (NONE, GAUSSIAN)
                )
                controls = {
                    named(control[0]): view.rows(control, compressible)
                    for control in (quiet, gaussian)
                }
                yield Draft(
                    of=named(cells[0]),
                    test=trend_test(rows),
                    effect=f"growth of the {SHARE}, points",
                    unit=POINTS,
                    told=told,
                    trend=Trend(
                        line=f"type {cells[0].noise}, {cells[0].level}",
                        panel=f"alpha {cells[0].alpha:g}",
                        over="width",
                        at=tuple(float(cell.width) for cell in cells),
                        values=np.array(rows),
                        controls=_there(controls),
                    ),
                )


class WidthProbability(Claim):
    key = "probability"
    title = "Wider networks are compressible with higher probability"
    question = (
        "The theorem holds with high probability, so not on average but in nearly all seeds. Are "
        "there fewer seeds with a small norm-compressible share where the network is wider?"
    )
    rule = (
        "A seed is poor where its norm-compressible share is in the lowest quarter of both widths "
        "together; McNemar's exact test of fewer poor seeds at the largest width than at the "
        "smallest."
    )

    def drafts(self, view: View) -> Iterator[Draft]:
        for cells in _by_width(view):
            rows = np.array(view.rows([cells[0], cells[-1]], compressible))
            if not len(rows):
                continue
            fine = rows > np.quantile(rows, 0.25)
            tenth = np.quantile(rows, 0.1, axis=0)
            told = (
                f"0.1 quantile over seeds {percents(tenth)} at n = {cells[0].width} and "
                f"{cells[-1].width}"
            )
            test = ShareTest(tuple(fine[:, 1].tolist()), tuple(fine[:, 0].tolist()))
            yield Draft(
                of=named(cells[0]), test=test, effect="fewer poor seeds, points of seeds",
                unit="points of seeds", told=told,
            )  # fmt: skip


class Gaussian(Claim):
    key = "gaussian"
    title = "Gaussian noise does not do it"
    question = (
        "Gaussian noise as strong. Does the norm-compressible share stay what it is without noise?"
    )
    rule = (
        "Of each seed the norm-compressible share with Gaussian noise minus that without; sign "
        f"test of a median below {WORTH:g} points."
    )

    def drafts(self, view: View) -> Iterator[Draft]:
        for width in view.setup.widths:
            quiet, *controls = view.setup.control_cells(width)
            for cell in controls:
                gaps = [b - a for a, b in view.rows([quiet, cell], compressible)]
                if gaps:
                    name = f"{named(cell)}, n = {width}"
                    test = sign_test(gaps, WORTH, below=True)
                    effect = f"{SHARE}, Gaussian minus none, points"
                    yield Draft(of=name, test=test, effect=effect, unit=POINTS)


class Beyond(Claim):
    key = "beyond"
    title = "Deeper networks and convolutions too"
    question = "The theory is about one hidden layer. Do deeper networks and convolutions follow?"
    rule = (
        "Two parts: the norm-compressible share is larger than with Gaussian noise (sign test "
        f"of a median above 0), and pruning by it costs less than {HOLDS:g} points of test "
        "accuracy (sign test)."
    )

    def tries(self, setup: Setup) -> bool:
        return setup.beyond

    def drafts(self, view: View) -> Iterator[Draft]:
        for width in view.setup.widths:
            for cell in view.setup.heavy_cells(width):
                pairs = view.pairs(cell, view.setup.controls_of(cell)[GAUSSIAN], steps=False)
                if not pairs:
                    continue
                more = sign_test([a.compressible - b.compressible for a, b in pairs])
                holds = sign_test([a.lost for a, _ in pairs], HOLDS, below=True)
                for where, test, effect in (
                    (MORE, more, f"{SHARE}, noisy minus Gaussian, points"),
                    (KEPT, holds, LOST),
                ):
                    yield Draft(of=named(cell), where=(where,), test=test, effect=effect,
                                unit=POINTS, cell=cell)  # fmt: skip


def _there(controls: dict[str, list[list[float]]]) -> dict[str, np.ndarray]:
    """Those that were trained."""
    return {name: np.array(rows) for name, rows in controls.items() if rows}


def _by_width(view: View) -> Iterator[list[Cell]]:
    """Every heavy-tailed cell at all widths that it was trained at, if they are several."""
    for cell in view.setup.heavy_cells(view.setup.widths[0]):
        cells = view.trained([cell._replace(width=width) for width in view.setup.widths])
        if len(cells) > 1:
            yield cells


def _gaussian_growth(view: View, cells: list[Cell]) -> str:
    """What a larger width changes with Gaussian noise."""
    ends = [view.setup.controls_of(cell)[GAUSSIAN] for cell in (cells[0], cells[-1])]
    grown = [b - a for a, b in view.rows(ends, compressible)]
    if not grown:
        return ""
    gap = sign_test(grown).effect
    return f"; Gaussian {gap.median:+.1f} points ({gap.low:+.1f} to {gap.high:+.1f})"

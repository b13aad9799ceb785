"""Claims about test accuracy: before pruning, after it, and at equal pruned share."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from hts.paired.effect import AtShare, at_shares
from hts.paired.shares import rank_correlation, share_of
from hts.paired.sign_test import sign_test
from hts.reproduce.claim import Claim, Draft, View, compressible, named
from hts.reproduce.records import Cell, Look
from hts.reproduce.weight_claims import HOLDS, KEPT, LOST, MORE, POINTS, SHARE, WORTH

SLIGHT = 1.0  # points of test accuracy that noise may cost before pruning
SHARES = (0.8, 0.9)  # pruned shares that claims are about
SIDES = {"equal target": False, "equal steps": True}


class Cost(Claim):
    key = "cost"
    title = "The accuracy cost before pruning is slight"
    question = "The networks are trained with this noise on them. What does it cost?"
    rule = (
        "Of each seed test accuracy without noise minus with noise, nothing pruned; sign test of a "
        f"median below {SLIGHT:g} point, at equal target and at equal steps."
    )

    def drafts(self, view: View) -> Iterator[Draft]:
        for width in view.setup.widths:
            for cell in view.setup.heavy_cells(width):
                for side, steps in SIDES.items():
                    pairs = view.pairs(cell, view.setup.quiet(width), steps=steps)
                    lost = [float(b.curve.at([0])[0] - a.curve.at([0])[0]) for a, b in pairs]
                    if lost:
                        yield Draft(
                            of=f"{named(cell)}, n = {width}",
                            where=(side,),
                            test=sign_test(lost, SLIGHT, below=True),
                            effect="test accuracy, no noise minus noisy, points",
                            unit=POINTS,
                            cell=cell,
                        )


class Holds(Claim):
    key = "after"
    title = "Accuracy after pruning holds"
    question = (
        "Prune the units that hold a tenth of the squared norm, without retraining. Are they more "
        "than without noise, and does the network still work?"
    )
    rule = (
        f"Two parts: the norm-compressible share is more than {WORTH:g} points larger than without "
        f"noise, and pruning it costs less than {HOLDS:g} points of test accuracy (sign tests of "
        "medians)."
    )

    def drafts(self, view: View) -> Iterator[Draft]:
        for width in view.setup.widths:
            for cell in view.setup.heavy_cells(width):
                pairs = view.pairs(cell, view.setup.quiet(width), steps=False)
                if not pairs:
                    continue
                name = f"{named(cell)}, n = {width}"
                more = [a.compressible - b.compressible for a, b in pairs]
                yield Draft(
                    of=name, where=(MORE,), test=sign_test(more, WORTH), unit=POINTS, cell=cell,
                    effect=f"{SHARE}, noisy minus none, points",
                )  # fmt: skip
                holds = sign_test([a.lost for a, _ in pairs], HOLDS, below=True)
                fine = share_of([points <= HOLDS for points in holds.values])
                told = (
                    f"{fine.count} of {fine.n} networks lose at most {HOLDS:g} points "
                    f"({fine.low:.0f} to {fine.high:.0f} % of seeds)"
                )
                yield Draft(
                    of=name,
                    where=(KEPT,),
                    test=holds,
                    effect=LOST,
                    unit=POINTS,
                    told=told,
                    cell=cell,
                )


class EqualShare(Claim):
    key = "equal"
    title = "At equal pruned share, heavy tails keep more accuracy"
    question = (
        "Remove as many units from all, smallest norms first. Who keeps more test accuracy: heavy "
        "tails, no noise, or Gaussian noise as strong?"
    )
    rule = (
        "Of each seed test accuracy with heavy tails minus that of a control, with 80 % and with "
        "90 % of the units removed from both; sign test of a median above 0, against no noise and "
        "Gaussian noise, at equal target and at equal steps."
    )

    def drafts(self, view: View) -> Iterator[Draft]:
        for cell, control, side, shares in compared(view, SHARES):
            for at in shares:
                told = f"{at.accuracy.median:.0f} % against {at.control.median:.0f} %"
                yield Draft(
                    of=f"{named(cell)}, n = {cell.width}",
                    where=(f"{100 * at.share:g} % removed", f"against {control}", side),
                    test=sign_test(gaps(view, cell, control, side, at.share)),
                    effect="test accuracy, noisy minus control, points",
                    unit=POINTS,
                    told=told,
                    cell=cell,
                )


class Criterion(Claim):
    key = "criterion"
    title = "The norm criterion predicts accuracy after pruning"
    question = (
        "Networks whose norm sits in fewer units: do they keep more accuracy when units are "
        "removed?"
    )
    rule = (
        "Of each seed Spearman's rank correlation, over all its networks of the regime, of the "
        "norm-compressible share and the test accuracy at a pruned share; sign test of a median "
        "above 0."
    )

    def drafts(self, view: View) -> Iterator[Draft]:
        for width in view.setup.widths:
            cells = view.trained(view.setup.cells(width))
            for share in SHARES if len(cells) > 3 else ():
                norms = view.rows(cells, compressible)
                kept = view.rows(cells, functools.partial(_at, share=share))
                pairs = zip(norms, kept, strict=True)
                found = [rank_correlation(a, b) for a, b in pairs]
                if found:
                    name = f"n = {width}, {100 * share:g} % removed, {len(cells)} networks a seed"
                    effect = "rank correlation of share and accuracy"
                    yield Draft(of=name, test=sign_test(found, most=1.0), effect=effect,
                                unit="of correlation")  # fmt: skip


def compared(
    view: View, shares: tuple[float, ...]
) -> Iterator[tuple[Cell, str, str, list[AtShare]]]:
    """Every heavy-tailed cell against each control, at equal target and at equal steps."""
    for width in view.setup.widths:
        for cell in view.setup.heavy_cells(width):
            for control, other in view.setup.controls_of(cell).items():
                for side, steps in SIDES.items():
                    pairs = view.pairs(cell, other, steps=steps)
                    if pairs:
                        ours = {i: a.curve for i, (a, _) in enumerate(pairs)}
                        theirs = {i: b.curve for i, (_, b) in enumerate(pairs)}
                        yield cell, control, side, at_shares(ours, theirs, shares)


def gaps(view: View, cell: Cell, control: str, side: str, share: float) -> list[float]:
    """Differences in test accuracy with ``share`` removed, one a seed."""
    pairs = view.pairs(cell, view.setup.controls_of(cell)[control], steps=SIDES[side])
    return [_at(a, share) - _at(b, share) for a, b in pairs]


def _at(look: Look, share: float) -> float:
    return float(np.asarray(look.curve.at([share]))[0])

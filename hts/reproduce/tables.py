"""The tables of a reproduction as rows of plain values: networks, settings, comparisons, verdicts.

Everything is a median over seeds with the interval between order statistics; nothing is a mean.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from hts.paired.effect import SHARES
from hts.paired.median import median_of
from hts.paired.verdict import RULINGS
from hts.reproduce.accuracy_claims import compared
from hts.reproduce.claim import Claim, Family, View
from hts.reproduce.claims import CLAIMS
from hts.reproduce.records import Cell, Look
from hts.reproduce.regimes import REGIMES
from hts.reproduce.result import Reproduction
from hts.reproduce.setup import Setup
from hts.reproduce.words import signed
from hts.runs.measured import LEVELS

Row = dict[str, Any]
_NAMES = ("setup", "regime", "width", "noise", "alpha", "level")


def settings_rows(result: Reproduction) -> Iterator[Row]:
    """A row per setting and regime: medians over seeds."""
    for view in _views(result):
        for cell in _cells(view.setup):
            looks = [look for s in view.setup.seed_list() if (look := view.at_target(cell, s))]
            if not looks:
                continue
            found = (result.found.get((cell, s)) for s in view.setup.seed_list())
            target = REGIMES[view.regime].target
            yield {
                **_named(view.setup, view.regime, cell),
                "sigma": view.setup.sigma(cell),
                "strength": round(view.setup.strength(cell), 3),
                "seeds": len(looks),
                "reached": sum(not k.diverged and k.train_accuracy >= target for k in looks),
                "diverged": sum(look.diverged for look in looks),
                "steps": _median([look.step for look in looks]),
                "train_accuracy": _median([look.train_accuracy for look in looks]),
                **{f"test_{100 * share:g}": _median([_at(k, share) for k in looks])
                   for share in LEVELS},
                "compressible": _median([look.compressible for look in looks]),
                "test_compressed": _median([look.pruned for look in looks]),
                "moved_by_gradient": _median([look.by_gradient for look in looks]),
                "moved_by_noise": _median([look.by_noise for look in looks]),
                "core_seconds": _median([one.seconds for one in found if one is not None]),
            }  # fmt: skip


def comparison_rows(result: Reproduction) -> Iterator[Row]:
    """A row per heavy-tailed setting, control, side and pruned share."""
    for view in _views(result):
        for cell, control, side, shares in compared(view, (0.0, *SHARES)):
            for at in shares:
                gap = at.difference
                yield {
                    **_named(view.setup, view.regime, cell),
                    "against": control,
                    "at": side,
                    "pruned": 100 * at.share,
                    "kept": at.accuracy.median,
                    "control_kept": at.control.median,
                    "difference": gap.median,
                    "low": gap.low,
                    "high": gap.high,
                    "confidence": gap.level,
                    "seeds_won": at.seeds_won,
                    "seeds": at.seeds,
                }


def verdict_rows(result: Reproduction) -> Iterator[Row]:
    """A row per part of every claim; none where every setup has one seed."""
    for claim, family in _judged(result):
        for part in family.parts:
            effect, verdict = part.test.effect, part.verdict
            yield {
                "claim": claim.key,
                "setup": family.setup.name,
                "regime": family.regime,
                "part": part.name,
                "verdict": verdict.ruling,
                "effect": effect.median,
                "low": effect.low,
                "high": effect.high,
                "confidence": effect.level,
                "unit": part.draft.unit,
                "agree": part.test.agree,
                "seeds": part.test.seeds,
                "p_for": part.test.p_for,
                "p_against": part.test.p_against,
                "p_corrected": verdict.p,
                "smallest_effect": verdict.smallest_effect,
                "seeds_needed": verdict.seeds_needed,
            }


def family_rows(result: Reproduction) -> Iterator[Row]:
    """A row per claim and regime: how many of its parts are decided, and which way."""
    for claim, family in _judged(result):
        yield {
            "claim": claim.key,
            "setup": family.setup.name,
            "regime": family.regime,
            "parts": len(family.parts),
            **{ruling: family.count(ruling) for ruling in RULINGS},
        }


def gain_rows(result: Reproduction) -> Iterator[Row]:
    """A row per heavy-tailed setting and pruned share: its gain over each control, in words."""
    found: dict[tuple[object, ...], Row] = {}
    for row in comparison_rows(result):
        named = {name: row[name] for name in (*_NAMES, "pruned", "kept")}
        middle, low, high = (signed(row[name], 0) for name in ("difference", "low", "high"))
        over = f"over {row['against']}, {row['at']}"
        found.setdefault(tuple(named.values()), named)[over] = (
            f"{middle} ({low} to {high}), {row['seeds_won']} of {row['seeds']}"
        )
    columns = dict.fromkeys(name for row in found.values() for name in row)
    yield from ({name: row.get(name) for name in columns} for row in found.values())


TABLES = {
    "settings": settings_rows,
    "comparisons": comparison_rows,
    "gains": gain_rows,
    "families": family_rows,
    "verdicts": verdict_rows,
}


def _judged(result: Reproduction) -> Iterator[tuple[Claim, Family]]:
    """Setup by setup of each claim, so that the first row does not need them all."""
    setups = [replace(result, setups=(setup,)) for setup in result.setups]
    for claim in CLAIMS:
        for one in setups:
            for family in claim.judge(one).families:
                yield claim, family


def _views(result: Reproduction) -> Iterator[View]:
    for setup in result.setups:
        for regime in setup.regimes:
            yield View(result, setup, regime)


def _cells(setup: Setup) -> Iterator[Cell]:
    for width in setup.widths:
        yield from (*setup.control_cells(width), *setup.heavy_cells(width))


def _named(setup: Setup, regime: str, cell: Cell) -> Row:
    values = (setup.name, regime, cell.width, cell.noise, cell.alpha, cell.level)
    return dict(zip(_NAMES, values, strict=True))


def _at(look: Look, share: float) -> float:
    return float(look.curve.at([share])[0])


def _median(values: Sequence[float]) -> float:
    return round(median_of(values).median, 4)

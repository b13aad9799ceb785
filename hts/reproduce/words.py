"""A reproduction in words: verdicts with their figures, and what an undecided one would need."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hts.paired.median import LEVEL, Median
from hts.paired.verdict import MOST_SEEDS, RULINGS
from hts.reproduce.claims import judged
from hts.reproduce.claims.base import Family, Judged, Part
from hts.reproduce.regimes import REGIMES
from hts.reproduce.result import Reproduction


def in_full(result: Reproduction) -> str:
    """Every claim by regime, then what was and was not run."""
    told = [claim_words(one) for one in judged(result)]
    return "\n\n".join([*told, sizes_words(result)])


def claim_words(one: Judged) -> str:
    """A claim with its families and parts, a line each."""
    lines = [one.claim.title, f"  Rule: {one.claim.rule}"]
    for family in one.families:
        lines.append(f"  {family_words(family)}")
        lines += [f"    {part.name}: {part_words(part)}" for part in family.parts]
    return "\n".join(lines)


def family_words(family: Family) -> str:
    """``Digits, early, to 80 %: 3 of 12 parts supported, ...``."""
    counts = [f"{family.count(ruling)} {ruling}" for ruling in RULINGS if family.count(ruling)]
    regime = REGIMES[family.regime].title
    return f"{family.setup.title}; {regime}. Of {len(family.parts)} parts {', '.join(counts)}."


def part_words(part: Part) -> str:
    """``supported, +28 points (+23 to +36), 20 of 20 seeds, p = 2e-06; ...``."""
    test, verdict = part.test, part.verdict
    said = (
        f"{verdict.ruling}, {effect_words(test.effect, part.draft.unit)}, {test.agree} of "
        f"{test.seeds} seeds agree, p = {verdict.p:.2g}"
    )
    if part.draft.told:
        said += f"; {part.draft.told}"
    if verdict.ruling == "undecided":
        said += f". {power_words(part)}"
    return said


def effect_words(effect: Median, unit: str) -> str:
    """``+28 points (+23 to +36)``; of few seeds what their range holds."""
    digits = 2 if unit == "of correlation" else 1
    middle, low, high = (f"{v:+.{digits}f}" for v in (effect.median, effect.low, effect.high))
    ends = f"{low} to {high}"
    if effect.level < LEVEL:
        ends += f", the whole range, which holds the median with {100 * effect.level:.4g} %"
    return f"{middle} {unit} ({ends})"


def power_words(part: Part) -> str:
    """What would have been seen, and how many seeds would settle it."""
    verdict, unit = part.verdict, part.draft.unit
    if math.isinf(verdict.smallest_effect):
        seen = f"With {part.test.seeds} seeds no effect is large enough to be decided"
    else:
        seen = (
            f"Decided with 80 % power: an effect of {verdict.smallest_effect:.2g} {unit} beyond "
            "the margin"
        )
    if verdict.seeds_needed is None:
        return f"{seen}; at the effect seen, more than {MOST_SEEDS} seeds would be needed."
    return f"{seen}; at the effect seen, {verdict.seeds_needed} seeds would settle it."


def sizes_words(result: Reproduction) -> str:
    """How many networks, how long, and what is left out."""
    lines = [
        f"{len(result.networks)} of {result.planned} networks, {result.seconds:.0f} seconds of one "
        f"core, on {result.machine}.",
        *(
            f"{s.title}: {s.says or ', '.join(REGIMES[name].title for name in s.regimes)}"
            for s in result.setups
        ),
    ]
    if result.left_out:
        lines.append(result.left_out)
    return "\n".join([*lines, *missing_words(result)])


def missing_words(result: Reproduction) -> Iterator[str]:
    """A line for every setup with networks that are missing."""
    for setup in result.setups:
        cells = [c for w in setup.widths for c in (*setup.heavy_cells(w), *setup.control_cells(w))]
        asked = {(cell, seed) for cell in cells for seed in setup.seed_list()}
        if lacking := len(asked - set(result.found)):
            yield f"Not trained: {lacking} of {len(asked)} networks of {setup.title}."

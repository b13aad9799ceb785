"""A reproduction in words: verdicts with their figures, and what an undecided one would need."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hts.estimates import rounded
from hts.paired.median import LEVEL, Median
from hts.paired.verdict import RULINGS
from hts.paired.words import settled_words
from hts.reproduce.claim import Family, Judged, Part
from hts.reproduce.claims import judged
from hts.reproduce.regimes import REGIMES
from hts.reproduce.result import Reproduction
from hts.reproduce.singles import single_words


def in_full(result: Reproduction, *, parts: bool) -> str:
    """Every claim by regime, its ``parts`` if asked; networks of one seed; what was run, or not."""
    told = [claim_words(one, parts=parts) for one in judged(result)]
    return "\n\n".join(filter(None, [*told, single_words(result), sizes_words(result)]))


def claim_words(one: Judged, *, parts: bool) -> str:
    """A claim with its families, and their parts or what their undecided ones would need."""
    lines = [one.claim.title, f"  Rule: {one.claim.rule}"]
    for family in one.families:
        lines.append(f"  {family_words(family)}")
        if parts:
            lines += [f"    {part.name}: {part_words(part)}" for part in family.parts]
        elif said := undecided_words(family):
            lines.append(f"    {said}")
    return "\n".join(lines)


def undecided_words(family: Family) -> str:
    """What would have been seen, and the seeds that would settle it, over its undecided parts."""
    open_ = [part for part in family.parts if part.ruling == "undecided"]
    if not open_:
        return ""
    seen = [e for part in open_ if math.isfinite(e := part.verdict.smallest_effect)]
    ends = list(dict.fromkeys(rounded(end, 2) for end in (min(seen), max(seen)))) if seen else []
    what = "an effect of" if len(ends) == 1 else "effects of"
    effects = f"{what} {' to '.join(ends)} {open_[0].draft.unit} beyond the margin"
    if len(seen) < len(open_):
        effects = (
            f"{effects}, in some parts none within the spread seen,"
            if seen
            else "no effect within the spread seen"
        )
    return (
        f"Undecided: {effects} would have been decided with about 80 % power; at the effects seen, "
        f"{settled_words([part.verdict for part in open_])}."
    )


def family_words(family: Family) -> str:
    """``Digits, early, to 80 %: 3 of 12 parts supported, ...``."""
    counts = [f"{family.count(ruling)} {ruling}" for ruling in RULINGS if family.count(ruling)]
    regime = REGIMES[family.regime].title
    parts = f"{len(family.parts)} part{'s' if len(family.parts) > 1 else ''}"
    return f"{family.setup.title}; {regime}. Of {parts} {', '.join(counts)}."


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
    middle, low, high = (
        signed(value, digits) for value in (effect.median, effect.low, effect.high)
    )
    ends = f"{low} to {high}"
    if effect.level < LEVEL:
        ends += (
            f", the whole range, which holds the median with probability {100 * effect.level:.4g} %"
        )
    return f"{middle} {unit} ({ends})"


def signed(value: float, digits: int) -> str:
    """``+3.1``; what rounds to nothing has no sign."""
    said = f"{value:+.{digits}f}"
    return said[1:] if float(said) == 0 else said


def power_words(part: Part) -> str:
    """What would have been seen, and how many seeds would settle it."""
    verdict, unit = part.verdict, part.draft.unit
    if math.isinf(verdict.smallest_effect):
        seen = (
            f"With {part.test.seeds} seeds no effect within the spread seen is decided with about "
            "80 % power"
        )
    else:
        seen = (
            "Decided with about 80 % power: an effect of "
            f"{rounded(verdict.smallest_effect, 2)} {unit} beyond the margin"
        )
    return f"{seen}; at the effect seen, {settled_words([verdict])}."


def sizes_words(result: Reproduction) -> str:
    """How many networks, how long, and what is left out."""
    count = f"{len(result.networks)} of {result.planned} networks"
    lines = [f"{count}, {result.seconds:.0f} seconds of one core, on {result.machine}."]
    for setup in result.setups:
        regimes = ", ".join(REGIMES[name].title for name in setup.regimes)
        lines.append(f"{setup.title}: {regimes}. {setup.says}".rstrip())
    if result.left_out:
        lines.append(result.left_out)
    return "\n".join([*lines, *missing_words(result)])


def missing_words(result: Reproduction) -> Iterator[str]:
    """A line for every setup with networks that are missing."""
    for setup in result.setups:
        cells = [cell for width in setup.widths for cell in setup.cells(width)]
        asked = {(cell, seed) for cell in cells for seed in setup.seed_list()}
        if lacking := len(asked - set(result.found)):
            yield f"Not trained: {lacking} of {len(asked)} networks of {setup.title}."

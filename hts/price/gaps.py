"""The generalisation gap against alpha, strength and width, beside both controls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hts.paired.median import median_of
from hts.price.choose import Choice
from hts.price.claim import shared
from hts.price.claims_on_cost import ALPHAS, GAPS
from hts.price.front import spread
from hts.price.methods import METHODS
from hts.price.methods.noise import STRENGTHS
from hts.price.records import Block


def gap_rows(choice: Choice) -> Iterator[dict[str, Any]]:
    """Medians over seeds of both gaps, and of their differences to each control, seed by seed.

    Gaussian noise is of equal strength and width, the network without noise of equal width and at
    the settings' learning rate.
    """
    width = choice.found.settings.width
    for alpha, name in ALPHAS.items():
        for strength in STRENGTHS:
            if choice.has(name, strength) and choice.has("gaussian", strength):
                controls = {
                    "none": choice.at("none", 1.0),
                    "gaussian": choice.at("gaussian", strength),
                }
                yield _row(choice.at(name, strength), controls, alpha, strength, width)
    for factor in METHODS["width-none"].grid:
        if not choice.has("width-III-1.5", factor):
            continue
        blocks = {n: choice.at(f"width-{n}", factor) for n in ("none", "gaussian", "III-1.5")}
        heavy = blocks.pop("III-1.5")
        yield _row(heavy, blocks, 1.5, 4.0, round(factor * width))


def _row(
    block: Block, controls: dict[str, Block], alpha: float, strength: float, width: int
) -> dict[str, Any]:
    found: dict[str, Any] = {"alpha": alpha, "strength": strength, "width": width}
    rows = shared([block, *controls.values()])
    found["seeds"] = len(rows)
    for gap, (of, unit) in GAPS.items():
        found |= _median(f"{gap}, {unit}", [of(row[0]) for row in rows])
        for place, control in enumerate(controls, 1):
            over = [of(row[0]) - of(row[place]) for row in rows]
            found |= _median(f"{gap} over {control}", over)
    return found


def _median(name: str, values: list[float]) -> dict[str, float | None]:
    """Empty columns where in no seed all of the networks came to an end."""
    return spread(name, median_of(values) if values else None)

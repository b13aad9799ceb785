"""A price list from a file is held to what every price list is, before anything uses it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hts.price.choose import MATCHED
from hts.price.front import CONTROLS
from hts.price.methods import METHODS
from hts.price.records import AFTERWARDS, SHARES, Block, PriceList
from hts.validate import BadInput

_WIDTHS = ("width-none", "width-gaussian", "width-III-1.5")  # none without the others


def checked(found: PriceList, name: str) -> PriceList:
    """``found`` itself; `BadInput` names what a file called ``name`` lacks or has too much."""
    if why := next(_wrong(found), None):
        raise BadInput(f"{name} is no whole price list: {why}.")
    return found


def _wrong(found: PriceList) -> Iterator[str]:
    chosen, reported = (
        {(block.method, block.value) for block in blocks}
        for blocks in (found.choosing, found.reported)
    )
    for blocks, seeds, known in (
        (found.choosing, found.settings.choosing, chosen),
        (found.reported, found.settings.seeds, reported),
    ):
        if len(known) < len(blocks):
            yield "it has a method and value twice"
        for block in blocks:
            if block.method not in METHODS or not math.isfinite(block.value):
                yield f"it has a method {block.method!r} that is not known"
            if [network.seed for network in block.networks] != list(seeds):
                yield f"{block.method} at {block.value:g} has other seeds than its settings"
            if not all(_percents(curves) for curves in _curves(block)):
                yield f"{block.method} at {block.value:g} has accuracies that are no percentages"
    methods = {method for method, _ in chosen}
    wanted = chosen | {(of, v) for of, by in MATCHED.values() for m, v in chosen if m == by}
    if not set(CONTROLS) <= methods or wanted - reported:
        yield "it lacks networks of a control, or of a value that was tried"
    widths = [{value for method, value in reported if method == name} for name in _WIDTHS]
    if any(one != widths[0] for one in widths):
        yield "its widths have no controls"
    if methods - set(found.step_times):
        yield "it lacks the time of a step"


def _curves(block: Block) -> Iterator[dict[str, list[float]]]:
    for network in block.networks:
        yield from (network.test, network.validation)


def _percents(curves: dict[str, list[float]]) -> bool:
    return set(curves) == set(AFTERWARDS) and all(
        len(one) == len(SHARES) and all(0 <= value <= 100 for value in one)
        for one in curves.values()
    )

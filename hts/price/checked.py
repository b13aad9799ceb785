"""A price list from a file is held to what every price list is, before anything uses it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from hts.price.choose import MATCHED
from hts.price.front import CONTROLS
from hts.price.methods import METHODS
from hts.price.records import AFTERWARDS, SHARES, Block, PriceList, Trained
from hts.price.settings import PriceSettings
from hts.validate import BadInput

_WIDTHS = ("width-none", "width-gaussian", "width-III-1.5")  # none without the others
_PERCENTS = (
    "train_accuracy", "calibration", "compressible", "adversarial_l2", "adversarial_linf",
    "adversarial_l2_pruned", "adversarial_linf_pruned", "kept_l2", "kept_linf",
)  # fmt: skip


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
            yield from _wrong_block(block, seeds, found.settings)
    methods = {method for method, _ in chosen}
    wanted = chosen | {(of, v) for of, by in MATCHED.values() for m, v in chosen if m == by}
    if not set(CONTROLS) <= methods or wanted - reported:
        yield "it lacks networks of a control, or of a value that was tried"
    widths = [{value for method, value in reported if method == name} for name in _WIDTHS]
    if any(one != widths[0] for one in widths):
        yield "its widths have no controls"
    if methods - set(found.step_times):
        yield "it lacks the time of a step"
    if not all(_size(time) and time for time in found.step_times.values()):
        yield "it has a time of a step that is not above 0"
    if not all(map(_size, (found.made.seconds, found.distances.l2, found.distances.linf))):
        yield "its seconds or distances between classes are below 0"


def _wrong_block(block: Block, seeds: tuple[int, ...], settings: PriceSettings) -> Iterator[str]:
    name = f"{block.method} at {block.value:g}"
    if block.method not in METHODS or not math.isfinite(block.value):
        yield f"it has a method {block.method!r} that is not known"
    if [network.seed for network in block.networks] != list(seeds):
        yield f"{name} has other seeds than its settings"
    if not all(map(_size, (block.rate, block.sigma, block.seconds))):
        yield f"{name} has a learning rate, sigma or seconds below 0"
    for network in block.networks:
        if not all(_percents(curves) for curves in (network.test, network.validation)):
            yield f"{name} has accuracies that are no percentages"
        if why := _wrong_network(network, settings):
            yield f"{name}, seed {network.seed}, has {why}"


def _wrong_network(network: Trained, settings: PriceSettings) -> str:
    """What no network has; nothing of one that is whole."""
    if network.diverged:
        curves = network.test, network.validation
        nothing = Trained(seed=network.seed, diverged=True, test=curves[0], validation=curves[1])
        accurate = any(any(accuracies) for curve in curves for accuracies in curve.values())
        return "figures though it diverged" if accurate or network != nothing else ""
    for name in _PERCENTS:
        value = getattr(network, name)
        if value is not None and not 0 <= value <= 100:
            return f"a {name} of {value:g}, which is no percentage"
    for name in ("train_loss", "test_loss", "calibration", "compressible"):
        if getattr(network, name) is None:
            return f"no {name}, though it did not diverge"
    if not (_size(network.train_loss or 0.0) and _size(network.test_loss or 0.0)):
        return "a loss below 0"
    if network.steps is not None and not 1 <= network.steps <= settings.steps:
        return f"its target at step {network.steps}, of {settings.steps}"
    if not all(0 <= count <= settings.attacked for count in network.left_out or ()):
        return "other numbers of examples left out than were attacked"
    if not math.isfinite(network.student_gain or 0.0):
        return "a likelihood that is no number"
    return ""


def _percents(curves: dict[str, list[float]]) -> bool:
    return set(curves) == set(AFTERWARDS) and all(
        len(one) == len(SHARES) and all(0 <= value <= 100 for value in one)
        for one in curves.values()
    )


def _size(value: float) -> bool:
    return 0 <= value < math.inf

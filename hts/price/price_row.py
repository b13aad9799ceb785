"""The price list: a row for each method at its best with 90 % of the units removed."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from hts.paired.median import Median, median_of
from hts.price.choose import Choice, accuracy, title
from hts.price.front import spread
from hts.price.methods import METHODS
from hts.price.records import PRICED, Block, Trained

Measure = Callable[[Trained], float | None]


def _accuracy_gap(network: Trained) -> float | None:
    return None if network.diverged else network.train_accuracy - accuracy(network, "nothing", 0.0)


def _gap(network: Trained) -> float | None:
    if network.test_loss is None or network.train_loss is None:
        return None
    return network.test_loss - network.train_loss


COLUMNS: dict[str, Measure] = {
    "test accuracy %": lambda n: accuracy(n, "nothing", 0.0),
    "with 80 % removed": lambda n: accuracy(n, "nothing", 0.8),
    "with 90 % removed": lambda n: accuracy(n, "nothing", 0.9),
    "90 % removed, fine-tuned": lambda n: accuracy(n, "tuned", 0.9),
    "90 % removed, refitted": lambda n: accuracy(n, "refitted", 0.9),
    "norm-compressible share %": lambda n: n.compressible,
    "gap of accuracy, points": _accuracy_gap,
    "gap of loss, nats": _gap,
    "calibration error, points": lambda n: n.calibration,
    "steps to target": lambda n: math.inf if n.steps is None else n.steps,
    "adversarial L2 %": lambda n: n.adversarial_l2,
    "adversarial Linf %": lambda n: n.adversarial_linf,
    "adversarial L2 %, 90 % removed": lambda n: n.adversarial_l2_pruned,
    "adversarial Linf %, 90 % removed": lambda n: n.adversarial_linf_pruned,
}
"""What is told of a method, each a median over seeds; of networks that diverged only accuracies."""


def medians(block: Block) -> dict[str, Median | None]:
    """Every column over the networks of a block; None where no network has it."""
    found: dict[str, Median | None] = {}
    for name, measure in COLUMNS.items():
        values = [value for n in block.networks if (value := measure(n)) is not None]
        found[name] = median_of(values) if values else None
    return found


def price_rows(choice: Choice) -> Iterator[dict[str, Any]]:
    """The table of plain values, a method a row."""
    times = choice.found.step_times
    for method in choice.methods:
        value = choice.value(method, "nothing", PRICED)
        block = choice.block(method, "nothing", PRICED)
        row: dict[str, Any] = {"method": title(method), "value": METHODS[block.method].said(value)}
        for name, found in medians(block).items():
            row |= spread(name, found)
        row["step time over no noise"] = times[block.method]
        row["diverged"] = sum(network.diverged for network in block.networks)
        row["attacked, left out"] = max((n.left_out or [0])[0] for n in block.networks)
        row["attacked pruned, left out"] = max((n.left_out or [0])[-1] for n in block.networks)
        yield row


def over(choice: Choice, method: str, control: str) -> dict[str, Median | None]:
    """Every column minus that of a control at its own best value, seed by seed."""
    ours, theirs = (choice.block(name, "nothing", PRICED).networks for name in (method, control))
    found: dict[str, Median | None] = {}
    for name, measure in COLUMNS.items():
        pairs = [(measure(a), measure(b)) for a, b in zip(ours, theirs, strict=True)]
        gaps = [a - b for a, b in pairs if a is not None and b is not None]
        known = [gap for gap in gaps if not math.isnan(gap)]  # neither came to the target
        found[name] = median_of(known) if known else None
    return found


def over_rows(choice: Choice, control: str) -> Iterator[dict[str, Any]]:
    """What each method costs more than a control, a method a row."""
    for method in choice.methods:
        row: dict[str, Any] = {"method": title(method), "over": title(control)}
        for name, found in over(choice, method, control).items():
            row |= spread(name, found)
        yield row

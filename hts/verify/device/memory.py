"""Is the memory of a run what it was said to be before it began?"""

from __future__ import annotations

from collections.abc import Iterator

from hts.budget.memory import estimate_memory, in_words
from hts.config import RunConfig
from hts.data import load
from hts.platforms import watch_memory
from hts.runs.single import train
from hts.verify.device.check import Check, Place, Row, figure, skip


class MemoryEstimate(Check):
    """The most memory of a few steps of a wide network, as a share of the estimate."""

    name = "memory"

    def rows(self, place: Place) -> Iterator[Row]:
        config = place.on(
            RunConfig(width=place.extent.memory_width, noise="II", iterations=4, eval_every=2)
        )
        data = load(config.data)
        what = f"{config.width} units on {config.data}"
        train(config.replace(width=100), data)  # what is loaded and compiled once
        peak = watch_memory(place.device)
        if peak is None:
            yield skip(what, f"nobody counts the largest use of memory on {place.device.type} here")
            return
        train(config, data)
        taken, told = peak(), estimate_memory(config, **data.sizes).besides
        yield figure(
            what, taken / told, "of the estimate", most=place.extent.memory_share,
            note=f"{in_words(taken)} of {in_words(told)}",
        )  # fmt: skip

"""How many times the pace of runs one by one has an ensemble of them?"""

from __future__ import annotations

import time
from collections.abc import Iterator

from hts.config import RunConfig
from hts.data import load
from hts.runs.group import run_group
from hts.runs.outcome import Outcome
from hts.runs.single import train
from hts.verify.device.check import Check, Place, Row, figure

_ALPHAS = (1.5, 1.6, 1.75, 1.9)
_POINTS = 2.0  # rounding that a heavy tail amplifies


class EnsembleAgainstSingles(Check):
    """Whole runs on digits, from data to result, of networks with type II noise.

    Some of the members train alone as well, which says how long all of them would take.
    """

    name = "ensemble"

    def rows(self, place: Place) -> Iterator[Row]:
        extent, data = place.extent, load("digits")
        base = place.on(RunConfig(
            data="digits", noise="II", width=extent.width, iterations=extent.ensemble_steps,
            eval_every=100,
        ))  # fmt: skip
        configs = [
            base.replace(alpha=_ALPHAS[i % 4], seed=1 + i // 4) for i in range(extent.members)
        ]
        warm = base.replace(iterations=8)
        train(warm, data)
        run_group([warm, warm.replace(seed=2)], data, on_end=lambda outcome: None)

        began = time.perf_counter()
        alone = [train(config, data) for config in configs[: extent.alone]]
        each = (time.perf_counter() - began) / extent.alone
        outcomes: list[Outcome] = []
        began = time.perf_counter()
        run_group(configs, data, on_end=outcomes.append)
        together = (time.perf_counter() - began) / extent.members

        found = {outcome.member: outcome.result for outcome in outcomes}
        apart = max(
            abs((one.test_accuracy or 0) - (found[i].test_accuracy or 0))
            for i, one in enumerate(alone)
        )
        yield figure(
            f"members alone and among {extent.members}", apart, "points of test accuracy apart",
            most=_POINTS,
        )  # fmt: skip
        yield figure(
            f"{extent.members} runs together", each / together, "times the pace one by one",
            least=extent.times_alone, goal=True,
            note=f"{1 / together:.3g} runs a second, {1 / each:.3g} one by one",
        )  # fmt: skip

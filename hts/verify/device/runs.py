"""A run from data to result, with the CPU's result beside it."""

from __future__ import annotations

from collections.abc import Iterator

from hts.config import RunConfig
from hts.data import available, load
from hts.records import RunResult
from hts.runs.single import train
from hts.verify.device.check import Check, Place, Row, figure, skip

# Sums in another order moved them by up to 0.6 points and 0.0002 in six seeds each of both runs.
_POINTS, _ALPHA = 2.0, 0.01


class WholeRun(Check):
    """A run with type III noise.  Its results may differ from the CPU's by rounding, amplified."""

    name = "run"

    def __init__(self, data: str, batch_size: int) -> None:
        self.data, self.batch_size = data, batch_size

    def rows(self, place: Place) -> Iterator[Row]:
        if not available(self.data):
            yield skip(self.data, "the data is not at hand: HTS_DATA_DIR may name its folder")
            return
        config = RunConfig(
            data=self.data, batch_size=self.batch_size, noise="III", eval_every=100,
            width=place.extent.width, iterations=place.extent.run_steps, device="cpu",
        )  # fmt: skip
        data = load(self.data)
        there, here = train(place.on(config), data), train(config, data)
        for what, unit, most in (
            ("test_accuracy", "points apart", _POINTS),
            ("pruning_ratio", "points apart", _POINTS),
            ("tail_index", "apart", _ALPHA),
        ):
            found, beside = (_number(result, what) for result in (there, here))
            yield figure(
                f"{self.data}, {what.replace('_', ' ')}", abs(found - beside), unit, most=most,
                note=f"{found:.4g}, on the CPU {beside:.4g}",
            )  # fmt: skip
        yield figure(
            f"{self.data}, {there.iterations} steps", here.seconds / there.seconds,
            "times the CPU's pace", note=f"{there.seconds:.3g} s",
        )  # fmt: skip


def _number(result: RunResult, what: str) -> float:
    found = getattr(result, what)
    if what == "tail_index" and found is not None:
        found = found.alpha
    return float("nan") if found is None else float(found)

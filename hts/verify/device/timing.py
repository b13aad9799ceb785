"""Times on a device: several ways in turn, each until the device is done, ratios inside a round."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import torch

from hts.platforms import finish

Ways = dict[str, Callable[[], object]]
Times = dict[str, list[float]]


def rounds(ways: Ways, runs: int, device: torch.device | str = "cpu", *, calls: int = 1) -> Times:
    """Seconds a call of each way in each of ``runs`` rounds; one round before is not counted.

    The device is waited for once after ``calls`` in a row.
    """
    device = torch.device(device)
    times: Times = {what: [] for what in ways}
    for counted in (False, *[True] * runs):
        for what, work in ways.items():
            finish(device)
            began = time.perf_counter()
            for _ in range(calls):
                work()
            finish(device)
            if counted:
                times[what].append((time.perf_counter() - began) / calls)
    return times


def ratio(seconds: Sequence[float], yardstick: Sequence[float]) -> float:
    """The median over rounds of one time over the other."""
    return statistics.median(a / b for a, b in zip(seconds, yardstick, strict=True))

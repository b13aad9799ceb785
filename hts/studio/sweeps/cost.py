"""How long a sweep takes at most, estimated before it begins; torch-free.

The work of every run to the end of its budget (`hts.budget.work`), times the seconds that
this machine needs for a unit of it: taken from runs that it has finished, or else from a product
of matrices that is timed once.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Iterable

import numpy as np

from hts.budget.work import work_of
from hts.config import RunConfig
from hts.config.arms import members
from hts.data.sources import info
from hts.studio.store.store import Store
from hts.validate import BadInput

RECENT_SWEEPS = 5
LONG_ENOUGH = 20.0  # seconds: in a shorter sweep the start of the workers counts too much
OVERHEAD = 2.0  # of a run over its bare products, where nothing was measured


def estimate(configs: Iterable[RunConfig], store: Store | None = None) -> float:
    """Seconds for all of ``configs``, at most: if no run reaches its target or diverges.

    Runs on data that cannot be had take no time.  ``store``: whose finished sweeps tell this
    machine's pace.
    """
    return sum(map(work, configs)) * (pace(store) or bare_pace() * OVERHEAD)


def at_least(configs: Iterable[RunConfig], store: Store | None = None) -> float:
    """Seconds if every run that has a target reaches it at its first evaluation."""
    parts = [work(c, None if c.target_accuracy is None else c.eval_every) for c in configs]
    return sum(parts) * (pace(store) or bare_pace() * OVERHEAD)


def work(config: RunConfig, iterations: int | None = None) -> float:
    """Multiply-adds of a run, with evaluations towards its target and its result.

    Those of all its networks.  ``iterations``: how many it took, None for its whole budget.
    """
    try:
        sizes = info(config.data).sizes
    except BadInput:
        return 0.0
    steps = config.iterations if iterations is None else min(iterations, config.iterations)
    parts = work_of(config, **sizes)
    looks = 0.0
    if config.target_accuracy is not None:
        share = sizes["train"] / (sizes["train"] + sizes["test"])
        looks = steps / config.eval_every * parts.evaluation * share
    return len(members(config)) * (parts.whole(steps) + looks)


def pace(store: Store | None) -> float | None:
    """Seconds of the machine per unit of work in the newest sweeps of ``store``; None without."""
    if store is None:
        return None
    for sweep in store.sweeps.list(limit=RECENT_SWEEPS):
        if sweep.seconds < LONG_ENOUGH:
            continue
        try:
            members = store.sweeps.members(sweep.id)
        except BadInput:  # of a kind that is not known here
            continue
        computed = [m for m in members if m.state == "done" and not m.reused]
        done = sum(work(m.config, m.result.iterations) for m in computed if m.result is not None)
        if done > 0:
            return sweep.seconds / done
    return None


def in_words(seconds: float) -> str:
    """A time as a person says it, e.g. ``40 seconds``, ``8 minutes``, ``3.5 hours``."""
    if seconds < 90:
        whole = max(1, round(seconds))
        return "1 second" if whole == 1 else f"{whole} seconds"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.2g} hours" if seconds < 48 * 3600 else f"{seconds / 86400:.2g} days"


@functools.lru_cache(maxsize=1)
def bare_pace() -> float:
    """Seconds per multiply-add of a float32 product with all threads, at its best; timed once."""
    a = np.ones((500, 140), np.float32)
    b = np.ones((140, 2000), np.float32)
    a @ b
    times = []
    for _ in range(10):
        began = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - began)
    return min(times) / (500 * 140 * 2000)

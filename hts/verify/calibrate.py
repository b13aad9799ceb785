"""Are the estimates and their intervals right?  Repeat on noise of known alpha and count."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hts.noise.types import noise_type
from hts.tails.estimation import estimate
from hts.tails.layer import layer_tail_index

_INPUTS = {"scalars": 2, "entries": 100, "norms": 140}  # by how the noise type is read


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """How ``repeats`` estimates and intervals did against the ``alpha`` that was drawn."""

    kind: str
    alpha: float
    size: int  # units where their weights share draws, else entries
    inputs: int
    repeats: int
    level: float  # what the intervals promise
    coverage: float  # share of intervals that hold alpha
    bias: float  # mean estimate - alpha
    sd: float  # standard deviation of the estimates
    flagged: float  # share that `fits` called not stable; these samples are
    seconds_each: float  # per estimate
    naive_flagged: float | None = None  # share of entry-wise counts found out


def coverage(
    kind: str,
    alpha: float,
    n: int,
    repeats: int = 200,
    *,
    seed: int = 1,
    inputs: int | None = None,
    level: float = 0.95,
    naive: bool = False,
    progress: Callable[[float], None] = lambda share: None,
) -> Coverage:
    """Estimate alpha from ``repeats`` layers of pure noise.

    ``n``: units where a unit's weights share draws, else entries (a multiple of the inputs, or
    rounded down to one).  ``inputs`` defaults to 2 (I), 100 (II) and 140 (III).  ``naive`` also
    counts all entries as if independent, to see whether that is flagged.
    """
    from hts.noise.sources import sample  # brings torch

    noise_kind = noise_type(kind)
    inputs = inputs or _INPUTS[noise_kind.reading]
    units = n if noise_kind.independent == "units" else max(1, n // inputs)
    estimates = np.empty(repeats)
    held = flagged = found_out = 0
    seconds = 0.0
    for i in range(repeats):
        # The same bits at every alpha would make the rows of a table err together.
        noise = sample(
            kind, alpha, units=units, inputs=inputs, seed=seed, step=i, layer=int(1000 * alpha)
        )
        began = time.perf_counter()
        tail = layer_tail_index(noise, kind, level=level)
        seconds += time.perf_counter() - began
        estimates[i] = tail.alpha
        held += tail.low <= alpha <= tail.high
        flagged += not tail.fits
        if naive:
            found_out += not estimate(noise, "quantiles", of="values").independent
        progress((i + 1) / repeats)
    return Coverage(
        kind=kind,
        alpha=alpha,
        size=n,
        inputs=inputs,
        repeats=repeats,
        level=level,
        coverage=held / repeats,
        bias=float(estimates.mean() - alpha),
        sd=float(estimates.std(ddof=1)) if repeats > 1 else 0.0,
        flagged=flagged / repeats,
        seconds_each=seconds / repeats,
        naive_flagged=found_out / repeats if naive else None,
    )

"""How much memory a run takes, estimated before anything is allocated (no torch needed)."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from hts.config import RunConfig
from hts.validate import BadInput

BASE = 400 * 2**20  # interpreter, torch, numba and the numerical libraries in a worker
HEADROOM = 0.9  # share of the free memory a run may take
FLOAT = 4


@dataclass(frozen=True, kw_only=True)
class MemoryEstimate:
    """Bytes by purpose."""

    data: int
    weights: int
    activations: int
    noise: int
    analysis: int
    base: int = BASE

    @property
    def total(self) -> int:
        """All of it, in bytes."""
        parts = (self.data, self.weights, self.activations, self.noise, self.analysis, self.base)
        return sum(parts)


def estimate_memory(
    config: RunConfig, *, inputs: int, classes: int, train: int, test: int
) -> MemoryEstimate:
    """Peak bytes of a run of ``config`` on a set of ``train`` + ``test`` examples of ``inputs``."""
    n, p = config.width, inputs
    hidden = n * p + (config.depth - 1) * n * n
    largest = max(n * p, n * n if config.depth > 1 else 0)
    batch = min(config.batch_size, train)
    looked_at = min(max(train, test), max(64, 2**22 // n))  # `Network.chunks`
    step = batch * n * (config.depth + 1)
    if config.depth == 1:  # `OneLayerStep`: the way back takes one block
        step = batch * n + min(batch * n, 2**19)
    return MemoryEstimate(
        data=int(FLOAT * p * (train + test) * 1.5),  # beside the tensors, what they are made from
        weights=FLOAT * (hidden + n * classes),
        activations=FLOAT * (step + 2 * looked_at * n),
        noise=0 if config.stability is None else 8 * min(largest, 2**22) + FLOAT * n,
        # |w| and its logarithm twice over; a sorted network, a checkpoint's copy
        analysis=FLOAT * (3 * largest + 2 * hidden),
    )


def check_memory(config: RunConfig, *, inputs: int, classes: int, train: int, test: int) -> None:
    """Raise `BadInput` with the numbers when the run does not fit in the free memory."""
    sizes = {"inputs": inputs, "classes": classes, "train": train, "test": test}
    free = psutil.virtual_memory().available
    allowed = int(HEADROOM * free)
    needed = estimate_memory(config, **sizes).total
    if needed <= allowed:
        return
    fits = _largest_width(config, allowed, sizes)
    advice = (
        f"a width up to about {_two_digits(fits)} fits"
        if fits
        else "not even one unit fits: choose a smaller dataset or batch"
    )
    raise BadInput(
        f"width {config.width} on {config.data} needs about {in_words(needed)} of memory, but this "
        f"machine has {in_words(free)} free: {advice}."
    )


def in_words(count: float) -> str:
    """Bytes as a person reads them, e.g. ``3.4 GB`` (powers of 1000)."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if count < 1000 or unit == "PB":
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.3g} {unit}"
        count /= 1000
    raise AssertionError


def _largest_width(config: RunConfig, allowed: int, sizes: dict[str, int]) -> int:
    low, high = 0, config.width
    while high - low > 1:
        middle = (low + high) // 2
        if estimate_memory(config.replace(width=middle), **sizes).total <= allowed:
            low = middle
        else:
            high = middle
    return low


def _two_digits(value: int) -> int:
    unit = 10 ** max(0, len(str(value)) - 2)
    return value // unit * unit

"""How much memory a run takes, estimated before anything is allocated (no torch needed)."""

from __future__ import annotations

import os
from dataclasses import dataclass

import psutil

from hts.budget.image_shape import image_of
from hts.config import RunConfig
from hts.models.architecture import CNN_WIDTH_STEP, convolutions
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
    """Peak bytes of a run of ``config`` on a set of ``train`` + ``test`` examples of ``inputs``.

    Raises `BadInput` for a convolutional network on data that are no images.
    """
    if config.model == "cnn":
        return _convolutional(config, inputs, classes, train, test)
    n, p = config.width, inputs
    hidden = n * p + (config.depth - 1) * n * n
    largest = max(n * p, n * n if config.depth > 1 else 0)
    batch = min(config.batch_size, train)
    looked_at = min(max(train, test), max(64, 2**22 // n))  # `Network.chunks`
    step = batch * n * (config.depth + 1)
    if config.depth == 1:  # `OneLayerStep`: the way back takes one block
        step = batch * n + min(batch * n, 2**19)
    return MemoryEstimate(
        data=int(FLOAT * p * (train + test) * 1.25),  # beside the tensors, what they are made from
        weights=FLOAT * (hidden + n * classes),
        activations=FLOAT * (step + 2 * looked_at * n),
        noise=0 if config.stability is None else 8 * min(largest, 2**22) + FLOAT * n,
        # |w| and its logarithm twice over; a sorted network, a checkpoint's copy
        analysis=FLOAT * (3 * largest + 2 * hidden),
    )


def _convolutional(
    config: RunConfig, inputs: int, classes: int, train: int, test: int
) -> MemoryEstimate:
    layers = convolutions(config.width, image_of(config))
    weights = sum(layer.weights for layer in layers)
    largest = max(layer.weights for layer in layers)
    batch = min(config.batch_size, train)
    parts = min(8, max(1, batch // 50))  # `convolutional_step`: one thread each
    threads = os.cpu_count() or 1
    widest = max(layer.outputs for layer in layers)
    # What autograd keeps of an example: every output, and of a maximum also where it was (int64).
    kept = inputs + sum(layer.outputs * (1.75 if layer.pooled else 1) for layer in layers)
    step = -(-batch // parts) * min(parts, threads) * (kept + 2 * widest)
    looked_at = min(max(train, test), max(128, 2**23 // layers[0].outputs))
    look = looked_at * layers[0].outputs // 2 + min(looked_at, 128 * threads) * 2 * widest
    return MemoryEstimate(
        data=int(FLOAT * inputs * (train + test) * 1.5),
        weights=FLOAT * (weights * (1 + parts) + config.width * classes),  # and their gradients
        activations=int(FLOAT * max(step, look)),
        noise=0 if config.stability is None else 8 * min(largest, 2**22) + FLOAT * config.width,
        analysis=FLOAT * 2 * largest + FLOAT * weights,
    )


def parameters(config: RunConfig, *, inputs: int, classes: int) -> int:
    """How many weights the network has; raises `BadInput` for a cnn on data that are no images."""
    if config.model == "cnn":
        layers = convolutions(config.width, image_of(config))
        return sum(layer.weights for layer in layers) + config.width * classes
    n = config.width
    return n * inputs + (config.depth - 1) * n * n + n * classes


def check_memory(config: RunConfig, *, inputs: int, classes: int, train: int, test: int) -> None:
    """Raise `BadInput` with the numbers when the run does not fit in the free memory."""
    sizes = {"inputs": inputs, "classes": classes, "train": train, "test": test}
    free = psutil.virtual_memory().available
    allowed = int(HEADROOM * free)
    needed = estimate_memory(config, **sizes).total
    if needed <= allowed:
        return
    fits = _largest_width(config, allowed, sizes)
    about = fits if config.model == "cnn" else _two_digits(fits)
    advice = (
        f"a width up to about {about} fits"
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
    step = CNN_WIDTH_STEP if config.model == "cnn" else 1
    low, high = 0, config.width // step
    while high - low > 1:
        middle = (low + high) // 2
        if estimate_memory(config.replace(width=middle * step), **sizes).total <= allowed:
            low = middle
        else:
            high = middle
    return low * step


def _two_digits(value: int) -> int:
    unit = 10 ** max(0, len(str(value)) - 2)
    return value // unit * unit

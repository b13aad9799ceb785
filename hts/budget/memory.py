"""How much memory a run takes, estimated before anything is allocated (no torch needed)."""

from __future__ import annotations

import dataclasses
import os

from hts.config import RunConfig
from hts.config.arms import members
from hts.families.cost import FLOAT, MemoryEstimate
from hts.machine_memory import free_memory
from hts.validate import BadInput

HEADROOM = 0.9  # share of the free memory a run may take


def estimate_memory(
    config: RunConfig,
    *,
    inputs: int,
    classes: int,
    train: int,
    test: int,
    at_a_time: int | None = None,
) -> MemoryEstimate:
    """Peak bytes of a run of ``config`` on a set of ``train`` + ``test`` examples of ``inputs``.

    Of several networks each has its weights; what steps, looks and noise take is counted once for
    each that computes ``at_a_time``, by default one on each core.  Raises `BadInput` for data that
    the model cannot take.
    """
    one = _of_one(config, {"inputs": inputs, "classes": classes, "train": train, "test": test})
    count = len(members(config))
    if count == 1:
        return one
    threads = min(count, at_a_time or os.cpu_count() or 1)
    return MemoryEstimate(
        data=one.data,
        weights=one.weights * count,
        activations=one.activations * threads,
        noise=one.noise * threads,
        analysis=one.analysis * threads,
    )


def _of_one(config: RunConfig, sizes: dict[str, int]) -> MemoryEstimate:
    """Of one network, with what its optimizer needs beside the family's plain steps."""
    plain = config.family.memory(config, **sizes)
    if config.plain_steps:
        return plain
    kept = len(config.optimizer_kind.kept(config))
    weights = FLOAT * config.family.parameters(
        config, inputs=sizes["inputs"], classes=sizes["classes"]
    )
    return dataclasses.replace(
        plain,
        weights=plain.weights + weights * (2 + kept),  # their gradient, what is made on the way
        analysis=plain.analysis + weights * kept,  # in a checkpoint's copy
    )


def check_memory(config: RunConfig, *, inputs: int, classes: int, train: int, test: int) -> None:
    """Raise `BadInput` with the numbers when the run does not fit in the free memory."""
    sizes = {"inputs": inputs, "classes": classes, "train": train, "test": test}
    free = free_memory()
    allowed = int(HEADROOM * free)
    needed = estimate_memory(config, at_a_time=1, **sizes).besides
    if needed <= allowed:
        return
    fits = _largest_width(config, allowed, sizes)
    about = _two_digits(fits) if config.family.width_step == 1 else fits
    advice = (
        f"a width up to about {about} fits"
        if fits
        else "not even one unit fits: choose a smaller dataset or batch"
    )
    raise BadInput(
        f"width {config.width} on {config.data} needs about {in_words(needed)} of memory, but this "
        f"machine has {in_words(free)} free: {advice}."
    )


def networks_at_a_time(config: RunConfig, most: int, **sizes: int) -> int:
    """How many networks of a run may compute at a time, up to ``most``: fewer need less memory."""
    allowed = HEADROOM * free_memory()
    fitting = (
        count
        for count in range(most, 1, -1)
        if estimate_memory(config, at_a_time=count, **sizes).besides <= allowed
    )
    return next(fitting, 1)


def in_words(count: float) -> str:
    """Bytes as a person reads them, e.g. ``3.4 GB`` (powers of 1000)."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB"):
        if count < 1000 or unit == "PB":
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.3g} {unit}"
        count /= 1000
    raise AssertionError


def _largest_width(config: RunConfig, allowed: int, sizes: dict[str, int]) -> int:
    step = config.family.width_step
    low, high = 0, config.width // step
    while high - low > 1:
        middle = (low + high) // 2
        if (
            estimate_memory(config.replace(width=middle * step), at_a_time=1, **sizes).besides
            <= allowed
        ):
            low = middle
        else:
            high = middle
    return low * step


def _two_digits(value: int) -> int:
    unit = 10 ** max(0, len(str(value)) - 2)
    return value // unit * unit

"""Replicates on several threads: each is a function of its seed, so their order cannot matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import accumulate, pairwise
from typing import TypeVar

import numpy as np
import torch

from hts.theory.settings import Case, NetworkSettings

TOGETHER = 2048  # units

Given = TypeVar("Given")
Found = TypeVar("Found")
Chosen = TypeVar("Chosen", bound=NetworkSettings)
Share = Callable[[float], None]  # hears the share done
Tell = Callable[[str, float], None]  # and what is being done


def stretch(tell: Share, start: float, end: float) -> Share:
    """For the part of the work that lies between two shares of the whole."""
    return lambda share: tell(start + (end - start) * share)


def over_cases(
    work: Callable[[Chosen, Case, Share], Found], settings: Chosen, tell: Tell, end: float = 1.0
) -> list[Found]:
    """``work`` of every case in turn, which is the share ``end`` of the whole."""
    cases = settings.cases
    each = end / len(cases)
    return [
        work(settings, case, stretch(partial(tell, case.title), k * each, (k + 1) * each))
        for k, case in enumerate(cases)
    ]


def over_widths(
    work: Callable[[int, list[int]], np.ndarray],
    widths: Sequence[int],
    seeds: Sequence[int],
    tell: Share = lambda share: None,
) -> list[np.ndarray]:
    """``work(units, seeds)`` (replicates, ...) at every width, on all seeds in batches."""
    total = sum(widths)
    return [
        np.concatenate(
            over_replicates(
                partial(work, units),
                batches(seeds, units),
                stretch(tell, before / total, after / total),
            )
        )
        for units, (before, after) in zip(
            widths, pairwise(accumulate(widths, initial=0)), strict=True
        )
    ]


def batches(seeds: Sequence[int], units: int, together: int = TOGETHER) -> list[list[int]]:
    """Seeds of replicates that are moved together: small systems cost less in one call."""
    size = max(1, together // units)
    return [list(seeds[a : a + size]) for a in range(0, len(seeds), size)]


def over_replicates(
    work: Callable[[Given], Found],
    given: Sequence[Given],
    tell: Share = lambda share: None,
) -> list[Found]:
    """``work`` of every seed, or batch of seeds, in order.

    As many threads as torch has, each with single-threaded torch operations: torch and the noise
    release the interpreter lock.
    """
    found = []
    with _one_thread_each() as threads, ThreadPoolExecutor(threads) as pool:
        try:
            for done, one in enumerate(pool.map(work, given), 1):
                found.append(one)
                tell(done / len(given))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return found


@contextmanager
def _one_thread_each() -> Iterator[int]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield threads
    finally:
        torch.set_num_threads(threads)

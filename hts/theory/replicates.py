"""Replicates on several threads: each is a function of its seed, so their order cannot matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch

TOGETHER = 2048  # units

Given = TypeVar("Given")
Found = TypeVar("Found")
Tell = Callable[[str, float], None]


def batches(seeds: Sequence[int], units: int) -> list[list[int]]:
    """Seeds of replicates that are moved together: small systems cost less in one call."""
    size = max(1, TOGETHER // units)
    return [list(seeds[a : a + size]) for a in range(0, len(seeds), size)]


def over_replicates(
    work: Callable[[Given], Found],
    given: Sequence[Given],
    tell: Callable[[float], None] = lambda share: None,
) -> list[Found]:
    """``work`` of every seed, or batch of seeds, in order; ``tell`` hears the share done.

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

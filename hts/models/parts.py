"""Work on a batch in parts of fixed size, each computed by one thread.

How torch splits a convolution's weight gradient over threads changes the order of its sums, and
with it the last bits.  Here threads share out whole parts instead and every part is computed as on
a machine with one thread, so results do not depend on how many there are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

import torch

Made = TypeVar("Made")


def slices(examples: int, size: int) -> list[slice]:
    """Consecutive parts of ``size`` examples; the last one may be smaller."""
    return [slice(start, min(start + size, examples)) for start in range(0, examples, size)]


def in_parts(
    work: Callable[[slice], Made], examples: int, size: int, device: torch.device
) -> list[Made]:
    """``work`` of every part, in order.  On a GPU, the whole at once is the only part."""
    if device.type != "cpu":
        return [work(slice(0, examples))]
    return list(_threads(torch.get_num_threads()).map(work, slices(examples, size)))


def threads_of_one(count: int) -> ThreadPoolExecutor:
    """``count`` threads, in each of which torch computes by itself; ended by who asked for them."""
    started, common = threading.Barrier(count + 1), torch.get_num_threads()

    def begin() -> None:
        torch.get_num_threads()  # a thread takes the common number once, and not after this
        torch.set_num_threads(1)
        started.wait()

    pool = ThreadPoolExecutor(count, "part", initializer=begin)
    for _ in range(count):
        pool.submit(int)  # none is idle before the barrier, so each submission starts a thread
    started.wait()
    torch.set_num_threads(common)  # as it was for everybody else
    return pool


_threads = lru_cache(maxsize=1)(threads_of_one)

"""That little was allocated and little time was spent."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def bounded(megabytes: float = 40, seconds: float = 20) -> Iterator[None]:
    """Fails if what happens inside allocates or takes more."""
    began = time.process_time()
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < megabytes * 2**20, f"{peak / 2**20:.0f} MB were allocated"
    assert time.process_time() - began < seconds

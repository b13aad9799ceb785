"""A lock file that the system frees when its owner ends, however it ends."""

from __future__ import annotations

import os
import time
from pathlib import Path

from hts.platforms import try_lock


class FileLock:
    """At most one process owns it.  Child processes do not inherit it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, *, wait: float = 0.0) -> bool:
        """Try for up to ``wait`` seconds; returns whether this process has it now."""
        give_up = time.monotonic() + wait
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        while not try_lock(descriptor):
            if time.monotonic() >= give_up:
                os.close(descriptor)
                return False
            time.sleep(0.02)
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_free(path: Path, *, make: bool = True) -> bool:
    """Whether nobody owns the lock at this moment; unless ``make`` no file comes of asking."""
    if not make and not path.exists():
        return True
    lock = FileLock(path)
    if not lock.acquire():
        return False
    lock.release()
    return True

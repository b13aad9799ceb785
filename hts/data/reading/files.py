"""Files that several processes may want at once: locks, and writing all or nothing."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hts import platforms


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``; waits for who holds it.  A process that dies lets go of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        while not platforms.try_lock(handle.fileno()):
            time.sleep(0.02)
        yield


@contextmanager
def written_whole(path: Path) -> Iterator[BinaryIO]:
    """A file open for writing that appears at ``path`` only once it is complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not a tempfile: that would be readable by its owner only, and a lab may share its cache.
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as handle:
            yield handle
        platforms.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise

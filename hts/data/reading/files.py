"""Files that several processes may want at once: locks, and writing all or nothing."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

if sys.platform == "win32":
    import msvcrt
    import time

    def _take(handle: BinaryIO) -> None:
        while True:
            try:
                handle.seek(0)
                msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
                return
            except OSError:
                time.sleep(0.1)
else:
    import fcntl

    def _take(handle: BinaryIO) -> None:
        fcntl.flock(handle.fileno(), fcntl.LOCK_EX)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``; waits for who holds it.  A process that dies lets go of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        _take(handle)
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
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise

"""Room on the disk: what is new is refused, and waits, before the disk is full."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping

from hts.studio.store.paths import Home
from hts.validate import BadInput, whole

LEAST_MB = 200  # what goes on, and the database, can still be written with so much


def least_mb(environ: Mapping[str, str]) -> int:
    """``HTS_LEAST_DISK_MB``, by default `LEAST_MB`; `BadInput` if it makes no sense."""
    said = environ.get("HTS_LEAST_DISK_MB", LEAST_MB)
    why = "with less left on the disk no new run starts"
    return whole("HTS_LEAST_DISK_MB", said, low=0, high=10**9, why=why)


def free_mb(home: Home) -> float:
    """Megabytes (10^6 bytes) left on the disk of the home."""
    return shutil.disk_usage(home.root).free / 1e6


def full_disk(home: Home) -> str:
    """Why nothing new begins, in words; empty while there is room."""
    left, least = free_mb(home), least_mb(os.environ)
    if left >= least:
        return ""
    return (
        f"The disk is nearly full: {left:.0f} MB are left, and no new run starts with less than "
        f"{least} MB. Delete runs that nobody needs. What waits then begins by itself."
    )


def need_disk(home: Home) -> None:
    """Refuse what is new on a disk that is nearly full, with `BadInput`."""
    if words := full_disk(home):
        raise BadInput(words)

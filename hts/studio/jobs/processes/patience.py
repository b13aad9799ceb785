"""Writing into the store also when the disk is full or the database locked for a while."""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from hts.studio.store.database import unusable

WRITE_SECONDS = 60.0  # how long a full disk or a locked database is waited for

log = logging.getLogger("hts.studio.jobs.processes.patience")

_T = TypeVar("_T")


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}


class NoRoom(Exception):
    """The store could not be written for a while."""


def is_no_room(error: BaseException) -> bool:
    """Whether the disk is full, gone or read-only, or the database locked: later it may do."""
    if isinstance(error, sqlite3.OperationalError):
        return bool(unusable(error))
    return isinstance(error, NoRoom) or (isinstance(error, OSError) and error.errno in _FULL)


def patiently(write: Callable[[], _T], in_a_hurry: Callable[[], bool] = lambda: False) -> _T:
    """What ``write`` returns; raises `NoRoom` after `WRITE_SECONDS` or once ``in_a_hurry``."""
    give_up = time.monotonic() + WRITE_SECONDS
    while True:
        try:
            return write()
        except (OSError, sqlite3.OperationalError) as error:
            log.warning("the store cannot be written now: %s", error)
            if time.monotonic() > give_up or in_a_hurry():
                raise NoRoom(f"results could not be written ({error})") from error
            time.sleep(1.0)

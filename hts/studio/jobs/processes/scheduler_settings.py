"""How much may go on at once, and how patient a scheduler is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hts.machine_memory import short_of_memory
from hts.validate import choice, whole

_MOST = 1024


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a scheduler keeps to.  Times are in seconds."""

    slots: int  # runs that compute at a time; paused ones do not count
    threads: int  # CPU threads of each
    warm: int  # workers kept waiting; with one slot only while nothing computes
    owner: tuple[int, float] | None = None  # pid and start time of the process it serves
    linger: float = 20.0  # without work and owner
    linger_paused: float = 600.0  # with only paused runs and without owner
    stop_patience: float = 10.0  # between a request to stop and SIGTERM
    term_patience: float = 5.0  # between SIGTERM and SIGKILL
    refill_delay: float = 2.0  # a new warm worker does not compete with a run's first seconds


def cluster_address(environ: Mapping[str, str]) -> str | None:
    """The Ray cluster of ``HTS_CLUSTER``, where pages may let sweeps be computed; None without."""
    return environ.get("HTS_CLUSTER", "").strip() or None


def left_to_service(environ: Mapping[str, str]) -> bool:
    """Whether ``HTS_WORKERS`` is ``service``: the worker service starts workers, alone.

    Raises `BadInput` for anything but ``own``, the default, and ``service``.
    """
    said = environ.get("HTS_WORKERS", "own")
    choice("HTS_WORKERS", said, ("own", "service"))
    return said == "service"


def planned(environ: Mapping[str, str], **others: Any) -> Plan:
    """The plan of ``HTS_SLOTS`` and ``HTS_THREADS`` (default cores / slots).

    Two runs at a time by default, one where memory is short; with one no worker is kept to spare.
    More threads and slots than cores together are slower, not faster.  Raises `BadInput` for
    values that are no whole numbers from 1 on.
    """
    slots = environ.get("HTS_SLOTS", 1 if short_of_memory() else 2)
    slots = whole("HTS_SLOTS (concurrent runs)", slots, low=1, high=_MOST)
    share = max(1, (os.cpu_count() or 1) // slots)
    threads = environ.get("HTS_THREADS", share)
    threads = whole("HTS_THREADS", threads, low=1, high=_MOST, why="so many threads has each run")
    return Plan(slots=slots, threads=threads, warm=min(2, slots), **others)

"""Which process it is: a pid, and a mark that no other process with that pid has.

On Linux the mark holds the moment of the start in clock ticks since the machine was started, which
setting the clock does not change, and a digest of the boot and the pid namespace: containers have
the same small pids again and again, and cannot see each other's processes.  A process of another
namespace, or of one that is gone, is judged by the lock it holds while it lives (`announce`), in
the home that both share.  Elsewhere, and in older stores, the mark is the unix time of the start.
"""

from __future__ import annotations

import functools
import hashlib
import os
from pathlib import Path

import psutil

from hts.studio.jobs.processes.lock import FileLock, is_free
from hts.studio.store.paths import Home

SAME_SECONDS = 2.0  # the system clock may be set a little between two readings
_TICKS = 2**32  # of 10 ms, 497 days; whole marks stay below 2^53, which a float holds exactly

_announced: dict[Path, FileLock] = {}


def start_time(pid: int) -> float | None:
    """The mark of process ``pid``; None if it has ended (also as a zombie)."""
    if (place := _place()) is None:
        return _created(pid)
    ticks = _ticks(pid)
    return None if ticks is None else float(place * _TICKS + ticks)


def alive(pid: int | None, started: float | None, home: Home | None = None) -> bool:
    """Whether the process with this pid and mark is still there.

    ``home``: where a process of another pid namespace has said that it lives.
    """
    if pid is None or started is None:
        return False
    if is_here(started):
        found = start_time(pid) if started >= _TICKS else _created(pid)
        return found is not None and same_start(found, started)
    return home is not None and not is_free(home.alive(f"{pid}-{started:.0f}"), make=False)


def is_here(started: float) -> bool:
    """Whether a process with this mark can be seen from here, and so be sent a signal."""
    return started < _TICKS or int(started) // _TICKS == _place()


def same_start(one: float | None, other: float | None) -> bool:
    """Whether two marks of one pid are of the same process."""
    return one is not None and other is not None and abs(one - other) < SAME_SECONDS


@functools.lru_cache(maxsize=1)
def _start_of(pid: int) -> float:
    return start_time(pid) or float(psutil.Process(pid).create_time())


def this_process() -> tuple[int, float]:
    """Pid and mark of the calling process."""
    pid = os.getpid()
    return pid, _start_of(pid)


def announce(home: Home) -> tuple[int, float]:
    """Let processes of other namespaces see that this one lives; returns its pid and mark."""
    pid, started = this_process()
    path = home.alive(f"{pid}-{started:.0f}")
    while path not in _announced:
        lock = FileLock(path)
        if lock.acquire(wait=1.0) and path.exists():  # it may just have been cleared away
            _announced[path] = lock
        else:
            lock.release()
    return pid, started


def forget_the_dead(home: Home) -> None:
    """Remove what processes that have ended left behind."""
    for path in home.alive("").glob("*"):
        if is_free(path):
            path.unlink(missing_ok=True)


@functools.lru_cache(maxsize=1)
def _place() -> int | None:
    """A digest, below 2^20, of this boot and pid namespace; None where there is no telling."""
    if _ticks(os.getpid()) is None:
        return None
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return None
    digest = hashlib.sha256(f"{boot} {namespace}".encode()).digest()
    return 1 + int.from_bytes(digest[:4], "big") % (2**20 - 1)


def _ticks(pid: int) -> int | None:
    """Clock ticks between the start of the machine and that of the process (proc(5), field 22)."""
    try:
        words = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return None if words[0] in (b"Z", b"X") else int(words[19]) % _TICKS
    except (OSError, IndexError, ValueError):
        return None


def _created(pid: int) -> float | None:
    """Unix time of the start."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return float(process.create_time())
    except (psutil.NoSuchProcess, ValueError):
        return None

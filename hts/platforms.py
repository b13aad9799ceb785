"""What Windows, macOS, Linux and their devices do differently: all of it, in one place.

Everything else is written once, for all of them, by what is here.  Linux is where this is run and
tested; the tests act out each difference of the others.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import psutil

if TYPE_CHECKING:
    import torch

FORCED = -int(getattr(signal, "SIGKILL", 9))
"""The exit code of a process that was ended by force."""
OUT_OF_TIME = -int(getattr(signal, "SIGXCPU", 24))
"""And of one that used up its seconds of computing."""
REFUSED_WAITS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)  # seconds
LOOK_SECONDS = 0.02  # between two looks at the memory, where the system sets no limit


# -- files
def replace(source: Path, target: Path) -> None:
    """Put ``source`` in the place of ``target`` in one step, as `Path.replace` does.

    Windows refuses this while anybody reads ``target``, which takes moments here: it is tried
    again for most of a second.  Raises `PermissionError` if it stays refused.
    """
    for wait in REFUSED_WAITS:
        try:
            source.replace(target)
            return
        except PermissionError:
            time.sleep(wait)
    source.replace(target)


if sys.platform == "win32":
    import msvcrt

    def try_lock(descriptor: int) -> bool:
        """Lock an open file for this process; whether nobody else had it.  Its end frees it."""
        try:
            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(descriptor: int) -> bool:
        """Lock an open file for this process; whether nobody else had it.  Its end frees it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


# -- processes
def own_session() -> dict[str, Any]:
    """Arguments of `subprocess.Popen` for a process that no terminal's Ctrl+C reaches."""
    if hasattr(os, "setsid"):
        return {"start_new_session": True}
    return {"creationflags": 0x200}  # CREATE_NEW_PROCESS_GROUP


def end_by_force(pid: int, *, whole_session: bool = False) -> None:
    """End a process at once, and with it those of the session it leads, if it is still there."""
    with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
        if whole_session and hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
            return
        process = psutil.Process(pid)
        for one in [process, *(process.children(recursive=True) if whole_session else [])]:
            with contextlib.suppress(psutil.NoSuchProcess):  # the others are still to be ended
                one.kill()


def signal_name(number: int) -> str:
    """``signal 9 (SIGKILL)``, or ``signal 77`` where the system has no name for it."""
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}" + (" (SIGKILL)" if number == -FORCED else "")


CAN_BECOME = hasattr(os, "fork")


def become(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Be another program from now on, as this process; Windows, which cannot, starts a second."""
    sys.stdout.flush()
    os.execve(command[0], list(command), dict(environment))


def in_every_fork(call: Callable[[], object]) -> None:
    """Call it first thing in a forked child; Windows forks nothing."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=call)


AUTOGROUP = Path("/proc/self/autogroup")


def step_back(by: int, *, at_most: int = 19) -> None:
    """Be ``by`` nicer, up to ``at_most``.  A process with its own session steps back as a whole.

    Linux shares the cores between sessions first and looks at niceness only within each
    (sched(7), "The autogroup feature"), so that a nice worker would take as much as the web.
    """
    if not hasattr(os, "nice"):  # Windows: BELOW_NORMAL_PRIORITY_CLASS
        psutil.Process().nice(0x4000)
        return
    now = os.nice(max(0, min(by, at_most - os.nice(0))))
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # another system, or a kernel without it
            AUTOGROUP.write_text(f"{now}\n", encoding="ascii")


# -- limits
def limit(memory: int, seconds: int, written: int, *, beyond: Callable[[], object]) -> None:
    """Lower this process's limits for good: bytes beyond what it has now, seconds, bytes a file.

    Where the system sets no limit to memory (macOS refuses one, Windows has none), a thread looks
    at what this process has, and calls ``beyond`` once it is more.
    """
    try:
        import resource
    except ImportError:
        _watch_memory(memory, beyond)
        return
    most = {
        "RLIMIT_CPU": seconds,
        "RLIMIT_FSIZE": written,
        "RLIMIT_NOFILE": 64,
        "RLIMIT_CORE": 0,
    }
    for name, value in most.items():
        if hasattr(resource, name):
            _lower(resource, name, value)
    try:
        # Address space counts what is mapped, much of it never touched, hence relative to now.
        _lower(resource, "RLIMIT_AS", psutil.Process().memory_info().vms + memory)
    except (AttributeError, OSError, ValueError):
        _watch_memory(memory, beyond)


def _lower(resource: Any, name: str, value: int) -> None:
    which = getattr(resource, name)
    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def _watch_memory(most: int, beyond: Callable[[], object]) -> None:
    process = psutil.Process()
    at_most = process.memory_info().rss + most

    def watch() -> None:
        while process.memory_info().rss <= at_most:
            time.sleep(LOOK_SECONDS)
        beyond()

    threading.Thread(target=watch, daemon=True, name="memory").start()


# -- devices
NO_DOUBLE = ("mps",)


def accelerators() -> list[str]:
    """The devices of this machine beside its CPU, the one to take first."""
    import torch

    there = {"cuda": torch.cuda, "mps": torch.backends.mps}
    return [name for name, backend in there.items() if backend.is_available()]


def double(tensor: torch.Tensor) -> torch.Tensor:
    """``tensor`` in double precision: on its device, or on the CPU where that has none (MPS)."""
    return (tensor if has_double(tensor.device) else tensor.cpu()).double()


def has_double(device: torch.device) -> bool:
    """Whether the device computes in double precision."""
    return device.type not in NO_DOUBLE


def records_graphs(device: torch.device) -> bool:
    """Whether steps on the device can be recorded and replayed (`hts.training.captured`)."""
    return device.type == "cuda"


def finish(device: torch.device) -> None:
    """Wait until the device has done all that it was given; the CPU always has."""
    import torch

    backends = {"cuda": torch.cuda, "mps": torch.mps}
    if device.type in backends:
        backends[device.type].synchronize()


def watch_memory(device: torch.device) -> Callable[[], int] | None:
    """From now on: what gives the most bytes there were beyond today's; None: nobody counts."""
    if device.type == "cuda":
        import torch

        torch.cuda.reset_peak_memory_stats(device)
        at_first = torch.cuda.memory_allocated(device)
        return lambda: torch.cuda.max_memory_allocated(device) - at_first
    if device.type == "cpu":
        with contextlib.suppress(OSError):  # Linux: 5 makes the peak what there is now
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
            before = psutil.Process().memory_info().rss
            return lambda: _peak_resident() - before
    return None


def _peak_resident() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return 1024 * int(line.split()[1])

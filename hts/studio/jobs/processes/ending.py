"""How a process of ours is told to end, and how it ended, in words."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from hts.platforms import FORCED, signal_name

NO_ROOM = 4  # a worker's exit code when the store could not be written


@dataclass(frozen=True)
class End:
    """How a process ended.

    ``code``: its exit code, minus the signal, or None when it is not known.  ``forced``: we ended
    it, because it did not answer a request to stop.  ``memory``: whether the machine ran out of
    memory while it lived; None when that is not known.
    """

    code: int | None = None
    forced: bool = False
    memory: bool | None = None

    @property
    def out_of_memory(self) -> bool:
        """The system sends SIGKILL when memory runs out, among others."""
        return self.code == FORCED and not self.forced and self.memory is not False

    def __str__(self) -> str:
        code = FORCED if self.forced else self.code
        if code is None:
            return "is gone (the machine or the process was ended)"
        if code == NO_ROOM:
            return "could not write into the store and left"
        if code >= 0:
            return f"ended with exit code {code} and without a result"
        name = signal_name(-code)
        if self.forced:
            return f"did not answer the request to stop and was ended by {name}"
        if not self.out_of_memory:
            return f"was ended by {name}"
        if self.memory:
            return f"was ended by {name} while memory ran out on this machine"
        return f"was ended by {name}, which the system sends when memory runs out"


def oom_kills() -> int | None:
    """How many processes this machine has ended because memory ran out; None without a count.

    The line ``oom_kill`` of ``/proc/vmstat``, which counts those of containers too.
    """
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), None)


@contextlib.contextmanager
def told_to_end(then: Callable[[int], object]) -> Iterator[None]:
    """While the block runs, SIGTERM and SIGINT call ``then`` with their number."""
    before = {
        number: signal.signal(number, lambda got, _: then(got))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

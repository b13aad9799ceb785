"""How a process of ours is told to end, and how it ended, in words."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class End:
    """How a process ended.

    ``code``: its exit code, minus the signal, or None when it is not known.  ``forced``: we ended
    it, because it did not answer a request to stop.
    """

    code: int | None = None
    forced: bool = False

    @property
    def out_of_memory(self) -> bool:
        """The system sends SIGKILL when memory runs out, among others."""
        return self.code == -signal.SIGKILL and not self.forced

    def __str__(self) -> str:
        code = -signal.SIGKILL if self.forced else self.code
        if code is None:
            return "is gone (the machine or the process was ended)"
        if code >= 0:
            return f"ended with exit code {code} and without a result"
        try:
            name = f"signal {-code} ({signal.Signals(-code).name})"
        except ValueError:
            name = f"signal {-code}"
        if self.forced:
            return f"did not answer the request to stop and was ended by {name}"
        if self.out_of_memory:
            return f"was ended by {name}, which the system sends when memory runs out"
        return f"was ended by {name}"


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

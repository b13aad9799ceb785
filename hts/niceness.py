"""Letting pages and other people's work go first."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

WORKER = 10  # how much nicer a worker is than pages, which go first
GROUP = 5  # and with a group of a sweep more, unless somebody watches this sweep: in a terminal

READER = 5  # and a process that reads a file which somebody gave to a page

AUTOGROUP = Path("/proc/self/autogroup")


def step_back(by: int, *, at_most: int = 19) -> None:
    """Be ``by`` nicer, up to ``at_most``.  A process with its own session steps back as a whole.

    Linux shares the cores between sessions first and looks at niceness only within each
    (sched(7), "The autogroup feature"), so that a nice worker would take as much as the web.
    """
    if not hasattr(os, "nice"):
        return
    now = os.nice(max(0, min(by, at_most - os.nice(0))))
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # another system, or a kernel without it
            AUTOGROUP.write_text(f"{now}\n", encoding="ascii")

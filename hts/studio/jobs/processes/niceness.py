"""Letting pages and other people's work go first."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

AUTOGROUP = Path("/proc/self/autogroup")


def step_back(by: int) -> None:
    """Be ``by`` nicer.  A process with a session of its own steps back as a whole.

    Linux shares the cores between sessions first and looks at niceness only within each
    (sched(7), "The autogroup feature"), so that a nice worker would take as much as the web.
    """
    if not hasattr(os, "nice"):
        return
    now = os.nice(by)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # another system, or a kernel without it
            AUTOGROUP.write_text(f"{now}\n", encoding="ascii")

"""Put on ``PYTHONPATH``, this moves the wall clock of a Python process by what a file says.

`time.time` and what psutil takes for the moment of booting, from which it computes when processes
started, move together, as they do when somebody sets the machine's clock; monotonic clocks do not.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil._pslinux

_file = Path(os.environ["HTS_MOVED_CLOCK"])
_real, _booted = time.time, psutil._pslinux.boot_time


def _offset() -> float:
    return float(_file.read_text(encoding="ascii"))


time.time = lambda: _real() + _offset()
psutil._pslinux.boot_time = lambda: _booted() + _offset()

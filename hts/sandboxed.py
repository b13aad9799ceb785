"""The process that `hts.sandbox` starts: one task under limits, its answer as JSON.

Run as a script in Python's isolated mode, nicer than who waits for it.  What the task needs is
imported first; then the limits are lowered for good, and only then is anything foreign read.
"""

from __future__ import annotations

import importlib
import json
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any


def limit_ourselves(memory: int, seconds: int, written: int) -> None:
    """Lower this process's limits for good; ``memory`` is beyond what is in use now.

    Address space counts what is mapped, much of it never touched, hence relative to now.
    """
    if sys.platform == "win32":
        return  # no such limits there; the parent's clock still ends us
    import resource

    used = 0
    if Path("/proc/self/statm").exists():
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        used = pages * resource.getpagesize()
    for which, most in (
        (resource.RLIMIT_AS, used + memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, written),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))


def main(task: str, folder: str, memory: str, seconds: str, written: str) -> int:
    """Arguments as text; the answer is written to ``answer.json`` in ``folder``."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from hts.niceness import READER, step_back

    step_back(READER)
    module, name = task.split(":")
    function = getattr(importlib.import_module(module), name)
    import hts.foreign  # noqa: F401  (before the limits, like all that is needed)

    warnings.simplefilter("ignore")
    limit_ourselves(int(memory), int(seconds), int(written))
    work(function, Path(folder))
    return 0


def work(function: Callable[[Any, Path], Any], folder: Path) -> None:
    """Write the answer of ``function``, or what became of it, to ``answer.json``."""
    from hts.foreign import reason
    from hts.validate import BadInput

    request = json.loads((folder / "request.json").read_text("utf-8"))
    answer: Any
    try:
        answer = function(request, folder)
    except BadInput as error:
        traceback.print_exc()
        answer = {"error": "refused", "says": str(error)}
    except Exception as error:
        traceback.print_exc(limit=-20)
        gone = isinstance(error, MemoryError) or "memory" in str(error).lower()
        answer = {"error": "memory" if gone else "raised", "says": reason(error)}
    (folder / "answer.json").write_text(json.dumps(answer), "utf-8")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

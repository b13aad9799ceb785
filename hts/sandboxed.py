"""The process that `hts.sandbox` starts: one task under limits, its answer as JSON.

Run as a script in Python's isolated mode, nicer than who waits for it.  What the task needs is
imported first; then the limits are lowered for good, and only then is anything foreign read.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(task: str, folder: str, memory: str, seconds: str, written: str) -> int:
    """Arguments as text; the answer is written to ``answer.json`` in ``folder``."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from hts.niceness import READER
    from hts.platforms import limit, step_back

    step_back(READER)
    module, name = task.split(":")
    function = getattr(importlib.import_module(module), name)
    import hts.foreign  # noqa: F401  (before the limits, like all that is needed)

    warnings.simplefilter("ignore")
    answer = Path(folder) / "answer.json"

    def too_much() -> None:
        """Memory is at its limit where the system sets none: say so, and be gone."""
        answer.write_text(json.dumps({"error": "memory", "says": ""}), "utf-8")
        os._exit(0)

    limit(int(memory), int(seconds), int(written), beyond=too_much)
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

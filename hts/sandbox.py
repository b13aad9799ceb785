"""Reading foreign files in a process of its own, with little to lose and limits on all it may take.

`run_limited` starts a fresh Python (`hts.sandboxed`, isolated mode, empty environment, none of our
open files) that calls one function of ``hts`` and writes its answer as JSON.  The caller never
parses the file: a parser that runs wild costs that process, and a sentence.  At most ``AT_ONCE`` of
them run at a time, others wait, so that many uploads do not take many times the memory.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hts.foreign import guarded
from hts.platforms import FORCED, OUT_OF_TIME, end_by_force, own_session
from hts.validate import BadInput

AT_ONCE = 2
_ANSWER_BYTES = 16 * 2**20
_WORKER = Path(__file__).with_name("sandboxed.py")
_slots = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What a worker may take; ``memory`` is beyond what importing its task takes."""

    memory: int = 2**30  # bytes
    seconds: float = 60.0  # of computing, and twice as many by the clock
    written: int = 2**30  # bytes in one file


class InWorker(Exception):
    """What the worker's traceback says; the cause of the sentence, see `hts.foreign`."""


def run_limited(
    task: str, request: Mapping[str, Any], folder: Path, bounds: Bounds, *, what: str, hint: str
) -> dict[str, Any]:
    """What ``task``, ``"module:function"``, returns for ``(request, folder)``: a dict for JSON.

    The function may write files into ``folder``, an empty one, and raise `BadInput`, which is
    raised here.  Everything else that happens to it is a `BadInput` too: ``what`` names the file,
    ``hint`` is a sentence that says what to do.
    """
    (folder / "request.json").write_text(json.dumps(request), "utf-8")
    with _slots:
        code = _run(task, folder, bounds, what, hint)
    with guarded(f"what the process that reads {what} answers", hint):
        try:
            with (folder / "answer.json").open("rb") as handle:
                answer = json.loads(handle.read(_ANSWER_BYTES))
        except FileNotFoundError:
            raise BadInput(_ended(code, folder, bounds, what, hint)) from None
        if not isinstance(answer, dict):
            raise TypeError(f"it is a {type(answer).__name__}")
    if "error" not in answer:
        return answer
    trace = InWorker(_last_words(folder, 20_000))
    if answer["error"] == "refused":
        raise BadInput(answer["says"]) from trace
    if answer["error"] == "memory":
        raise BadInput(
            f"{what} asks for more than the {bounds.memory / 2**20:,.0f} MB of memory that reading "
            f"it may take: it is too large, damaged, or made to exhaust memory. {hint}"
        ) from trace
    raise BadInput(f"{what} cannot be read: {answer['says']}. {hint}") from trace


def _run(task: str, folder: Path, bounds: Bounds, what: str, hint: str) -> int:
    """Start the worker and wait; its exit code, or `BadInput` if the clock ended it."""
    numbers = (bounds.memory, max(1, round(bounds.seconds)), bounds.written)
    with (folder / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-I", str(_WORKER), task, str(folder), *map(str, numbers)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd=folder,
            env=_environment(folder),
            close_fds=True,
            **own_session(),
        )
        try:
            return process.wait(timeout=2 * bounds.seconds)
        except subprocess.TimeoutExpired:
            raise BadInput(
                f"{what} was not read within {2 * bounds.seconds:g} s, so its process was ended: a "
                f"sound file takes seconds. {hint}"
            ) from None
        finally:
            _end(process)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where the system's programs are; in particular no tokens or keys."""
    values = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
    }
    if "SYSTEMROOT" in os.environ:  # without it Windows starts no Python
        values["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return values


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        end_by_force(process.pid, whole_session=True)
    process.wait()


def _ended(code: int, folder: Path, bounds: Bounds, what: str, hint: str) -> str:
    """Why there is no answer."""
    if code in (OUT_OF_TIME, FORCED):
        return (
            f"{what} took more than {bounds.seconds:g} s of computing or more memory than there "
            f"is, so its process was ended: a sound file takes seconds. {hint}"
        )
    last = _last_words(folder, 300).strip().splitlines()[-1:]
    return (
        f"the process that reads {what} ended with code {code} "
        f"({''.join(last) or 'it said nothing'}): the file is damaged, or a package that reads it "
        f"is missing in {sys.executable}. {hint}"
    )


def _last_words(folder: Path, most: int) -> str:
    with (folder / "stderr").open("rb") as handle:
        handle.seek(max(0, handle.seek(0, 2) - most))
        return handle.read().decode("utf-8", "replace")

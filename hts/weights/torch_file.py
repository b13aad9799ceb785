"""Reading ``.pt`` and ``.pth``: another process unpickles, under limits, and we read what it wrote.

A pickle is a program.  `torch_worker` lets torch read it with ``weights_only=True``; here we start
that process with an empty environment and no open files of ours, and end it by the clock.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import numpy as np

from hts.validate import BadInput
from hts.weights.entry import FileWeights, Weight
from hts.weights.limits import LIMITS, Limits
from hts.weights.places import opened_whole
from hts.weights.safetensors_file import read_safetensors

_WORKER = Path(__file__).with_name("torch_worker.py")
_HOW = "Save the state dict, torch.save(model.state_dict(), path), or safetensors."


def read_torch(real: Path, source: str, limits: Limits = LIMITS) -> FileWeights:
    """The tensors of a checkpoint, or `BadInput`; no code from the file runs.

    The converted copy lies in a temporary folder that goes with the last of the weights.
    """
    kept = _Folder()
    found = convert_torch(real, source, kept.path, limits)
    weights = tuple(replace(w, load=partial(_load, kept, w.load)) for w in found.weights)
    return replace(found, weights=weights)


class _Folder:
    """A temporary folder that is deleted when the last reference to this object goes."""

    def __init__(self) -> None:
        self.path = Path(mkdtemp(prefix="hts-weights-"))
        weakref.finalize(self, rmtree, self.path, ignore_errors=True)


def _load(kept: _Folder, load: Callable[[], np.ndarray]) -> np.ndarray:
    return load()


def convert_torch(real: Path, source: str, folder: Path, limits: Limits = LIMITS) -> FileWeights:
    """As `read_torch`; the converted ``weights.safetensors`` is written into ``folder``."""
    why = "such a file is loaded as a whole"
    with opened_whole(real, source, limits.worker_file_bytes, why=why) as (_, size):
        memory = limits.memory_for(size)
    answer = _ask(real, source, folder, memory, limits)
    if "error" in answer:
        raise BadInput(_explained(answer, source, memory))
    left = tuple(
        Weight(name=name, shape=(), dtype="", kind="", load=_nothing, refused=str(why))
        for name, why in answer["left"].items()
    )
    converted = folder / "weights.safetensors"
    if not converted.exists():
        return FileWeights(source=source, format="pt", weights=left)
    found = read_safetensors(converted, source, limits)
    notes = (f"{source}: {answer['note']}",) if answer["note"] else ()
    return replace(found, format="pt", weights=(*found.weights, *left), notes=notes)


def _ask(real: Path, source: str, folder: Path, memory: int, limits: Limits) -> dict[str, Any]:
    """Start the worker, wait, and read its answer; `BadInput` if it was ended or ended itself."""
    seconds = limits.worker_seconds
    command = [sys.executable, "-I", str(_WORKER), str(real), str(folder)]
    numbers = (memory, max(1, round(seconds)), limits.entries, limits.tensors)
    with (folder / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [*command, *map(str, numbers)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            cwd=folder,
            env=_environment(folder),
            close_fds=True,
            start_new_session=True,
        )
        try:
            process.wait(timeout=2 * seconds)
        except subprocess.TimeoutExpired:
            raise BadInput(
                f"{source} was not read within {2 * seconds:g} s, so its process was ended: a "
                f"sound checkpoint takes seconds. {_HOW}"
            ) from None
        finally:
            _end(process)
    try:
        return json.loads((folder / "answer.json").read_text("utf-8"))
    except (OSError, ValueError):
        pass
    if process.returncode in (-getattr(signal, "SIGXCPU", 24), -9):
        raise BadInput(
            f"{source} took more than {seconds:g} s of computing or more memory than there is, so "
            f"its process was ended: a sound checkpoint takes seconds. {_HOW}"
        )
    last = (folder / "stderr").read_text("utf-8", "replace").strip().splitlines()[-1:]
    raise BadInput(
        f"the process that reads {source} ended with code {process.returncode} "
        f"({''.join(last)[:300] or 'it said nothing'}). Reading it needs torch and safetensors in "
        f"{sys.executable}; where they are there, the file is damaged. {_HOW}"
    )


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of ours but where the system's programs are; in particular no tokens or keys."""
    values = {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "CUDA_VISIBLE_DEVICES": "",
    }
    if "SYSTEMROOT" in os.environ:  # without it Windows starts no Python
        values["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return values


def _end(process: subprocess.Popen) -> None:
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _explained(answer: dict[str, Any], source: str, memory: int) -> str:
    says = str(answer.get("says", ""))
    if answer["error"] == "memory":
        return (
            f"{source} asks for more than the {memory / 2**20:,.0f} MB of memory it "
            f"may take: it is damaged, or made to exhaust memory. {_HOW}"
        )
    if answer["error"] == "unusable":
        return f"{source} cannot be used: {says}. {_HOW}"
    if "TorchScript" in says:
        return (
            f"{source} is a TorchScript archive, which is a program; only tensors are read. {_HOW}"
        )
    if "WeightsUnpickler" in says or "weights_only" in says:
        return (
            f"{source} holds more than tensors and plain containers{_global(says)}, or is damaged. "
            "Reading anything else would run code from the file, so it is refused and none of it "
            f"was run. {_HOW}"
        )
    first = says.strip().splitlines()[0][:200] if says.strip() else "no reason given"
    return f"{source} is no PyTorch checkpoint, or a damaged or truncated one: {first}. {_HOW}"


def _global(says: str) -> str:
    """The forbidden name as torch gives it: ``Unsupported global: GLOBAL os.system was not...``."""
    words = says.replace("`", " ").split()
    if "GLOBAL" in words[:-1]:
        return f" ({words[words.index('GLOBAL') + 1][:80]})"
    return ""


def _nothing() -> Any:
    raise AssertionError("a refused weight is not loaded")

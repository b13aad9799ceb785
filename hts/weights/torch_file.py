"""Reading ``.pt`` and ``.pth``: another process unpickles, under limits, and we read what it wrote.

A pickle is a program.  `torch_worker` lets torch read it with ``weights_only=True``; here we start
that process by `hts.sandbox`, and read the safetensors that it wrote.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import numpy as np

from hts.sandbox import Bounds, run_limited
from hts.weights.entry import FileWeights, Weight
from hts.weights.limits import LIMITS, Limits
from hts.weights.places import opened_whole
from hts.weights.safetensors_file import read_safetensors

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
    answer = run_limited(
        "hts.weights.torch_worker:convert",
        {"path": str(real), "source": source, "entries": limits.entries, "tensors": limits.tensors},
        folder,
        Bounds(memory=memory, seconds=limits.worker_seconds, written=memory),
        what=source,
        hint=_HOW,
    )
    left = tuple(Weight.unread(name, str(why)) for name, why in answer["left"].items())
    converted = folder / "weights.safetensors"
    if not converted.exists():
        return FileWeights(source=source, format="pt", weights=left)
    found = read_safetensors(converted, source, limits)
    notes = (f"{source}: {answer['note']}",) if answer["note"] else ()
    weights = (*(replace(w, place=w.place or (w.name,)) for w in found.weights), *left)
    return replace(found, format="pt", weights=weights, notes=notes)

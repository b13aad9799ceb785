"""What the commit before the house left behind (tests/before): copies of it, and comparisons."""

from __future__ import annotations

import functools
import hashlib
import json
import math
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent.parent / "before"
RELATIVE = 1e-5  # what computed floats may differ by on another kind of machine


@functools.cache
def expected(name: str = "expected") -> dict[str, Any]:
    """What that commit made of its files: ``expected`` or ``addresses``."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def unpack(name: str, folder: Path) -> Path:
    """A copy of what lies in ``name``.tar.gz."""
    with tarfile.open(FOLDER / f"{name}.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    return folder


@functools.cache
def is_that_machine() -> bool:
    """Whether this is the kind of machine, torch and numpy whose bits were stored."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    cpu = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), "")
    here = {
        "cpu": cpu,
        "capability": torch.backends.cpu.get_cpu_capability(),
        "torch": torch.__version__,
        "numpy": np.__version__,
    }
    return here == expected()["machine"]


def plain(record: object) -> Any:
    """A record as JSON holds it; None stays None."""
    return None if record is None else msgspec.to_builtins(record)


def same(found: Any, wanted: Any, *, computed: bool = False) -> bool:
    """Whether ``found`` says all that ``wanted`` says; a record may have more fields by now.

    Bit for bit, but for floats that were ``computed`` anew on another kind of machine than the
    files were made on: those may differ by 1e-5 of themselves.
    """
    if isinstance(wanted, dict):
        return all(same(found[name], wanted[name], computed=computed) for name in wanted)
    if isinstance(wanted, list):
        pairs = zip(found, wanted, strict=True)
        return all(same(one, other, computed=computed) for one, other in pairs)
    if isinstance(wanted, float) and computed and not is_that_machine():
        return math.isclose(found, wanted, rel_tol=RELATIVE)
    return bool(found == wanted)


def digest(arrays: Mapping[str, NDArray[Any]]) -> str:
    """SHA-256 over names, types, shapes and bits."""
    found = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        found.update(f"{name} {array.dtype} {array.shape}".encode() + array.tobytes())
    return found.hexdigest()

"""All checks of a device, one after the other, and what machine they ran on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch

from hts.machine_memory import total_memory
from hts.noise.mark import noise_mark
from hts.verify.device.check import Check, Place, Row
from hts.verify.device.ensembles import EnsembleAgainstSingles
from hts.verify.device.memory import MemoryEstimate
from hts.verify.device.noise import Laws, SameNoise, ShareOfCopy
from hts.verify.device.runs import WholeRun
from hts.verify.device.steps import Recorded, SameStep, StepOverProducts
from hts.version import code_version

CHECKS: Sequence[Check] = (
    SameNoise(), Laws(), SameStep(), Recorded(), MemoryEstimate(), WholeRun("digits", 100),
    WholeRun("ecg5000-binary", 500), EnsembleAgainstSingles(), ShareOfCopy(), StepOverProducts(),
)  # fmt: skip


def run(place: Place, checks: Sequence[Check]) -> Iterator[Row]:
    """The rows of ``checks``, as they are found."""
    for check in checks:
        yield from check.told(place)


def machine(device: torch.device) -> dict[str, Any]:
    """What the figures were measured on and with."""
    cuda = device.type == "cuda"
    return {
        "device": torch.cuda.get_device_name(device) if cuda else device.type,
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "memory": total_memory(),
        "python": platform.python_version(),
        "cuda": torch.version.cuda,
        "packages": {name: _version(name) for name in ("torch", "numpy", "numba", "triton")},
        "hts": code_version(),
        "noise": noise_mark(),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None

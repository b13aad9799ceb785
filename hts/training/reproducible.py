"""Matrix products whose bits do not depend on the number of threads.

MKL splits some products differently on one thread and on two; its strict mode does not, and was
measured no slower here.  The switch is read once, at MKL's first call, so this module is imported
before any arithmetic.  Builds of torch without MKL (macOS, Arm) have no such switch.
"""

from __future__ import annotations

import os

os.environ.setdefault("MKL_CBWR", "AVX2,STRICT")

import torch  # noqa: E402


def choose_device(wanted: str) -> torch.device:
    """The device named ``wanted``; ``auto`` takes cuda, then mps, then cpu.

    Raises `ValueError` saying what there is when the named device is not there.
    """
    there = ["cpu"]
    if torch.backends.mps.is_available():
        there.insert(0, "mps")
    if torch.cuda.is_available():
        there.insert(0, "cuda")
    name = there[0] if wanted == "auto" else wanted
    if name not in there:
        raise ValueError(
            f"device {name} was asked for, but this machine offers {', '.join(there)}: "
            "choose one of these, or auto."
        )
    return torch.device(name)

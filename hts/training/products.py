"""Matrix products on the CPU whose bits do not depend on the number of threads.

Intel's MKL has a mode for this: "Conditional Numerical Reproducibility", strict, in its developer
guide.  It is set by ``MKL_CBWR`` before the process starts, as the command line and workers do
(`hts.process_variables`), or by a call before the first product of the process, as here in
anybody else's.  The mode is one for the whole process.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable
from pathlib import Path

import torch

from hts.process_variables import VARIABLES

_STRICT = 0x10000  # these are constants of mkl_types.h
_AUTO, _AVX2, _ALL = 2, 10, -1


def settle_products() -> None:
    """Have this process multiply reproducibly from now on, if it still can; see `doubt`."""
    mode, choose = _mkl("get"), _mkl("set")
    if mode and choose and not mode(_ALL) & _STRICT and choose(_AVX2 | _STRICT) != 0:
        choose(_AUTO | _STRICT)  # as MKL_CBWR is read on a processor that is not Intel's


def doubt(device: torch.device) -> str:
    """A sentence where results may depend on the number of CPU threads, and what to do; or empty.

    ``device``: where the products are computed.
    """
    if device.type != "cpu":
        return ""
    differ = "so results may differ in their last bits between numbers of CPU threads"
    if not torch.backends.mkl.is_available():  # type: ignore[no-untyped-call]
        return f"This build of PyTorch has no MKL, {differ}."
    mode = _mkl("get")
    if mode(_ALL) & _STRICT if mode else "STRICT" in os.environ.get("MKL_CBWR", ""):
        return ""
    return (
        f"Products of this process could not be made reproducible, {differ}: set "
        f"MKL_CBWR={VARIABLES['MKL_CBWR']} before Python starts, or train before other products."
    )


@functools.cache
def _mkl(what: str) -> Callable[[int], int] | None:
    """MKL's ``mkl_cbwr_get`` or ``_set`` as the wheels of PyTorch for Linux carry it, or None."""
    try:
        library = ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"))
        found = getattr(library, f"mkl_serv_cbwr_{what}")
    except (AttributeError, OSError):  # another system, another build
        return None
    found.argtypes, found.restype = (ctypes.c_int,), ctypes.c_int
    return found

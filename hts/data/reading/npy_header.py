"""The header of a NumPy array in a file: what it claims, read without making room for it."""

from __future__ import annotations

from typing import IO, Literal

import numpy as np
from numpy.lib import format as npy

from hts.foreign import guarded
from hts.validate import BadInput


def read_npy_header(
    handle: IO[bytes], name: str
) -> tuple[tuple[int, ...], Literal["C", "F"], np.dtype]:
    """(shape, order "C" or "F", type) of the array that follows in ``handle``.

    Raises `BadInput` for what is no NumPy header and for Python objects, which are pickles.
    """
    with guarded(f"the NumPy header of array {name}"):
        version = npy.read_magic(handle)
        readers = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
        if version not in readers:
            raise ValueError(f"format {version} is not known")
        shape, columns_first, dtype = readers[version](handle)
        if any(k < 0 for k in shape):
            raise ValueError(f"shape {shape}")
    if dtype.hasobject:
        raise BadInput(
            f"array {name} holds Python objects: reading them would run code from the file. "
            "Save plain numbers or text, for example np.savez(path, X=X.astype(float), y=y)."
        )
    return shape, "F" if columns_first else "C", dtype

"""Floats of 8 bits, which NumPy does not have: the value of each of the 256 codes.

Types are named as torch and safetensors name them; the formats are those of the OCP 8-bit floating
point specification and, with ``fnuz``, of Graphcore and AMD.
"""

from __future__ import annotations

from functools import cache

import numpy as np

# (bits of the exponent, its bias, whether the highest exponent is kept for infinities)
_FORMATS = {
    "float8_e4m3": (4, 7, False),
    "float8_e4m3fn": (4, 7, False),
    "float8_e5m2": (5, 15, True),
    "float8_e4m3fnuz": (4, 8, False),
    "float8_e5m2fnuz": (5, 16, False),
}


def is_float8(dtype: str) -> bool:
    return dtype in _FORMATS or dtype.startswith("float8_e8m0")


@cache
def float8_values(dtype: str) -> np.ndarray:
    """(256,) float32: the value of every code of a type that `is_float8`."""
    codes = np.arange(256)
    if dtype.startswith("float8_e8m0"):  # a power of two
        return np.where(codes == 255, np.nan, np.exp2(codes - 127.0)).astype(np.float32)
    bits, bias, infinite = _FORMATS[dtype]
    steps = 2 ** (7 - bits)
    exponent, rest = (codes & 127) // steps, codes % steps
    size = np.where(
        exponent == 0,
        rest / steps * 2.0 ** (1 - bias),
        (1 + rest / steps) * np.exp2(exponent - float(bias)),
    )
    if dtype.endswith("fnuz"):
        size[128] = np.nan  # minus zero
    elif infinite:
        size[exponent == 31] = np.where(rest[exponent == 31] == 0, np.inf, np.nan)
    else:
        size[127] = size[255] = np.nan
    return np.where(codes < 128, size, -size).astype(np.float32)

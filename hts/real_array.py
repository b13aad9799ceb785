"""Where numbers come in: whatever a user calls an array, as a NumPy array of real numbers.

Torch is not imported here: whoever has a tensor has imported it, and `sys.modules` knows.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from hts.validate import BadInput


def is_tensor(value: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def real_array(x: Any, what: str = "the sample", *, axes: int | None = None) -> np.ndarray:
    """``x`` as a float32 or float64 array of the same shape; the very same one where it is such.

    ``x``: an array, nested lists, or a tensor on any device, with or without gradient.  Half
    precision (float16, bfloat16) becomes float32, which is exact, and integers float64.  ``axes``:
    how many it must have.  Raises `BadInput`, in which ``what`` names it, for anything else:
    objects, text, dates, booleans, complex numbers, ragged lists, tensors without values, and
    arrays that hold nothing.
    """
    if is_tensor(x):
        kind = str(x.dtype).removeprefix("torch.")
        if x.dtype.is_complex or kind == "bool":
            raise BadInput(f"{what} must hold real numbers, got values of type {kind}.")
        if x.device.type == "meta":
            raise BadInput(
                f"{what} must hold numbers, got a tensor on the meta device: it has none."
            )
        array = tensor_values(x)
    else:
        try:
            array = np.asarray(x)
        except (TypeError, ValueError) as error:  # ragged lists
            raise BadInput(f"{what} must be an array of numbers: {error}.") from None
        if array.dtype.kind not in "fiu":
            got = f"values of type {array.dtype}" if array.ndim else f"a {type(x).__name__}"
            raise BadInput(f"{what} must hold real numbers, got {got}.")
        if array.dtype not in (np.float32, np.float64):
            short = array.dtype.kind == "f" and array.dtype.itemsize <= 4
            array = array.astype(np.float32 if short else np.float64)
    if axes is not None and array.ndim != axes:
        named = {1: "(n,)", 2: "(units, inputs)"}[axes]
        raise BadInput(f"{what} must be {named}, got shape {array.shape}.")
    if array.size == 0:
        raise BadInput(f"{what} must hold numbers, got none: its shape is {array.shape}.")
    return array


def tensor_values(tensor: Any) -> np.ndarray:
    """A tensor on the CPU as float32 or float64, exact; quantised and sparse ones in full."""
    torch = sys.modules["torch"]
    found = tensor.detach()
    if found.is_quantized:
        found = found.dequantize()
    if found.layout != torch.strided:
        found = found.to_dense()
    whole = not found.dtype.is_floating_point and found.dtype.itemsize >= 4
    found = found.double() if whole or found.dtype == torch.float64 else found.float()
    return found.cpu().numpy()

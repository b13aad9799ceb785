"""Pruned networks: a weight is stored beside the mask that it is multiplied by."""

from __future__ import annotations

import numpy as np

from hts.validate import BadInput
from hts.weights.arrays import Arrays, computed, last_word, usable
from hts.weights.entry import Weight

_NOTE = "its mask applied"
_PARAMETRISED = "parametrizations."


class Masked:
    """Weight times mask.

    ``X_orig`` and ``X_mask`` are those of ``torch.nn.utils.prune``, ``original`` and ``0.mask``
    those of ``torch.ao.pruning``; elsewhere an array of zeros and ones of a weight's shape, called
    its mask, is one.
    """

    def apply(self, arrays: Arrays) -> None:
        for weight in arrays:
            name = weight.name
            if name.endswith("_orig"):
                whole = name.removesuffix("_orig")
                self._fold(arrays, whole, weight, arrays.get(f"{whole}_mask"))
            elif name.endswith(".original") and _PARAMETRISED in name:
                stem = name.removesuffix("original")
                if len(arrays.under(stem)) == 2:
                    whole = stem.replace(_PARAMETRISED, "").removesuffix(".")
                    self._fold(arrays, whole, weight, arrays.get(f"{stem}0.mask"))
            elif len(weight.shape) > 1:
                stem = name[: len(name) - len(last_word(name))]
                mask = arrays.get(f"{name}_mask", f"{name}.mask", f"{stem}mask")
                if mask and mask is not weight and mask.shape == weight.shape and _binary(mask):
                    self._fold(arrays, name, weight, mask)

    def _fold(self, arrays: Arrays, name: str, weight: Weight, mask: Weight | None) -> None:
        if mask is None or not _fits(mask.shape, weight.shape):
            return
        by_rows = mask.shape[:1] == weight.shape[:1]
        found = computed(name, weight, (weight, mask), _times, _NOTE, by_rows=by_rows)
        arrays.put(found, weight, mask)


def _fits(mask: tuple[int, ...], weight: tuple[int, ...]) -> bool:
    """The same shape, or one value a unit (structured sparsity)."""
    return mask == weight or mask == weight[:1]


def _times(weight: np.ndarray, mask: np.ndarray) -> np.ndarray:
    return weight * mask.reshape(mask.shape + (1,) * (weight.ndim - mask.ndim))


def _binary(mask: Weight) -> bool:
    if mask.dtype == "bool":
        return True
    if usable(mask).refused:
        return False
    step = max(1, 2**21 // (mask.size // mask.shape[0]))
    read = mask.rows or (lambda start, stop: mask.load()[start:stop])
    try:
        for start in range(0, mask.shape[0], step):
            part = read(start, min(start + step, mask.shape[0]))
            if not ((part == 0) | (part == 1)).all():
                return False
    except BadInput:  # damaged: told when it is measured
        return False
    return True

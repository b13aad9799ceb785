"""Weights that a network computes from others: weight norm, spectral norm and other functions.

``torch.nn.utils.weight_norm`` and ``spectral_norm`` store ``X_g, X_v`` and ``X_orig, X_u, X_v``;
their successors in ``torch.nn.utils.parametrizations`` store the same under
``parametrizations.X``.  What is computed is what the layer uses in evaluation.
"""

from __future__ import annotations

import re
from functools import partial
from math import prod

import numpy as np

from hts.weights.arrays import Arrays, computed, last_word
from hts.weights.entry import Weight

_INSIDE = re.compile(r"(?P<stem>(?P<path>.*\.|)parametrizations\.(?P<name>[^.]+)\.)(?P<rest>.+)")


class WeightNorm:
    """``g v / ||v||``, the norm over the axes of which ``g`` has one entry."""

    def apply(self, arrays: Arrays) -> None:
        for size in arrays:
            if size.name.endswith("_g") and "weight" in last_word(size.name):
                whole = size.name.removesuffix("_g")
                other = arrays.get(f"{whole}_v")
            elif (inside := _INSIDE.fullmatch(size.name)) and inside["rest"] == "original0":
                whole = inside["path"] + inside["name"]
                other = arrays.get(f"{inside['stem']}original1")
                if len(arrays.under(inside["stem"])) != 2:
                    continue
            else:
                continue
            if other is not None and _is_norm_of(size.shape, other.shape):
                axes = tuple(k for k, n in enumerate(size.shape or (1,) * 9) if n == 1)
                axes = tuple(k for k in axes if k < len(other.shape))
                found = computed(
                    whole,
                    other,
                    (size, other),
                    partial(_scaled, axes=axes),
                    "weight norm folded",
                    by_rows=0 not in axes,
                )
                arrays.put(found, other, size)


def _is_norm_of(size: tuple[int, ...], direction: tuple[int, ...]) -> bool:
    if size == ():
        return True
    pairs = tuple(zip(size, direction, strict=False))
    return len(size) == len(direction) and all(g in (1, v) for g, v in pairs) and 1 in size


def _scaled(size: np.ndarray, direction: np.ndarray, *, axes: tuple[int, ...]) -> np.ndarray:
    wide = direction.astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):  # as in the network: 0 / 0
        wide *= size / np.sqrt(np.square(wide).sum(axis=axes, keepdims=True))
    return wide.astype(direction.dtype)


class SpectralNorm:
    """``W / (u . W v)``: u and v are kept from the power iteration, v not by the oldest files."""

    def apply(self, arrays: Arrays) -> None:
        for weight in arrays:
            if weight.name.endswith("_orig"):
                whole = weight.name.removesuffix("_orig")
                left, right = arrays.get(f"{whole}_u"), arrays.get(f"{whole}_v")
            elif (inside := _INSIDE.fullmatch(weight.name)) and inside["rest"] == "original":
                whole, stem = inside["path"] + inside["name"], inside["stem"]
                left, right = arrays.get(f"{stem}0._u"), arrays.get(f"{stem}0._v")
                if len(arrays.under(stem)) != 3:
                    continue
            else:
                continue
            if left is None or not (axes := _axes(weight, left, right)):
                continue
            vectors = (left,) if right is None else (left, right)
            found = computed(
                whole,
                weight,
                (weight, *vectors),
                partial(_over_sigma, axes=axes),
                "spectral norm folded",
                by_rows=False,
            )
            arrays.put(found, weight, *vectors)


def _axes(weight: Weight, left: Weight, right: Weight | None) -> tuple[int, ...]:
    """The axes that u may belong to, the likeliest first: 1 for transposed convolutions."""
    likely = (1, 0) if weight.kind.startswith("ConvTranspose") else (0, 1)
    shape = weight.shape
    return tuple(
        axis
        for axis in likely
        if axis < len(shape)
        and left.shape == (shape[axis],)
        and (right is None or right.shape == (prod(shape) // shape[axis],))
    )


def _over_sigma(
    weight: np.ndarray, left: np.ndarray, right: np.ndarray | None = None, *, axes: tuple[int, ...]
) -> np.ndarray:
    """Where the shapes allow two axes, that of the larger sigma: u and v are singular vectors."""
    found = []
    for axis in axes:
        matrix = np.moveaxis(weight, axis, 0).reshape(weight.shape[axis], -1).astype(np.float64)
        along = left @ matrix
        found.append(float(np.linalg.norm(along) if right is None else along @ right))
    return (weight / max(found, key=abs)).astype(weight.dtype)


class Parametrised:
    """What is left under ``parametrizations``: made by a function that no file holds."""

    def apply(self, arrays: Arrays) -> None:
        for weight in arrays:
            if _INSIDE.fullmatch(weight.name) and not weight.refused:
                arrays.leave(
                    weight,
                    "parametrised by a function that is not stored; inspect the module itself, or "
                    "call torch.nn.utils.parametrize.remove_parametrizations first",
                )

"""Quantised weights as the network computes with them, where their scales are in the file.

An array of whole numbers or 8-bit floats beside its scales becomes ``(codes - zero) scale``.  A
scale may be one number, one a unit, one a group of inputs or one a square block.  Names are those
of PyTorch, bitsandbytes, quanto, compressed-tensors and of files with 8-bit floats.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import numpy as np

from hts.weights.arrays import Arrays, computed, last_word, value_of
from hts.weights.entry import Weight

CODES = "codes of quantised weights"
_PACKED = "_packed_params._packed_params."  # of PyTorch's quantised linear layers
_SCALES = ("scale", "scales", "scale_inv")
_ZEROS = ("zero_point", "zero_points", "zeros", "zero", "zp", "shift")
_BLOCK = 128  # the side of the square blocks of 8-bit floats, the last ones smaller


class Unpacked:
    """PyTorch keeps weight and bias of a quantised linear layer as a pair without names."""

    def apply(self, arrays: Arrays) -> None:
        for weight in arrays:
            if _PACKED in weight.name:
                stem, _, number = weight.name.partition(_PACKED)
                name = {"0": "weight", "1": "bias"}.get(number)
                if name:
                    arrays.put(replace(weight, name=stem + name), weight)


class Scaled:
    """Codes times their scale, less a zero point where there is one."""

    def apply(self, arrays: Arrays) -> None:
        for codes in arrays:
            if len(codes.shape) < 2 or not codes.dtype.startswith(("int8", "uint8", "float8")):
                continue
            name, scale, zero = _beside(arrays, codes)
            if scale is None or not scale.dtype.startswith(("float", "bfloat")):
                continue
            why = _unclear(arrays, codes, scale, zero)
            if why:
                arrays.leave(codes, f"{CODES}: {why}")
                continue
            parts = (codes, scale) if zero is None else (codes, scale, zero)
            eighths = last_word(scale.name) == "SCB"
            found = computed(
                name,
                codes,
                parts,
                partial(
                    _dequantised,
                    steps=[_steps(codes.shape, part.shape) or () for part in parts[1:]],
                    whole=codes.shape,
                    most=127.0 if eighths else 1.0,
                ),
                f"dequantised ({codes.dtype} with its scale)",
                by_rows=_by_rows(codes.shape, [part.shape for part in parts[1:]]),
            )
            arrays.put(found, *parts)


def _beside(arrays: Arrays, codes: Weight) -> tuple[str, Weight | None, Weight | None]:
    """(the weight's name, its scale, its zero point)."""
    name = codes.name.removesuffix("._data")
    last = last_word(name)
    stem = name.removesuffix(last)
    root = re.sub(r"_(u?int8|q|quantized|fp8|f8)$", "", last)

    def named(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(
            pattern.format(word)
            for word in words
            for pattern in (
                f"{stem}{root}_{{}}", f"{stem}{last}_{{}}", f"{name}.{{}}", f"{name}._{{}}",
                f"{stem}{{}}", f"{stem}{{}}_{root}",
            )
        )  # fmt: skip

    scale = arrays.get(*named(_SCALES), f"{stem}SCB")
    zero = arrays.get(*named(_ZEROS))
    if zero is not None and (scale is None or zero.shape != scale.shape):
        zero = None if zero.size == 0 else zero
    return stem + root, scale, zero


def _unclear(arrays: Arrays, codes: Weight, scale: Weight, zero: Weight | None) -> str:
    """Why these codes cannot be turned into weights, or ""."""
    stem = codes.name.removesuffix(last_word(codes.name))
    if _steps(codes.shape, scale.shape) is None or (
        zero is not None and _steps(codes.shape, zero.shape) is None
    ):
        return f"a scale of shape {scale.shape} does not fit their shape {codes.shape}"
    if codes.dtype == "uint8" and zero is None:
        return "unsigned, without a zero point, so that it is not known which of them is 0"
    if codes.dtype == "uint8" and scale.dtype.startswith("float8"):
        return "two of them in a byte, in a format that is not read here"
    if last_word(scale.name) == "SCB" and (form := arrays.get(f"{stem}weight_format")):
        layout = value_of(form)
        if layout is None or layout.any():
            return "laid out for a GPU (weight_format)"
    if zero is not None and zero.dtype.startswith(("float", "bfloat")):
        values = value_of(zero)
        if values is None or (values != np.round(values)).any():
            return "their zero points are no whole numbers, so that it is not known what they mean"
    return ""


def _steps(shape: tuple[int, ...], scale: tuple[int, ...]) -> tuple[int, ...] | None:
    """How many entries along each axis share an entry of the scale; None where it does not fit."""
    if np.prod(scale) == 1:
        return shape
    if len(scale) == 1:
        if scale[0] == shape[0]:
            scale = (*scale, *(1 for _ in shape[1:]))
        else:
            scale = (*(1 for _ in shape[1:]), *scale)
    scale = (*scale, *(1 for _ in shape[len(scale) :]))
    if len(scale) != len(shape):
        return None
    if tuple(-(-entries // _BLOCK) for entries in shape) == scale:
        return tuple(min(entries, _BLOCK) for entries in shape)
    if 0 in scale or any(entries % parts for entries, parts in zip(shape, scale, strict=True)):
        return None
    return tuple(entries // parts for entries, parts in zip(shape, scale, strict=True))


def _by_rows(shape: tuple[int, ...], others: list[tuple[int, ...]]) -> bool:
    """Whether rows of the codes need these rows of scale and zero point and no others."""
    return all(other[:1] == shape[:1] and _steps(shape, other) != shape for other in others)


def _dequantised(
    *parts: np.ndarray, steps: list[tuple[int, ...]], whole: tuple[int, ...], most: float
) -> np.ndarray:
    """``parts``: codes, scale and maybe zero points, of an array of shape ``whole`` or some rows.

    ``steps``: of the scale and the zero points, see `_steps`.
    """
    codes, *others = parts
    scale, *zero = (
        part.ravel()[0] if step == whole else _spread(part, step, codes.shape)
        for part, step in zip(others, steps, strict=True)
    )
    values = codes - zero[0] if zero else codes
    return (values * scale / most).astype(np.float32)


def _spread(scale: np.ndarray, steps: tuple[int, ...], shape: tuple[int, ...]) -> np.ndarray:
    """``scale`` with an entry for every entry of an array of this shape, or one to broadcast."""
    wide = scale.reshape([-(-n // step) for n, step in zip(shape, steps, strict=True)])
    for axis, (entries, step) in enumerate(zip(shape, steps, strict=True)):
        if 1 < step < entries:
            wide = np.repeat(wide, step, axis=axis).take(range(entries), axis=axis)
    return wide

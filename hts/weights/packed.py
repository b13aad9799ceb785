"""Weights of 2, 4 or 8 bits that share whole numbers: GPTQ, AWQ and bitsandbytes' 4-bit formats."""

from __future__ import annotations

import json
from math import prod

import numpy as np

from hts.foreign import guarded
from hts.validate import BadInput
from hts.weights.arrays import Arrays, computed, value_of
from hts.weights.entry import Weight
from hts.weights.quantised import CODES

_AWQ_ORDER = (0, 4, 1, 5, 2, 6, 3, 7)  # where the k-th of eight values lies


class Grouped:
    """GPTQ and AWQ: ``qweight``, ``qzeros`` and ``scales``, a scale for every group of inputs.

    GPTQ packs along the inputs and stores zero points less one (its second format does not, which
    symmetric ones show); AWQ packs along the units, in an order of its own.
    """

    def apply(self, arrays: Arrays) -> None:
        for packed in arrays:
            if not packed.name.endswith("qweight") or packed.dtype != "int32":
                continue
            stem = packed.name.removesuffix("qweight")
            scales, zeros = arrays.get(f"{stem}scales"), arrays.get(f"{stem}qzeros")
            groups = arrays.get(f"{stem}g_idx")
            if scales is None or zeros is None or not (bits := _bits(packed, scales, zeros)):
                arrays.leave(packed, f"{CODES}: packed, without scales that fit")
                continue
            awq = packed.shape[1] != scales.shape[1]
            inputs = packed.shape[0] * (1 if awq else 32 // bits)
            parts = (packed, scales, zeros) if groups is None else (packed, scales, zeros, groups)
            found = computed(
                f"{stem}weight",
                scales,
                parts,
                lambda *p, awq=awq, bits=bits: _unpacked(p, awq, bits),
                f"dequantised ({'AWQ' if awq else 'GPTQ'}, {bits} bits)",
                shape=(scales.shape[1], inputs),
                by_rows=False,
            )
            arrays.put(found, *parts)


def _bits(packed: Weight, scales: Weight, zeros: Weight) -> int:
    if not len(packed.shape) == len(scales.shape) == len(zeros.shape) == 2:
        return 0
    groups, units = scales.shape
    bits = 32 * zeros.shape[1] // max(1, units)
    awq = packed.shape[1] != units
    fits = zeros.shape == (groups, units * bits // 32) and bits in (2, 4, 8)
    fits = fits and (not awq or (bits == 4 and packed.shape[1] * 8 == units))
    inputs = packed.shape[0] * (1 if awq else 32 // max(1, bits))
    return bits if fits and groups and inputs % groups == 0 else 0


def _unpacked(parts: tuple[np.ndarray, ...], awq: bool, bits: int) -> np.ndarray:
    """(units, inputs) from qweight, scales, qzeros and, of GPTQ, the group of every input."""
    packed, scales, zeros = parts[:3]
    codes = _fields(packed if awq else packed.T, bits)
    zero = _fields(zeros, bits)
    if awq:
        codes, zero = (_ordered(fields) for fields in (codes, zero))
    else:
        codes = codes.T
        zero = zero + (0 if (zero == 2 ** (bits - 1)).all() else 1)
    inputs = len(codes)
    group = parts[3].astype(int) if len(parts) > 3 else np.arange(inputs) // (inputs // len(zero))
    return ((codes - zero[group]) * scales[group]).astype(np.float32).T


def _fields(packed: np.ndarray, bits: int) -> np.ndarray:
    """(rows, columns of 32 bits) -> (rows, columns * 32 / bits), the lowest bits first."""
    whole = packed.astype(np.int64)[:, :, None] >> np.arange(0, 32, bits)
    return (whole & (2**bits - 1)).reshape(len(packed), -1)


def _ordered(fields: np.ndarray) -> np.ndarray:
    return fields.reshape(len(fields), -1, 8)[:, :, _AWQ_ORDER].reshape(len(fields), -1)


class FourBit:
    """bitsandbytes: two codes in a byte, a table of 16 values, a largest value for every block."""

    def apply(self, arrays: Arrays) -> None:
        for packed in arrays:
            state = next(
                (
                    found
                    for kind in ("nf4", "fp4")
                    if (found := arrays.get(f"{packed.name}.quant_state.bitsandbytes__{kind}"))
                ),
                None,
            )
            if state is None:
                continue
            names = ("absmax", "quant_map", "nested_absmax", "nested_quant_map")
            parts = [arrays.get(f"{packed.name}.{name}") for name in names]
            there = [part for part in parts if part is not None]
            try:
                about = _about(state)
                shape, block = tuple(int(n) for n in about["shape"]), int(about["blocksize"])
                _check(shape, block, about, packed, there)
            except (BadInput, KeyError, TypeError, ValueError) as error:
                arrays.leave(packed, f"{CODES} of 4 bits: {error}")
                continue
            found = computed(
                packed.name,
                packed,
                (packed, *there),
                lambda *p, shape=shape, block=block, about=about: _of_blocks(
                    p, shape, block, about
                ),
                "dequantised (bitsandbytes, 4 bits)",
                shape=shape,
                by_rows=False,
            )
            arrays.put(found, packed, *there, state)


def _about(state: Weight) -> dict:
    """The JSON that is stored as bytes."""
    stored = value_of(state)
    if stored is None:
        raise BadInput("what describes them cannot be read")
    with guarded(f"array {state.name}"):
        return dict(json.loads(stored.astype(np.uint8).tobytes()))


def _check(
    shape: tuple[int, ...], block: int, about: dict, packed: Weight, parts: list[Weight]
) -> None:
    """Raise `BadInput` unless the parts have the sizes that ``about`` says."""
    size = prod(shape)
    blocks = -(-size // max(1, block))
    sizes = [blocks, 16]
    if len(parts) == 4:
        sizes += [-(-blocks // max(1, int(about["nested_blocksize"]))), 256]
    fits = min(shape, default=0) > 0 and packed.size == -(-size // 2)
    if not fits or [part.size for part in parts] != sizes:
        raise BadInput("their parts do not fit each other")


def _of_blocks(
    parts: tuple[np.ndarray, ...], shape: tuple[int, ...], block: int, about: dict
) -> np.ndarray:
    codes = parts[0].astype(np.uint8).ravel()
    largest = parts[1].ravel()
    if len(parts) > 3:
        nested = np.repeat(parts[3].ravel(), int(about["nested_blocksize"]))[: largest.size]
        largest = parts[4].ravel()[largest.astype(int)] * nested
        largest = largest + float(about.get("nested_offset", 0.0))
    values = parts[2].ravel()[np.stack([codes >> 4, codes & 15], axis=1).ravel()]
    scale = np.repeat(largest, block)[: values.size]
    return (values * scale)[: prod(shape)].reshape(shape).astype(np.float32)

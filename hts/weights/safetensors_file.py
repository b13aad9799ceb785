"""Reading safetensors: 8 bytes of header length, a JSON header, then the numbers.

The format is at https://github.com/huggingface/safetensors#format.  Read here rather than by its
library so that every claim of the header is held against the file before anything is allocated, and
bfloat16 needs no torch.  Numbers are read, not memory-mapped: a file cut short while it is mapped
would end the process.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from hts.foreign import guarded
from hts.validate import BadInput
from hts.weights.entry import FileWeights, as_floats, in_file, stored_type
from hts.weights.limits import LIMITS, Limits, check_count
from hts.weights.names import fit_to_show, said_of_names
from hts.weights.places import opened, opened_whole

# The format's names -> NumPy's (or torch's) and bits an entry.
DTYPES = {
    "F64": ("float64", 64), "F32": ("float32", 32), "F16": ("float16", 16),
    "BF16": ("bfloat16", 16), "F8_E4M3": ("float8_e4m3", 8), "F8_E5M2": ("float8_e5m2", 8),
    "F8_E8M0": ("float8_e8m0", 8), "F8_E4M3FNUZ": ("float8_e4m3fnuz", 8),
    "F8_E5M2FNUZ": ("float8_e5m2fnuz", 8), "F6_E2M3": ("float6_e2m3", 6),
    "F6_E3M2": ("float6_e3m2", 6), "F4": ("float4_e2m1", 4), "I64": ("int64", 64),
    "I32": ("int32", 32), "I16": ("int16", 16), "I8": ("int8", 8), "U64": ("uint64", 64),
    "U32": ("uint32", 32), "U16": ("uint16", 16), "U8": ("uint8", 8), "BOOL": ("bool", 8),
    "C64": ("complex64", 64),
}  # fmt: skip
_MOST_AXES = 16


def read_safetensors(real: Path, source: str, limits: Limits = LIMITS) -> FileWeights:
    """What the file holds, or `BadInput`: truncated, header too long or at odds with the file."""
    with opened_whole(real, source, limits.file_bytes) as (handle, size):
        header, start = _header(handle, size, source, limits)
    same = _same(header.pop("__metadata__", None), header)
    check_count(source, len(header) + len(same), limits.tensors)
    spans = [(_checked(name, about, source), name) for name, about in header.items()]
    _contiguous(sorted((span[2], span[3], name) for span, name in spans), size - start, source)
    shown = fit_to_show([*header, *same])
    found = {
        name: in_file(
            shown[name],
            shape,
            dtype,
            partial(_load, real, source, name, shape, dtype, start + first),
            limits.entries,
            partial(_rows, real, source, name, shape, dtype, start + first) if shape else None,
        )
        for (dtype, shape, first, _), name in spans
    }
    for name, other in same.items():
        found[other] = replace(found[other], place=(other,))
        found[name] = replace(found[other], name=shown[name])
    return FileWeights(
        source=source,
        format="safetensors",
        weights=tuple(found.values()),
        notes=said_of_names(shown),
        path=real,
    )


def _same(metadata: Any, header: dict[str, Any]) -> dict[str, str]:
    """The tied tensors that ``safetensors.torch.save_model`` wrote once, by the one written."""
    pairs = metadata.items() if isinstance(metadata, dict) else ()
    return {
        name: other
        for name, other in pairs
        if name not in header and isinstance(other, str) and other in header
    }


def _header(handle: BinaryIO, size: int, source: str, limits: Limits) -> tuple[dict[str, Any], int]:
    claimed = int.from_bytes(handle.read(8), "little")
    if size < 8 or claimed > size - 8 or claimed > limits.header_bytes:
        accepted = min(limits.header_bytes, max(0, size - 8))
        raise BadInput(
            f"{source} claims a header of {claimed:,} bytes, at most {accepted:,} are accepted "
            f"(the file has {size:,}): it is no safetensors file, a truncated one, or made to "
            "exhaust memory."
        )
    hint = "This is no safetensors file, or a damaged one."
    with guarded(f"the header of {source}", hint):
        text = handle.read(claimed).decode("utf-8")
        header = json.loads(text, object_pairs_hook=_no_twins)
        if not isinstance(header, dict):
            raise TypeError(f"it is a {type(header).__name__}, it must be a dict")
        for name in header:
            name.encode("utf-8")  # the format forbids lone surrogates
    return header, 8 + claimed


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def _checked(name: str, about: Any, source: str) -> tuple[str, tuple[int, ...], int, int]:
    """(type, shape, first byte, byte after the last) of one tensor, or `BadInput`."""
    try:
        code, shape, (first, last) = about["dtype"], about["shape"], about["data_offsets"]
        numbers = [*shape, first, last]
        known = isinstance(code, str)
    except (TypeError, KeyError, ValueError):
        known = False
    if not known:
        raise BadInput(
            f"{source} says of tensor {name!r} only {str(about)[:80]!r}: dtype, shape and "
            "data_offsets are needed, so the file is damaged."
        )
    if (
        not isinstance(shape, list)
        or len(shape) > _MOST_AXES
        or not all(type(k) is int and 0 <= k < 2**63 for k in numbers)
    ):
        raise BadInput(
            f"tensor {name!r} of {source} has shape {str(shape)[:80]} at bytes "
            f"{str([first, last])[:80]}: whole numbers from 0 up and at most {_MOST_AXES} axes "
            "are accepted."
        )
    if code not in DTYPES:  # its place in the file is checked, its size cannot be
        return f"unknown type {str(code)[:20]!r}", tuple(shape), first, last
    dtype, bits = DTYPES[code]
    if prod(shape) * bits != 8 * (last - first):
        raise BadInput(
            f"tensor {name!r} of {source} is damaged: shape {tuple(shape)} of {dtype} takes "
            f"{prod(shape) * bits / 8:,.15g} bytes, the file gives it {last - first:,}."
        )
    return dtype, tuple(shape), first, last


def _contiguous(spans: list[tuple[int, int, str]], size: int, source: str) -> None:
    """The tensors fill the file from end to end, as the format demands."""
    end = 0
    for first, last, name in spans:
        if last > size:
            raise BadInput(
                f"{source} is truncated: tensor {name!r} ends at byte {last:,} of the numbers, of "
                f"which the file has {size:,}. Copy or download it again."
            )
        if first != end:
            raise BadInput(
                f"{source} is damaged: tensor {name!r} starts at byte {first:,}, the one before "
                f"ends at {end:,}; tensors must lie end to end."
            )
        end = last
    if end != size:
        raise BadInput(f"{source} is damaged: {size - end:,} bytes after the last tensor.")


def _rows(
    real: Path,
    source: str,
    name: str,
    shape: tuple[int, ...],
    dtype: str,
    start: int,
    first: int,
    last: int,
) -> np.ndarray:
    """Rows ``first`` to ``last`` of the first axis."""
    row = prod(shape[1:]) * stored_type(dtype).itemsize
    return _load(real, source, name, (last - first, *shape[1:]), dtype, start + first * row)


def _load(
    real: Path, source: str, name: str, shape: tuple[int, ...], dtype: str, start: int
) -> np.ndarray:
    stored = stored_type(dtype)
    with guarded(f"tensor {name!r} of {source}"), opened(real) as handle:
        flat = np.empty(prod(shape), stored)
        handle.seek(start)
        if handle.readinto(flat.view(np.uint8).data) != flat.nbytes:
            raise BadInput(f"{source} was cut short while tensor {name!r} was being read.")
        return as_floats(flat.reshape(shape), dtype)

"""Reading ``.npy`` and ``.npz``: plain numbers only, never pickles, nothing unpacked to disk.

An archive's directory and each array's header are held against each other and against the bytes
there are before room is made; a directory that claims more than its format can compress is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import prod
from pathlib import Path
from typing import IO, Literal

import numpy as np

from hts.data.reading.npy_header import read_npy_header
from hts.validate import BadInput
from hts.weights.entry import FileWeights, Weight, as_floats, kind_of_shape, refusal
from hts.weights.limits import LIMITS, Limits, check_count, check_file_bytes
from hts.weights.places import opened

_MOST_DEFLATED = 1100  # deflate packs at most 1032 bytes into one
_WAYS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}
_PART = 2**20
_CANNOT = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError)


def read_npy(real: Path, source: str, limits: Limits = LIMITS) -> FileWeights:
    """The one array of a ``.npy`` file, named like the file, or `BadInput`."""
    name = Path(source).name.removesuffix(".npy")
    with opened(real) as handle:
        size = handle.seek(0, 2)
        check_file_bytes(source, size, limits.file_bytes, why="reading it would take very long")
        handle.seek(0)
        shape, axes, dtype = read_npy_header(handle, name)
        start = handle.tell()
    _check_size(name, source, shape, dtype, size - start)

    def load() -> np.ndarray:
        with opened(real) as again:
            again.seek(start)
            return _array(again, name, source, shape, axes, dtype)

    return FileWeights(
        source=source,
        format="npy",
        weights=(
            Weight(
                name=name,
                shape=shape,
                dtype=dtype.name,
                kind=kind_of_shape(shape),
                refused=refusal(dtype.name, shape, limits.entries),
                load=load,
            ),
        ),
        path=real,
    )


def read_npz(real: Path, source: str, limits: Limits = LIMITS) -> FileWeights:
    """The arrays of an ``.npz`` archive, or `BadInput` that says which part of it is wrong."""
    with opened(real) as handle:
        size = handle.seek(0, 2)
    check_file_bytes(source, size, limits.file_bytes, why="reading it would take very long")
    with _archive(real, source) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        check_count(source, len(entries), limits.tensors)
        _check_directory(entries, source, limits)
        found = [_weight(archive, entry, real, source, limits) for entry in entries]
    return FileWeights(source=source, format="npz", weights=tuple(found), path=real)


@contextmanager
def _archive(real: Path, source: str) -> Iterator[zipfile.ZipFile]:
    try:
        with opened(real) as handle, zipfile.ZipFile(handle) as archive:
            yield archive
    except BadInput:
        raise
    except _CANNOT as error:
        raise BadInput(
            f"{source} is no NumPy archive (.npz), or a damaged or truncated one: {error}."
        ) from None


def _check_directory(entries: list[zipfile.ZipInfo], source: str, limits: Limits) -> None:
    """What the archive's directory claims, before a byte is unpacked."""
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.unpacked_bytes:
        raise BadInput(
            f"{source} unpacks to {unpacked / 2**20:,.0f} MB, at most "
            f"{limits.unpacked_bytes / 2**20:,.0f} MB are accepted: a small archive must not fill "
            "the memory. Save the arrays as .safetensors, which are read one at a time."
        )
    seen = set()
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        if any(part in ("", "..") or part.startswith((".", "__MACOSX")) for part in parts) or (
            ":" in parts[0]
        ):
            raise BadInput(
                f"{source} holds {entry.filename[:80]!r}: names that are hidden, absolute or "
                "climb out of the archive are not accepted, since np.savez writes none."
            )
        if not entry.filename.endswith(".npy"):
            raise BadInput(
                f"{source} holds {entry.filename[:80]!r}, which is no .npy array: an .npz archive "
                "holds arrays only. If it is a PyTorch checkpoint, name it .pt."
            )
        if entry.filename in seen:
            raise BadInput(f"{source} holds {entry.filename[:80]!r} twice: which one is meant?")
        seen.add(entry.filename)
        if entry.compress_type not in _WAYS or entry.flag_bits & 1:
            raise BadInput(
                f"{entry.filename[:80]!r} in {source} is encrypted or packed in a way np.savez "
                f"does not use; accepted are {' and '.join(_WAYS.values())}."
            )
        if entry.file_size > _MOST_DEFLATED * entry.compress_size + 1000:
            raise BadInput(
                f"{entry.filename[:80]!r} in {source} claims {entry.file_size:,} bytes packed into "
                f"{entry.compress_size:,}: deflate cannot do that, so the archive is made to "
                "exhaust memory or damaged."
            )


def _weight(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, real: Path, source: str, limits: Limits
) -> Weight:
    name = entry.filename.removesuffix(".npy")
    with archive.open(entry) as member:
        shape, _, dtype = read_npy_header(member, name)
        _check_size(name, source, shape, dtype, entry.file_size - member.tell())
    return Weight(
        name=name,
        shape=shape,
        dtype=dtype.name,
        kind=kind_of_shape(shape),
        refused=refusal(dtype.name, shape, limits.entries),
        load=partial(_load_member, real, source, entry.filename, shape, dtype),
    )


def _load_member(
    real: Path, source: str, member_name: str, shape: tuple[int, ...], dtype: np.dtype
) -> np.ndarray:
    name = member_name.removesuffix(".npy")
    with _archive(real, source) as archive, archive.open(member_name) as member:
        again, axes, kind = read_npy_header(member, name)
        if (again, kind) != (shape, dtype):
            raise BadInput(f"{source} changed while it was being read.")
        return _array(member, name, source, shape, axes, dtype)


def _check_size(
    name: str, source: str, shape: tuple[int, ...], dtype: np.dtype, there: int
) -> None:
    needed = prod(shape) * dtype.itemsize
    if needed != there or any(k < 0 for k in shape):
        raise BadInput(
            f"array {name} of {source} is truncated or damaged: its header claims shape {shape} of "
            f"{dtype}, {needed:,} bytes, and there are {there:,}."
        )


def _array(
    handle: IO[bytes],
    name: str,
    source: str,
    shape: tuple[int, ...],
    axes: Literal["C", "F"],
    dtype: np.dtype,
) -> np.ndarray:
    flat = np.empty(prod(shape), dtype)
    view = flat.view(np.uint8).data
    done = 0
    while done < len(view):
        part = handle.read(min(_PART, len(view) - done))
        if not part:
            raise BadInput(f"array {name} of {source} ends after {done:,} of {len(view):,} bytes.")
        view[done : done + len(part)] = part
        done += len(part)
    if handle.read(1):  # at the end of an archive's member its checksum is verified
        raise BadInput(f"array {name} of {source} is longer than its header says.")
    return as_floats(flat.reshape(shape, order=axes), dtype.name)

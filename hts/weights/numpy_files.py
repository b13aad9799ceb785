"""Reading ``.npy`` and ``.npz``: plain numbers only, never pickles, nothing unpacked to disk.

An archive's directory and each array's header are held against each other and against the bytes
there are before room is made; a directory that claims more than its format can compress is refused.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from math import prod
from pathlib import Path
from typing import IO, Literal

import numpy as np

from hts.data.reading.npy_header import read_npy_header
from hts.foreign import guarded
from hts.validate import BadInput
from hts.weights.entry import FileWeights, Weight, as_floats, in_file
from hts.weights.limits import LIMITS, Limits, check_count
from hts.weights.names import fit_to_show, said_of_names
from hts.weights.places import opened, opened_whole

_MOST_DEFLATED = 1100  # deflate packs at most 1032 bytes into one
_WAYS = {zipfile.ZIP_STORED: "stored", zipfile.ZIP_DEFLATED: "deflated"}
_PART = 2**20


def read_npy(real: Path, source: str, limits: Limits = LIMITS) -> FileWeights:
    """The one array of a ``.npy`` file, named like the file, or `BadInput`."""
    with opened_whole(real, source, limits.file_bytes) as (handle, size):
        array = _header(handle, Path(source).stem, source)
        start = handle.tell()
    array.check_size(size - start)

    def load() -> np.ndarray:
        with guarded(source), opened(real) as again:
            again.seek(start)
            return array.read(again)

    def rows(first: int, last: int) -> np.ndarray:
        part = replace(array, shape=(last - first, *array.shape[1:]))
        with opened(real) as again:
            again.seek(start + first * prod(array.shape[1:]) * array.dtype.itemsize)
            return part.read(again, whole=False)

    weight = array.weight(load, limits, rows if array.axes == "C" and array.shape else None)
    return FileWeights(source=source, format="npy", weights=(weight,), path=real)


def read_npz(real: Path, source: str, limits: Limits = LIMITS) -> FileWeights:
    """The arrays of an ``.npz`` archive, or `BadInput` that says which part of it is wrong."""
    with opened_whole(real, source, limits.file_bytes), _archive(real, source) as archive:
        entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
        check_count(source, len(entries), limits.tensors)
        _check_directory(entries, source, limits)
        shown = fit_to_show(entry.filename.removesuffix(".npy") for entry in entries)
        found, unreadable = [], []
        for entry in entries:
            name = shown[entry.filename.removesuffix(".npy")]
            try:
                found.append(_weight(archive, entry, name, real, source, limits))
            except BadInput as error:
                unreadable.append(error)
                # What a parser stumbled over, not a type of array that is left out.
                damaged = error.__cause__ is not None or "damaged" in str(error)
                found.append(Weight.unread(name, str(error), damaged=damaged))
    if len(unreadable) == len(entries):
        raise unreadable[0]
    return FileWeights(
        source=source, format="npz", weights=tuple(found), notes=said_of_names(shown), path=real
    )


@contextmanager
def _archive(real: Path, source: str) -> Iterator[zipfile.ZipFile]:
    says = "is no NumPy archive (.npz), or a damaged or truncated one"
    with opened(real) as handle:
        with guarded(source, says=says):
            archive = zipfile.ZipFile(handle)
        with archive:
            yield archive


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
        shown = f"{entry.filename[:80]!r}"
        parts = entry.filename.replace("\\", "/").split("/")
        if any(part in ("", "..") or part.startswith((".", "__MACOSX")) for part in parts) or (
            ":" in parts[0]
        ):
            raise BadInput(
                f"{source} holds {shown}: names that are hidden, absolute or climb out of the "
                "archive are not accepted, since np.savez writes none."
            )
        if entry.filename in seen:
            raise BadInput(f"{source} holds {shown} twice: which one is meant?")
        seen.add(entry.filename)


def _check_member(entry: zipfile.ZipInfo, shown: str, source: str) -> None:
    if not entry.filename.endswith(".npy"):
        raise BadInput(
            f"{source} holds {shown}, which is no .npy array: an .npz archive holds arrays "
            "only. If it is a PyTorch checkpoint, name it .pt."
        )
    if entry.compress_type not in _WAYS or entry.flag_bits & 1:
        raise BadInput(
            f"{shown} in {source} is encrypted or packed in a way np.savez does not use; "
            f"accepted are {' and '.join(_WAYS.values())}."
        )
    if entry.file_size > _MOST_DEFLATED * entry.compress_size + 1000:
        raise BadInput(
            f"{shown} in {source} claims {entry.file_size:,} bytes packed into "
            f"{entry.compress_size:,}: deflate cannot do that, so the archive is made to "
            "exhaust memory or damaged."
        )


def _weight(
    archive: zipfile.ZipFile,
    entry: zipfile.ZipInfo,
    name: str,
    real: Path,
    source: str,
    limits: Limits,
) -> Weight:
    _check_member(entry, repr(name), source)
    with guarded(f"array {name} of {source}", says="is damaged"), archive.open(entry) as member:
        array = _header(member, name, source)
        array.check_size(entry.file_size - member.tell())

    def load() -> np.ndarray:
        with (
            guarded(f"array {name} of {source}", says="is damaged"),
            _archive(real, source) as archive,
            archive.open(entry.filename) as member,
        ):
            if _header(member, name, source) != array:
                raise BadInput(f"{source} changed while it was being read.")
            return array.read(member)

    weight = array.weight(load, limits)
    checksum = (entry.CRC, entry.file_size) if len(array.shape) > 1 else None
    return replace(weight, checksum=checksum)


@dataclass(frozen=True)
class _Array:
    """An array as its header describes it."""

    name: str
    source: str
    shape: tuple[int, ...]
    axes: Literal["C", "F"]
    dtype: np.dtype

    def check_size(self, there: int) -> None:
        needed = prod(self.shape) * self.dtype.itemsize
        if needed != there:
            raise BadInput(
                f"array {self.name} of {self.source} is truncated or damaged: its header claims "
                f"shape {self.shape} of {self.dtype}, {needed:,} bytes, and there are {there:,}."
            )

    def weight(
        self,
        load: Callable[[], np.ndarray],
        limits: Limits,
        rows: Callable[[int, int], np.ndarray] | None = None,
    ) -> Weight:
        return in_file(self.name, self.shape, self.dtype.name, load, limits.entries, rows)

    def read(self, handle: IO[bytes], *, whole: bool = True) -> np.ndarray:
        flat = np.empty(prod(self.shape), self.dtype)
        view = flat.view(np.uint8).data
        done = 0
        what = f"array {self.name} of {self.source}"
        while done < len(view):
            part = handle.read(min(_PART, len(view) - done))
            if not part:
                raise BadInput(f"{what} ends after {done:,} of {len(view):,} bytes.")
            view[done : done + len(part)] = part
            done += len(part)
        if whole and handle.read(1):  # at the end of an archive's member its checksum is verified
            raise BadInput(f"{what} is longer than its header says.")
        return as_floats(flat.reshape(self.shape, order=self.axes), self.dtype.name)


def _header(handle: IO[bytes], name: str, source: str) -> _Array:
    return _Array(name, source, *read_npy_header(handle, f"{name} of {source}"))

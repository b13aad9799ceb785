"""A foreign file of arrays -> safetensors: the task of a limited process, see `hts.sandbox`.

Every number is read once, so checksums are verified and what is damaged is known; who opens the
result later reads a header that was checked, and plain numbers.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from hts.foreign import guarded
from hts.validate import BadInput
from hts.weights.entry import Weight
from hts.weights.limits import Limits
from hts.weights.numpy_files import read_npy, read_npz
from hts.weights.safetensors_file import DTYPES, read_safetensors

CODES = {name: code for code, (name, _) in DTYPES.items() if hasattr(np, name)}


def canonical(request: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Check a file; of .npy and .npz write ``weights.safetensors`` into ``folder``.

    ``request``: ``path``, ``source`` (what to call it), ``limits`` and ``array_bytes``, the most
    that one array may take.  Returns ``left``, why which arrays cannot be read, and ``notes``.
    Raises `BadInput` where nothing can.
    """
    path, source, limits = Path(request["path"]), request["source"], Limits(**request["limits"])
    if path.suffix == ".safetensors":
        return {"left": {}, "notes": read_safetensors(path, source, limits).notes}
    found = (read_npz if path.suffix == ".npz" else read_npy)(path, source, limits)
    left: dict[str, str] = {}
    header: dict[str, Any] = {}
    end = 0
    room = sum(len(json.dumps(w.name)) + 30 * len(w.shape) + 150 for w in found.weights)
    target = folder / "weights.safetensors"
    with target.open("wb") as out:
        out.seek(8 + room)
        for weight, handle in zip(found.weights, _handles(path), strict=True):
            try:
                array = _array(weight, handle, source, request["array_bytes"])
            except BadInput as error:
                left[weight.name] = str(error).rstrip(".")
                continue
            out.write(np.ascontiguousarray(array).data)
            header[weight.name] = {
                "dtype": CODES[array.dtype.name],
                "shape": array.shape,
                "data_offsets": [end, end := end + array.nbytes],
            }
            del array
        out.seek(0)
        out.write(room.to_bytes(8, "little") + json.dumps(header).encode().ljust(room))
    if not header:
        target.unlink()
    return {"left": left, "notes": found.notes}


def _handles(path: Path) -> Iterator[IO[bytes] | None]:
    """The arrays' files in the order of the reader; None for one that cannot be opened."""
    if path.suffix == ".npy":
        with path.open("rb") as handle:
            yield handle
        return
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if not entry.filename.endswith("/"):
                try:
                    with archive.open(entry) as member:
                        yield member
                except (NotImplementedError, RuntimeError, OSError, zipfile.BadZipFile):
                    yield None


def _array(weight: Weight, handle: IO[bytes] | None, source: str, most: int) -> np.ndarray:
    """The array in its own type, or `BadInput`: it cannot be kept."""
    if not weight.dtype or weight.dtype not in CODES or weight.size == 0 or handle is None:
        raise BadInput(weight.refused or f"array {weight.name} of {source} is damaged")
    held = weight.size * np.dtype(weight.dtype).itemsize
    if held > most:
        raise BadInput(
            f"array {weight.name} of {source} takes {held / 2**20:,.0f} MB in memory, at most "
            f"{most / 2**20:,.0f} MB are accepted in a file of this size"
        )
    with guarded(f"array {weight.name} of {source}", says="is damaged"):
        array = np.lib.format.read_array(handle, allow_pickle=False)
        if handle.read(1):  # at the end of an archive's member its checksum is verified
            raise ValueError("it is longer than its header says")
        return array.astype(array.dtype.newbyteorder("<"), copy=False)

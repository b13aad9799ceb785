"""Opening a file of weights by its ending, and networks that are split over several files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from hts.foreign import guarded
from hts.validate import BadInput, printable
from hts.weights.adapter_config import adapter_factor
from hts.weights.entry import FileWeights
from hts.weights.in_use import in_use
from hts.weights.limits import LIMITS, Limits, check_count
from hts.weights.names import LONGEST
from hts.weights.numpy_files import read_npy, read_npz
from hts.weights.places import opened_whole, resolved
from hts.weights.safetensors_file import read_safetensors
from hts.weights.torch_file import read_torch

INDEX = ".safetensors.index.json"
READERS = {
    ".safetensors": read_safetensors,
    ".npz": read_npz,
    ".npy": read_npy,
    ".pt": read_torch,
    ".pth": read_torch,
}
_MOST_FILES = 1000


def read_weights(
    path: Path | str, *, within: Sequence[Path] | None = None, limits: Limits = LIMITS
) -> FileWeights:
    """What is in ``path``: .safetensors (or the index.json of a split one, or its folder), .npz,
    .npy, .pt, .pth.  What is there is told as the network computes with it, see `in_use`.

    ``within``: the folders it must lie in once links are followed; None
    allows every file, as is right on one's own computer.  Arrays are loaded one by one, when asked
    for.  Raises `BadInput` that says what is wrong with the file.
    """
    given = Path(path)
    real = resolved(given, within)
    source = given.name
    if real.is_dir():
        given, real, source = _index_in(given, real, within)
    if source.endswith(INDEX):
        found = _split(given, source, within, limits)
    else:
        found = READERS[ending_of(source)](real, source, limits)
    return replace(found, weights=in_use(found.weights, adapter_factor(given.parent, within)))


def ending_of(name: str) -> str:
    """The ending in `READERS`, or `BadInput` naming those."""
    ending = Path(name).suffix.lower()
    if ending in READERS:
        return ending
    why = "they hold numbers, or (.pt) are read by a process of their own"
    if ending in (".pkl", ".pickle", ".joblib", ".bin", ".ckpt"):
        why = "such files may be pickles, which are programs; save it as .safetensors or .pt"
    elif ending in (".h5", ".keras", ".onnx", ".gguf", ".msgpack", ".tflite"):
        why = "convert it, for example with numpy.savez(path, **{name: array})"
    raise BadInput(
        f"weights must be in {', '.join(READERS)} or {'*' + INDEX}, got {Path(name).name!r}: {why}."
    )


def _index_in(given: Path, real: Path, within: Sequence[Path] | None) -> tuple[Path, Path, str]:
    names = sorted(p.name for p in real.iterdir() if p.name.endswith((INDEX, ".safetensors")))
    indices = [name for name in names if name.endswith(INDEX)]
    chosen = indices if indices else names
    if len(chosen) != 1:
        raise BadInput(
            f"{str(given)!r} is a folder with {len(chosen)} files "
            f"{'*' + INDEX if indices else '*.safetensors'}: name the one file that is meant."
        )
    return given / chosen[0], resolved(real / chosen[0], within), chosen[0]


def _split(given: Path, source: str, within: Sequence[Path] | None, limits: Limits) -> FileWeights:
    """All tensors of a network whose index says which file holds which."""
    real = resolved(given, within)
    where = _index(real, source, limits)
    files = sorted(set(where.values()))
    if len(files) > _MOST_FILES:
        raise BadInput(
            f"{source} names {len(files):,} files, at most {_MOST_FILES:,} are accepted."
        )
    found = {}
    for name in files:
        try:
            # Beside the index as it was named, not what it links to: model caches link every file.
            part = read_safetensors(resolved(given.parent / name, within), name, limits)
        except BadInput as error:
            raise BadInput(
                f"{source} is split over {len(files)} files; of these, {error}"
            ) from None
        found.update({(name, weight.name): weight for weight in part.weights})
    keys = {tensor: (name, printable(tensor, LONGEST)) for tensor, name in where.items()}
    missing = [tensor for tensor, key in keys.items() if key not in found]
    if missing:
        raise BadInput(
            f"{source} lists {len(missing)} tensors that are not in the files it names, such as "
            f"{missing[0][:80]!r}: index and files do not belong together."
        )
    return FileWeights(
        source=source,
        format="safetensors",
        weights=tuple(found[key] for key in keys.values()),
        notes=(f"split over {len(files)} files",),
        path=real,
    )


def _index(real: Path, source: str, limits: Limits) -> dict[str, str]:
    why = "it only lists names of tensors"
    with opened_whole(real, source, limits.header_bytes, why=why) as (handle, _):
        says = "is no index of a split network"
        hint = "A JSON object with weight_map, from names of tensors to names of files, is needed."
        with guarded(source, hint, says=says):
            where = json.loads(handle.read())["weight_map"]
            pairs = list(where.items())
    check_count(source, len(pairs), limits.tensors)
    for tensor, name in pairs:
        plain = isinstance(name, str) and PurePosixPath(name).name == name and "\\" not in name
        if not plain or not name.endswith(".safetensors"):
            raise BadInput(
                f"{source} says tensor {tensor[:80]!r} is in {str(name)[:80]!r}: only .safetensors "
                "files in the same folder are accepted, so that an index cannot point at other "
                "files of this computer."
            )
    return where

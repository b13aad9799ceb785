"""Named arrays in safetensors files, never pickles: written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.numpy import save

from hts.foreign import guarded
from hts.studio.store.paths import log, replacing
from hts.validate import BadInput

Named = Mapping[str, NDArray]
Found = TypeVar("Found")


def write_arrays(path: Path, tensors: Named, **about: str) -> None:
    """Replace a safetensors file; a crash meanwhile leaves the old one whole."""
    plain = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    content = save(plain, about or None)
    with replacing(path, durable=True) as file:
        file.write(content)


def read_arrays(
    path: Path,
    build: Callable[[Mapping[str, str], dict[str, NDArray]], Found],
    *,
    with_arrays: bool = True,
) -> Found | None:
    """What ``build`` makes of the words and arrays of a safetensors file.

    None if there is no such file, and with a log line if it is damaged.
    """
    if not path.exists():
        return None
    try:
        with guarded(str(path), "It is not used."), safe_open(path, framework="numpy") as file:
            names = file.keys() if with_arrays else ()
            tensors = {name: file.get_tensor(name) for name in names}
            return build(file.metadata() or {}, tensors)
    except BadInput as error:
        log.warning("%s", error)
        return None

"""A network's weights as named arrays: which are pruned, and taking units out of them.  No torch.

Names are those of `Model.tensors`: ``hidden_1``, ... say, and ``output``.  A checkpoint may have
more, which the optimizer keeps; their names begin with `OPTIMIZER`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

Arrays = Mapping[str, np.ndarray]
OPTIMIZER = "optimizer."


def weight_names(names: Iterable[str]) -> list[str]:
    """Those of weights, among the names in a checkpoint, of one network or of several."""
    return [name for name in names if not name.rpartition("/")[2].startswith(OPTIMIZER)]


def in_order(arrays: Arrays) -> list[str]:
    """The names from the first layer to the output."""
    layers = [name for name in arrays if name != "output"]
    return [*sorted(layers, key=lambda name: int(name.rpartition("_")[2])), "output"]


def pruned_names(arrays: Arrays, prunable: Sequence[bool]) -> list[str]:
    """The layers that may lose units; ``prunable`` says which of all but the output do."""
    return [name for name, may in zip(in_order(arrays), prunable, strict=False) if may]


def matrices(arrays: Arrays, names: Sequence[str]) -> list[np.ndarray]:
    """The layers called ``names``, each (units, inputs)."""
    return [arrays[name].reshape(len(arrays[name]), -1) for name in names]


def keep_units(
    arrays: Arrays, names: Sequence[str], kept: Sequence[np.ndarray]
) -> dict[str, np.ndarray]:
    """Smaller arrays of the units ``kept`` (indices per layer of ``names``), as `Model.keep`."""
    smaller = rows_kept([arrays[name] for name in names], kept)
    output = arrays["output"][:, kept[-1]]
    found = dict(zip((*names, "output"), (*smaller, output), strict=True))
    return {**arrays, **{name: np.ascontiguousarray(array) for name, array in found.items()}}


def rows_kept(layers: Sequence[Any], kept: Sequence[Any]) -> list[Any]:
    """``layers`` (arrays or tensors, in order) with their units ``kept`` only.

    Unit i takes its row along, and its column of the next layer.
    """
    smaller = []
    previous = None
    for weights, units in zip(layers, kept, strict=True):
        rows = weights[units]
        smaller.append(rows if previous is None else rows[:, previous])
        previous = units
    return smaller

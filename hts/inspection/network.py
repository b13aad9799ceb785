"""``hts.inspect``: the tails and the compressibility of anybody's network, layer by layer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from hts.inspection.layer import measure
from hts.inspection.layer_report import LayerReport, LeftOut
from hts.inspection.result import Inspection
from hts.noise.types import noise_type
from hts.validate import BadInput
from hts.weights import FileWeights, Weight, module_weights, read_weights, state_weights
from hts.weights.memory import is_module

if TYPE_CHECKING:
    import numpy as np
    import torch

    Inspectable: TypeAlias = (
        torch.nn.Module | Mapping[str, torch.Tensor | np.ndarray] | FileWeights | str | Path
    )


def inspect(
    model_or_path: Inspectable,
    *,
    layers: str | Iterable[str] | None = None,
    noise: str | None = None,
) -> Inspection:
    """Look at every layer's weights: sizes, tail index with interval, what pruning would cost.

    ``model_or_path``: a ``torch.nn.Module``, a state dict or dict of arrays (units first), a file
    that `hts.weights.read_weights` opens or what it returned.  ``layers``: names or patterns such
    as ``"layer1.*"`` (``*``, ``?``, ``[]``); None takes all.  ``noise``: the noise type the network
    was trained with, which settles what is independent; None for foreign
    weights: then the tail index is told by entries and by units, each with its assumption.

    Arrays of fewer than two axes, tied ones, and those without finite real numbers are left out,
    and the result says which and why.  ``print`` shows a table.  Raises `BadInput` for a file or
    value that cannot be read, and for patterns that match nothing.
    """
    if noise is not None:
        noise_type(noise)
    source, notes, found = _opened(model_or_path)
    chosen = _chosen(found, layers)
    measured = [_measured(weight, noise) for weight in chosen]
    if not any(isinstance(m, LayerReport) for m in measured):
        for weight, left in zip(chosen, measured, strict=True):
            if isinstance(left, LeftOut) and (left.damaged or not weight.dtype):
                named = "" if source in left.why else f"{source}: "
                raise BadInput(f"{named}{left.why}.")
    return Inspection(
        source=source,
        noise=noise,
        layers=tuple(m for m in measured if isinstance(m, LayerReport)),
        left_out=tuple(m for m in measured if isinstance(m, LeftOut)),
        notes=notes,
    )


def _measured(weight: Weight, noise: str | None) -> LayerReport | LeftOut:
    try:
        found = measure(weight, noise)
    except BadInput as error:  # its numbers cannot be read, which costs the others nothing
        why = str(error).rstrip(".")
        return LeftOut(name=weight.name, shape=weight.shape, why=why, damaged=True)
    return replace(found, damaged=weight.damaged) if isinstance(found, LeftOut) else found


def _opened(given: Any) -> tuple[str, tuple[str, ...], tuple[Weight, ...]]:
    """(name to show, notes, weights)."""
    if isinstance(given, (str, os.PathLike)):
        given = read_weights(Path(given))
    if isinstance(given, FileWeights):
        return given.source, given.notes, given.weights
    if is_module(given):
        return type(given).__name__, (), module_weights(given)
    if isinstance(given, Mapping):
        return "state dict", (), state_weights(given)
    raise BadInput(
        f"a torch.nn.Module, a dict of arrays or the path of a file is needed, got a "
        f"{type(given).__name__}: its weights have no names."
    )


def _chosen(found: tuple[Weight, ...], layers: str | Iterable[str] | None) -> list[Weight]:
    if layers is None:
        return list(found)
    patterns = [layers] if isinstance(layers, str) else list(layers)
    for pattern in patterns:
        if not any(_matches(weight, pattern) for weight in found):
            names = ", ".join(weight.name for weight in found[:8])
            raise BadInput(
                f"no layer is called {pattern!r}; there are {len(found)}, such as {names}: give a "
                "name or a pattern with * or ?."
            )
    return [weight for weight in found if any(_matches(weight, p) for p in patterns)]


def _matches(weight: Weight, pattern: str) -> bool:
    """By the parameter's name, or its module's (without ``.weight``)."""
    name = weight.name
    return fnmatchcase(name, pattern) or fnmatchcase(name.removesuffix(".weight"), pattern)

"""The layers of a live module, as the optimizer holds them now."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

import torch
from torch import nn

from hts.watching.records import NotSeen
from hts.weights.live import kind_of_layer

MOST_LAYERS = 64  # of a model, evenly spaced
# What wrappers put into names: torch.compile, FSDP 1, activation checkpointing.
_WRAPPED = re.compile(
    r"(?:^|(?<=\.))(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\."
)


@dataclass(frozen=True)
class Layer:
    """A parameter of two or more axes with its owner."""

    name: str
    kind: str
    parameter: torch.Tensor
    units_axis: int


def layers_of(model: nn.Module, patterns: Iterable[str] = ()) -> tuple[list[Layer], list[NotSeen]]:
    """The layers, tied ones once, in the order of the model; and what is left out, with reasons.

    ``patterns``: only names, with or without ``.weight``, that match one of these.
    """
    wanted = tuple(patterns)
    found: list[Layer] = []
    left: list[NotSeen] = []
    seen: set[int] = set()
    replicated = isinstance(model, (nn.parallel.DistributedDataParallel, nn.DataParallel))
    for path, module in model.named_modules():
        for own, parameter in module.named_parameters(recurse=False):
            name = plain_name(f"{path}.{own}" if path else own)
            name = name.removeprefix("module.") if replicated else name
            if wanted and not any(_matches(name, pattern) for pattern in wanted):
                continue
            if id(parameter) in seen:
                left.append(NotSeen(name=name, why="tied to a layer that is looked at"))
                continue
            seen.add(id(parameter))
            why = _unfit(parameter)
            if why:
                left.append(NotSeen(name=name, why=why))
            elif parameter.ndim > 1:
                kind = kind_of_layer(module)
                turned = "Conv1D" in kind or ("ConvTranspose" in kind and parameter.ndim > 2)
                found.append(Layer(name, kind, parameter, int(turned)))
    if len(found) > MOST_LAYERS:
        kept = {round(i * (len(found) - 1) / (MOST_LAYERS - 1)) for i in range(MOST_LAYERS)}
        why = f"only {MOST_LAYERS} of {len(found)} layers are looked at: name others by layers="
        left += [NotSeen(name=n.name, why=why) for i, n in enumerate(found) if i not in kept]
        found = [layer for i, layer in enumerate(found) if i in kept]
    return found, left


def plain_name(name: str) -> str:
    """The name without what wrappers add to it anywhere."""
    return _WRAPPED.sub("", name)


def _unfit(parameter: torch.Tensor) -> str:
    if isinstance(parameter, nn.parameter.UninitializedParameter):
        return "lazy: it has no shape before the first batch"
    if hasattr(parameter, "_shapes") and parameter.ndim == 1:  # FSDP 1's FlatParameter
        return "flattened by FSDP 1: use FSDP 2 (fully_shard) to see its layers"
    if parameter.ndim < 2:
        return ""  # biases and gains: no units, not worth a line
    if parameter.is_meta:
        return "on the meta device: it has no values"
    if not parameter.is_floating_point():
        return f"{str(parameter.dtype).removeprefix('torch.')} is not looked at"
    return "" if parameter.numel() else "it has no entries on this process"


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or fnmatchcase(name.removesuffix(".weight"), pattern)

"""What of a parameter this process holds: all of it, or its shard of a `DTensor`.

FSDP2 (`fully_shard`) and tensor parallel keep parameters as DTensors.  Which indices a process has
along each axis follows from the placements alone, without a word to the others.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from hts.validate import BadInput

Places = slice | Tensor  # indices along an axis: one run, or whatever a strided shard has


@dataclass(frozen=True)
class Held:
    """``local``: this process's part, in the parameter's memory, at ``places`` of ``shape``."""

    local: Tensor
    shape: tuple[int, ...]  # of the whole parameter
    places: tuple[Places, ...]  # one per axis

    def first(self, count: int) -> Held:
        """The first ``count`` entries of the first axis that are held."""
        mine = torch.arange(self.shape[0])[self.places[0]][:count]
        return replace(self, local=self.local[:count], places=(_tidy(mine), *self.places[1:]))

    @property
    def name(self) -> str:
        """Tells this part from others of the parameter."""
        return " ".join(
            f"{p.start}-{p.stop}" if isinstance(p, slice) else str(p.tolist()) for p in self.places
        )


def is_spread(tensor: Tensor) -> bool:
    """Whether it is a `DTensor`, of which a process may hold a part."""
    return hasattr(tensor, "placements")


def held_part(tensor: Tensor) -> Held:
    """What this process holds of ``tensor``; placements without a place raise `BadInput`.

    A number is seen as a vector of one entry.
    """
    part: Any = tensor.detach()
    if not is_spread(part):
        local = part if part.dim() else part.view(1)
        return Held(local, tuple(local.shape), tuple(slice(0, size) for size in local.shape))
    local, mesh, shape = part.to_local(), part.device_mesh, tuple(part.shape)
    coordinate = mesh.get_coordinate()
    if coordinate is None:  # this process has no part in it
        return Held(local, shape, tuple(slice(0, size) for size in local.shape))
    places = _places(shape, tuple(part.placements), tuple(mesh.shape), tuple(coordinate))
    if tuple(local.shape) != tuple(_length(p) for p in places):
        raise BadInput(
            f"a parameter of shape {shape} has a part of shape {tuple(local.shape)} here, which "
            f"its placements {part.placements} do not give: its noise has no place."
        )
    return Held(local, shape, places)


@lru_cache(maxsize=1 << 12)
def _places(
    shape: tuple[int, ...], placements: tuple[Any, ...], sizes: tuple[int, ...], at: tuple[int, ...]
) -> tuple[Places, ...]:
    found = []
    for axis, size in enumerate(shape):
        line = [1] * len(shape)
        line[axis] = size
        found.append(torch.arange(size).view(line))
    for placement, size, mine in zip(placements, sizes, at, strict=True):
        if placement.is_replicate():
            continue
        if placement.is_partial():
            raise BadInput(
                f"a parameter is placed as {placement}: noise on a sum would be added once per "
                "process. Place it as Shard or Replicate."
            )
        axis = placement.dim
        pieces, _ = placement._split_tensor(found[axis], size, with_padding=False)
        found[axis] = pieces[mine]
    return tuple(_tidy(one.reshape(-1)) for one in found)


def _tidy(indices: Tensor) -> Places:
    """A slice where the indices are one run."""
    if indices.numel() == 0:
        return slice(0, 0)
    first, last = int(indices[0]), int(indices[-1])
    is_run = last - first == indices.numel() - 1 and bool((indices.diff() == 1).all())
    return slice(first, last + 1) if is_run else indices


def _length(places: Places) -> int:
    return places.stop - places.start if isinstance(places, slice) else places.numel()


def runs(places: Places) -> list[tuple[int, int]]:
    """The ``(start, stop)`` of every run of consecutive indices, in the order in which they lie."""
    if isinstance(places, slice):
        return [(places.start, places.stop)]
    ends = [0, *((places.diff() != 1).nonzero().flatten() + 1).tolist(), places.numel()]
    return [(int(places[a]), int(places[b - 1]) + 1) for a, b in itertools.pairwise(ends)]

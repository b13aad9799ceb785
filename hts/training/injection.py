"""Adding noise to a tensor of any shape: which part of it is a unit, and the addition itself.

A unit is the group of weights whose noise belongs together, the paper's column theta^i; how its
coordinates depend on each other is the noise type's affair (`hts.noise.types`).  A tensor with
two or more axes is read as ``(units, inputs)`` in one of these ways::

    filter      entry i of the first axis: a row of a Linear, a filter of a Conv
    kernel      one pair of the first two axes: one kernel of a Conv; a row where there are two axes
    transposed  entry i of the second axis: a filter of a ConvTranspose without groups
    entry       every number on its own, also in tensors with fewer axes (biases, norm scales)

The last alone gives tensors of fewer than two axes any noise.  A complex number is two coordinates
of its unit, as torch's optimizers see it.  Values depend on the logical index only, not on strides,
nor on how a `DTensor` is spread: a shard gets what the whole would get there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from hts.noise.sources import NoiseSource
from hts.training.shards import Held, held_part, is_spread, runs
from hts.validate import choice

COLUMNS = ("filter", "kernel", "transposed", "entry")
_AT_ONCE = 1 << 22  # numbers of a temporary noise


def has_columns(tensor: Tensor, columns: str) -> bool:
    """Whether ``tensor`` gets noise when ``columns`` says what a unit is."""
    return columns == "entry" or tensor.dim() >= 2


def add_noise_(
    tensor: Tensor, source: NoiseSource, scale: float, step: int, columns: str = "filter"
) -> None:
    """In place: ``tensor += scale * xi(step)``, where xi is what ``source`` gives its units.

    ``tensor``: floating or complex, any shape, strides and device, or a DTensor; one without units
    (see `has_columns`) or without elements stays as it is.  Another dtype, an unknown word for
    ``columns`` and a bad scale or step raise `BadInput`.
    """
    choice("columns", columns, COLUMNS)
    if not has_columns(tensor, columns) or tensor.numel() == 0:
        return
    # The usual tensor needs no more than this, which is the fastest.
    if tensor.is_contiguous() and not is_spread(tensor) and columns != "transposed":
        whole = tensor.detach()
        units = whole.shape[0] * _units_each(whole.shape, columns) if whole.dim() else 1
        whole = torch.view_as_real(whole) if whole.is_complex() else whole
        source.add_(whole.view(units, whole.numel() // units), scale, step)
        return
    add_to_part_(held_part(tensor), source, scale, step, columns)


def add_to_part_(
    part: Held, source: NoiseSource, scale: float, step: int, columns: str = "filter"
) -> None:
    """`add_noise_` on what is held of a tensor that has units."""
    local, shape, places = part.local, part.shape, part.places
    if local.numel() == 0:
        return
    if columns == "transposed":
        local = local.transpose(0, 1)
        shape = (shape[1], shape[0], *shape[2:])
        places = (places[1], places[0], *places[2:])
    each = _units_each(shape, columns)
    units = shape[0] * each
    if local.is_complex():
        local, shape, places = torch.view_as_real(local), (*shape, 2), (*places, slice(0, 2))
    rest = shape[1:]
    inputs = math.prod(rest) // each
    is_full = local.shape[1:] == rest
    begin = 0
    for start, stop in runs(places[0]):
        rows = local[begin : begin + stop - start]
        begin += stop - start
        if is_full and rows.is_contiguous():
            flat = rows.view(len(rows) * each, inputs)
            source.add_(flat, scale, step, first=start * each, units=units)
            continue
        # Other layouts, and shards of other axes, get their part of the noise of whole rows.
        many = max(1, _AT_ONCE // math.prod(rest))
        for some in torch.split(rows, many):
            noise = torch.zeros((len(some), *rest), dtype=some.dtype, device=some.device)
            flat = noise.view(len(some) * each, inputs)
            source.add_(flat, scale, step, first=start * each, units=units)
            start += len(some)
            for axis, there in enumerate(places[1:], 1):
                noise = noise[(slice(None),) * axis + (there,)]
            some.add_(noise)


def _units_each(shape: Sequence[int], columns: str) -> int:
    """How many units an entry of the first axis has."""
    if columns == "entry":
        return math.prod(shape[1:])
    return shape[1] if columns == "kernel" and len(shape) > 2 else 1

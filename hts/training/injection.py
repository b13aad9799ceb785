"""Adding noise to a tensor of any shape: which part of it is a unit, and the addition itself.

A unit is the group of weights whose noise belongs together, the paper's column theta^i; how its
coordinates depend on each other is the noise type's affair (`hts.noise.types`).  A tensor with
two or more axes is read as ``(units, inputs)`` in one of these ways::

    filter      entry i of the first axis: a row of a Linear, a filter of a Conv
    kernel      one pair of the first two axes: one kernel of a Conv; a row where there are two axes
    transposed  entry i of the second axis: a filter of a ConvTranspose without groups
    entry       every number on its own, also in tensors with fewer axes (biases, norm scales)

The last alone gives tensors of fewer than two axes any noise.  A complex number is two coordinates
of its unit, as torch's optimizers see it.  Values depend on the logical index only, not on strides.
"""

from __future__ import annotations

import torch
from torch import Tensor

from hts.noise.sources import NoiseSource
from hts.validate import choice

COLUMNS = ("filter", "kernel", "transposed", "entry")


def has_columns(tensor: Tensor, columns: str) -> bool:
    """Whether ``tensor`` gets noise when ``columns`` says what a unit is."""
    return columns == "entry" or tensor.dim() >= 2


def add_noise_(
    tensor: Tensor, source: NoiseSource, scale: float, step: int, columns: str = "filter"
) -> None:
    """In place: ``tensor += scale * xi(step)``, where xi is what ``source`` gives its units.

    ``tensor``: floating or complex, any shape, strides and device; one without units (see
    `has_columns`) or without elements stays as it is.  Another dtype, an unknown word for
    ``columns`` and a bad scale or step raise `BadInput`.
    """
    choice("columns", columns, COLUMNS)
    if tensor.numel() == 0 or not has_columns(tensor, columns):
        return
    kernels = columns == "kernel" and tensor.dim() > 2
    parts = tensor.detach()
    if columns == "transposed":
        parts = parts.transpose(0, 1)
    if columns == "entry":
        units = parts.numel()
    else:
        units = parts.shape[0] * (parts.shape[1] if kernels else 1)
    if parts.is_complex():
        parts = torch.view_as_real(parts)
    shape = (units, parts.numel() // units)
    if parts.is_contiguous():
        source.add_(parts.view(shape), scale, step)
        return
    noise = torch.zeros(shape, dtype=parts.dtype, device=parts.device)
    source.add_(noise, scale, step)
    parts.add_(noise.view(parts.shape))

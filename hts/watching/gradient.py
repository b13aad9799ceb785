"""The tail index of a layer's gradient noise, from the gradients of two steps in succession.

Between two steps the mean gradient hardly moves, so the difference of two minibatch gradients is
that of two independent noises: where these are symmetric stable, the difference is too, with the
same alpha and 2^(1/alpha) times the scale.  They are read as the optimizer saw them, clipped or
accumulated, at `FEWEST` entries of each layer.
"""

from __future__ import annotations

import numpy as np

from hts.records import TailIndex
from hts.tails.estimation import likeliest
from hts.validate import BadInput
from hts.watching.layers import Layer
from hts.watching.measure import local_part, matrix_of, sample_of, some_entries
from hts.watching.pace import FEWEST


def some_gradient(layer: Layer) -> np.ndarray | None:
    """The gradient of ``layer`` at some of its entries; None where it has none now."""
    gradient = layer.parameter.grad
    if gradient is None or gradient.is_sparse:
        return None
    return some_entries(matrix_of(layer, local_part(gradient)[0]), FEWEST, layer.name)[0]


def noise_tail(layer: Layer, before: np.ndarray | None) -> TailIndex | None:
    """From the gradient now and `some_gradient` a step ``before``; None where one is missing, or
    where the entries that differ are too few or no numbers."""
    gradient = layer.parameter.grad
    if before is None or gradient is None or gradient.is_sparse:
        return None
    matrix = matrix_of(layer, local_part(gradient)[0])
    now, clusters = some_entries(matrix, FEWEST, layer.name)
    if now.shape != before.shape:
        return None
    try:
        return likeliest(sample_of(now - before, clusters, "the gradient noise"))
    except BadInput:
        return None

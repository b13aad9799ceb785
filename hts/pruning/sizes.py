"""What is left after pruning, counted: parameters, bytes, multiply-adds.  No torch.

Parameters are the numbers that have to be kept, the never pruned first and last layers included.
Bytes are those of float32 files; single zeros save bytes only as a sparse matrix, a four-byte place
beside every value and one per row, so the smaller of the sparse and the full matrix counts.
Multiply-adds are those of one example's forward pass, zeros skipped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

BYTES = 4


@dataclass(frozen=True)
class LayerSize:
    """A layer that is pruned.  ``fan``: inputs that each unit of the layer before it brings."""

    units: int
    inputs: int
    fan: int
    places: int = 1  # at how many places of an image each of its weights is used


@dataclass(frozen=True)
class Shape:
    """The sizes of a network: what is never pruned before, the pruned layers, the classes."""

    layers: list[LayerSize]
    classes: int
    before: int = 0  # weights before the first of `layers`
    before_products: int = 0


@dataclass(frozen=True)
class Size:
    """What is left, by pruning: each (prunings,) int64."""

    parameters: np.ndarray
    bytes: np.ndarray
    multiply_adds: np.ndarray


def smaller(shape: Shape, counts: np.ndarray) -> Size:
    """After removing ``counts`` (prunings, layers) whole units."""
    size = _before(shape, counts)
    previous: np.ndarray | None = None
    for i, layer in enumerate(shape.layers):
        kept = layer.units - counts[:, i]
        inputs = layer.inputs if previous is None else previous * layer.fan
        size = _add(size, kept * inputs, layer.places)
        previous = kept
    assert previous is not None
    return _add(size, previous * shape.classes, 1)


def sparse(shape: Shape, counts: np.ndarray) -> Size:
    """After making ``counts`` single weights zero."""
    size = _before(shape, counts)
    for i, layer in enumerate(shape.layers):
        kept = layer.units * layer.inputs - counts[:, i]
        stored = np.minimum(2 * kept + layer.units + 1, layer.units * layer.inputs)
        size = _add(size, kept, layer.places, stored)
    return _last(shape, size)


def factored(shape: Shape, counts: np.ndarray) -> Size:
    """After lowering the ranks by ``counts``."""
    size = _before(shape, counts)
    for i, layer in enumerate(shape.layers):
        rank = min(layer.units, layer.inputs) - counts[:, i]
        kept = np.minimum(rank * (layer.units + layer.inputs), layer.units * layer.inputs)
        size = _add(size, kept, layer.places)
    return _last(shape, size)


def _before(shape: Shape, counts: np.ndarray) -> Size:
    start = np.full(len(counts), shape.before, dtype=np.int64)
    return Size(start, BYTES * start, 0 * start + shape.before_products)


def _last(shape: Shape, size: Size) -> Size:
    return _add(size, np.full(len(size.bytes), shape.layers[-1].units * shape.classes), 1)


def _add(size: Size, kept: np.ndarray, places: int, stored: np.ndarray | None = None) -> Size:
    return Size(
        size.parameters + kept,
        size.bytes + BYTES * (kept if stored is None else stored),
        size.multiply_adds + kept * places,
    )


def shape_of(
    tensors: Sequence[tuple[int, ...]], places: Sequence[int], prunable: Sequence[bool]
) -> Shape:
    """The shape of a network from those of its weights, in the order of the forward pass.

    ``tensors``: (units, inputs) each, or (filters, channels, height, width), the last one the
    output layer; ``places`` and ``prunable`` of all but the last: the first ones may be kept.
    """
    *layers, output = tensors
    fixed = [int(np.prod(shape)) for shape, may in zip(layers, prunable, strict=True) if not may]
    pruned = [
        LayerSize(s[0], int(np.prod(s[1:])), int(np.prod(s[2:])), place)
        for s, place in zip(layers[len(fixed) :], places[len(fixed) :], strict=True)
    ]
    products = sum(weights * place for weights, place in zip(fixed, places, strict=False))
    return Shape(pruned, output[0], sum(fixed), products)

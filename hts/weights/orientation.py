"""Which axis counts the units: the first in PyTorch, elsewhere the one that the bias has.

GPT-2 and its kin keep ``Conv1D`` weights as (inputs, units), transposed convolutions theirs as
(inputs, units / groups, ...), Keras and Flax kernels as (..., inputs, units).
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np

from hts.weights.arrays import Arrays, last_word, noted
from hts.weights.entry import Weight

# What a bias is called beside its weight, in PyTorch, Keras, scikit-learn and NumPy scripts.
_BIASES = (
    ("weights", "biases"), ("weight", "bias"), ("kernel", "bias"), ("coefs", "intercepts"),
    ("W", "b"), ("w", "b"),
)  # fmt: skip
_CONV1D = re.compile(r"c_(attn|proj|fc)|q_attn")  # the layers of GPT-2 that are a Conv1D


class Oriented:
    """Where the first axis is not as long as the bias, the axis that is counts the units."""

    def apply(self, arrays: Arrays) -> None:
        undecided = []
        turned = False
        for weight in arrays:
            last = last_word(weight.name)
            if len(weight.shape) < 2 or weight.units_axis or not weight.size:
                continue
            stem = weight.name.removesuffix(last)
            bias = arrays.get(
                *(stem + last.replace(*names) for names in _BIASES if names[0] in last)
            )
            conv1d = _CONV1D.fullmatch(last_word(stem[:-1])) is not None
            if conv1d and (bias is None or weight.shape[0] == weight.shape[1]):
                undecided.append(weight)
            axis = _axis(weight.shape, bias, last == "kernel")
            if conv1d and bias is None and weight.name.endswith("c_attn.weight"):
                axis = int(weight.shape[1] == 3 * weight.shape[0])  # queries, keys and values
            turned |= conv1d and axis == 1
            if axis:
                arrays.change(_turned(weight, axis, bias))
        for weight in undecided if turned else ():
            arrays.change(_turned(weight, 1, None))


def _axis(shape: tuple[int, ...], bias: Weight | None, kernel: bool) -> int:
    if bias is None or len(bias.shape) != 1 or not bias.size:
        return len(shape) - 1 if kernel else 0
    units = bias.shape[0]
    if kernel and shape[-1] == units:
        return len(shape) - 1
    if shape[0] == units:
        return 0
    if len(shape) == 2:
        return int(shape[1] == units)
    return int(units % shape[1] == 0 and shape[0] % (units // shape[1]) == 0)


def _turned(weight: Weight, axis: int, bias: Weight | None) -> Weight:
    groups = bias.shape[0] // weight.shape[1] if bias and axis == 1 and len(weight.shape) > 2 else 1
    if groups > 1:
        return ungrouped(weight, groups)
    note = "units counted along its last axis" if axis == len(weight.shape) - 1 else ""
    return replace(weight, units_axis=axis, note=noted(weight.note, note))


def ungrouped(weight: Weight, groups: int) -> Weight:
    """A transposed convolution (in, out / groups, ...) as (out, in / groups, ...)."""
    each, outputs, *rest = weight.shape[0] // groups, weight.shape[1], *weight.shape[2:]

    def load() -> np.ndarray:
        parts = weight.load().reshape(groups, each, outputs, *rest).swapaxes(1, 2)
        return parts.reshape(groups * outputs, each, *rest)

    shape = (groups * outputs, each, *rest)
    return replace(weight, shape=shape, load=load, rows=None, units_axis=0)

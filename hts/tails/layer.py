"""The tail index of a layer: what is independent depends on the noise type.

Weights are ``(units, inputs)``: row i is the paper's column theta^i.  Whatever the noise, every
single weight is symmetric stable; but in types I and III the weights of a unit share a draw, so the
sample is as large as the number of units, and error bars for independent entries would be wrong.
"""

from __future__ import annotations

import math

import numpy as np

from hts.noise.types import noise_type
from hts.records import TailIndex
from hts.tails.binning import FEWEST, checked
from hts.tails.stable_fit import describe, fit_log_norms
from hts.validate import BadInput

_ENOUGH = 200  # units from which a coordinate's own median is worth more than the common one
_PLENTY = 4000  # units that settle the medians of a layer so large that all would be slow
_SLOW = 2_000_000
_SETTLED = 200_000  # entries that settle a centre from which only large values matter


def layer_tail_index(weights: np.ndarray, kind: str, *, level: float = 0.95) -> TailIndex:
    """Stability index of the noise in ``weights (units, inputs)``.

    ``kind``, the noise type, says what is independent:

    * I: the units' scalars, here their mean weights, fitted as symmetric stable values;
    * III: the units' norms, fitted by the law of the norm of a rotationally invariant vector;
    * II, gaussian, none: the entries.

    Weights hold initialisation and drift besides noise: every coordinate is centred by its median
    over the units first, and until noise dominates ``fits`` may be False or alpha near 2.  Raises
    `BadInput` for fewer than 50 independent values, or values not finite or all equal.
    """
    weights = _matrix(weights, kind)
    units, inputs = weights.shape
    medians = _medians(weights)
    location = float(np.median(medians))
    if kind == "I":
        scalars = checked(_scalars(weights, medians), "the units' mean weights")
        fit = fit_log_norms(scalars, 1, level)
        method = "binned maximum likelihood on the units' mean weights"
        return describe(fit, method, "units", units, level, location=location)
    if kind == "III" and inputs > 1:
        norms = checked(_norms(weights - medians), "the units' norms")
        fit = fit_log_norms(norms, inputs, level)
        method = f"binned maximum likelihood on the units' norms, law of the norm in R^{inputs}"
        return describe(fit, method, "units", units, level, location=location)
    fit = fit_log_norms((weights - medians).ravel(), 1, level)
    sample = "units" if kind == "III" else "entries"
    method = "binned maximum likelihood on the weights"
    return describe(fit, method, sample, weights.size, level, location=location)


def independent_sizes(weights: np.ndarray, kind: str) -> np.ndarray:
    """Absolute values (flat) of what is independent in ``weights`` under noise type ``kind``."""
    if noise_type(kind).sample == "entries" or weights.ndim != 2:
        flat = checked(weights)
        return np.abs(flat - np.median(flat[:: flat.size // _SETTLED + 1]))
    weights = _matrix(weights, kind)
    medians = _medians(weights)
    return np.abs(_scalars(weights, medians)) if kind == "I" else _norms(weights - medians)


def _matrix(weights: np.ndarray, kind: str) -> np.ndarray:
    """``weights`` if they are a finite matrix with units enough for ``kind``, or `BadInput`."""
    weights = np.asarray(weights)
    if weights.ndim != 2:
        raise BadInput(f"weights must be (units, inputs), got shape {weights.shape}.")
    if noise_type(kind).sample == "units" and weights.shape[0] < FEWEST:
        raise BadInput(
            f"a layer with noise type {kind} must have at least {FEWEST} units for a tail index, "
            f"got {weights.shape[0]}: the weights of a unit share a draw, so units are the sample."
        )
    return checked(weights, "the layer's weights").reshape(weights.shape)


def _scalars(weights: np.ndarray, medians: np.ndarray) -> np.ndarray:
    """The units' mean weights: the common scalar of type I, with the least of everything else."""
    return np.mean(weights, axis=1, dtype=float) - np.mean(medians, dtype=float)


def _norms(centred: np.ndarray) -> np.ndarray:
    """2-norms of the rows, safe from overflow: an exact power of two is taken out first."""
    unit = 2.0 ** math.frexp(float(np.abs(centred).max()))[1]
    scaled = centred / centred.dtype.type(unit)
    return np.sqrt(np.einsum("ij,ij->i", scaled, scaled, dtype=float)) * unit


def _medians(weights: np.ndarray) -> np.ndarray:
    """The medians to subtract: one a coordinate, or one for all where units are few."""
    if weights.shape[0] < _ENOUGH:
        return np.full(weights.shape[1], np.median(weights), weights.dtype)
    thin = weights.shape[0] // _PLENTY if weights.size > _SLOW else 1
    return np.median(weights[:: max(1, thin)], axis=0)

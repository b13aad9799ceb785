"""Log-moments of block sums (Mohammadi, Mohammadpour and Ogata 2015), for values and vectors.

A sum Y of K1 strictly stable vectors has the law of ``K1^(1/alpha) X``, so
``1/alpha = (mean log ||Y|| - mean log ||X||) / log K1``.
"""

from __future__ import annotations

import math

import numpy as np

from hts.tails.samples.sample import Sample


def rows_of(sample: Sample) -> np.ndarray:
    """Float rows ``(n, inputs)``, at unit scale so that nothing overflows."""
    rows = sample.values[:, None] if sample.vectors is None else sample.vectors
    unit = 2.0 ** math.frexp(float(np.abs(rows).max()))[1]
    return rows.astype(float) / unit


def log_norms(rows: np.ndarray) -> np.ndarray:
    """Logarithms of the rows' norms; a zero, such as a value that is the centre, counts as the
    smallest other one."""
    if rows.shape[1] == 1:
        size = np.abs(rows[:, 0])
    else:
        size = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.log(np.maximum(size, size[size > 0].min(initial=np.inf)))

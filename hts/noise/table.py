"""The quantile function as a small table of cubics: one 31-bit uniform -> one stable value.

Convention: S1, ``E exp(iuX) = exp(-|u|^alpha)``, scale 1.  A uniform u in (0, 1] is read as the
two-sided tail probability, so the value is ``x`` with ``P(|X| > x) = u``: small u lies in the tail.

Cells are 32 to the octave of u, so the cell is the upper bits of u's single-precision pattern and
the place inside it the lower ones: no logarithm, no search.  33 octaves reach down to 2e-10, and
the cubics reproduce the quantiles to about single precision everywhere.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from hts.noise.law import upper_quantile

CELL_BITS = 5  # 32 cells an octave
SHIFT = 23 - CELL_BITS  # bits of a float32 below the cell's
FIRST = 126 << CELL_BITS  # the pattern of 0.5, the smallest k + 0.5
CELLS = 32 << CELL_BITS  # octaves of k + 0.5 from 2^-1 to 2^31

_NODES = (1 - np.cos(np.pi * (np.arange(4) + 0.5) / 4)) / 2  # Chebyshev's, on (0, 1)
_LARGEST = 3e38


@lru_cache(maxsize=256)  # a gradual alpha comes by a hundred; 16 KB each
def quantile_table(alpha: float) -> np.ndarray:
    """Coefficients, float32 ``(CELLS + 1, 4)``: ``x = ((c3 t + c2) t + c1) t + c0``, t in [0, 1).

    Row r covers ``(k + 0.5)/2^31`` whose float32 pattern, shifted by `SHIFT`, is ``FIRST + r``; the
    last row is u = 1, where x is 0.
    """
    cell = np.arange(CELLS)
    octave, part = cell >> CELL_BITS, cell & ((1 << CELL_BITS) - 1)
    low = np.ldexp(1 + part / 2**CELL_BITS, octave - 32)
    width = np.ldexp(1 / 2**CELL_BITS, octave - 32)
    u = low[:, None] + width[:, None] * _NODES
    with np.errstate(over="ignore"):
        x = np.minimum(upper_quantile((u / 2).ravel(), alpha).reshape(u.shape), _LARGEST)
    coefficients = np.linalg.solve(np.vander(_NODES, increasing=True), x.T).T
    table = np.vstack([coefficients, np.zeros(4)]).astype(np.float32, order="C")  # rows lie whole
    table.setflags(write=False)
    return table

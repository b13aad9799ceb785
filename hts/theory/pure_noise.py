"""Layers of pure noise, nothing trained: how many of the smallest columns can go, at every alpha.

A column is a rotationally invariant stable vector ``sqrt(A) G`` of R^inputs (type III noise,
``E exp(iu.x) = exp(-||u||^alpha)``), so its squared norm is A times a chi-square value with
``inputs`` degrees of freedom; nothing else is drawn.  ``A = 2 S`` with S positive stable of index
``h = alpha/2``, by Kanter (1975) from an angle t in (0, pi) and an exponential E::

    S = sin(h t)/sin(t)^(1/h) * (sin((1 - h) t)/E)^((1 - h)/h)

At alpha 2 that is 1.  Angles, exponentials and chi-square values are drawn once: every alpha reads
the same random numbers.  Needs NumPy only.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from hts.pruning.columns import SQUARED_ERROR
from hts.seeds import generator
from hts.validate import number

LOWEST_ALPHA = 0.5
TYPICAL = 0.05, 0.95  # quantiles: the ends of what 9 of 10 layers show


@dataclass(frozen=True)
class Reading:
    """The layers at one alpha.  Shares are fractions of the columns."""

    alpha: float
    layers: int
    share: float  # median over layers: the smallest columns, together a tenth of the squared norm
    low: float  # 9 of 10 layers lie between low and high
    high: float
    lengths: np.ndarray  # (columns,) of one layer, ascending; their root mean square is 1
    compressible: int  # how many of these are, together, at most a tenth of the squared norm


@dataclass(frozen=True, eq=False)
class NoiseLayers:
    """``layers`` layers of ``columns`` columns in R^inputs, one for each seed from 1 on.

    ``shown``: the seed of the layer whose lengths a `Reading` tells.  The default one is typical:
    its share is within a point of the median at every alpha from 1 to 2.
    """

    columns: int = 200
    inputs: int = 64
    layers: int = 400
    shown: int = 73

    @functools.cached_property
    def _drawn(self) -> np.ndarray:
        """Angles, exponentials and chi-square values: (3, layers, columns)."""
        drawn = np.empty((3, self.layers, self.columns))
        for place in range(self.layers):
            stream = generator(1 + place, "columns")
            drawn[0, place] = stream.uniform(0, np.pi, self.columns)
            drawn[1, place] = stream.exponential(size=self.columns)
            drawn[2, place] = stream.chisquare(self.inputs, self.columns)
        return drawn

    def squared_norms(self, alpha: float) -> np.ndarray:
        """Squared norms at scale 1, (layers, columns); ``alpha`` outside [0.5, 2]: `BadInput`."""
        why = "2 is Gaussian, and below 0.5 one column is all there is to see"
        half = number("alpha", alpha, low=LOWEST_ALPHA, high=2, why=why, open_low=False) / 2
        angle, level, square = self._drawn
        power = (1 - half) / half
        positive = np.sin(half * angle) / np.sin(angle) ** (1 / half)
        positive *= (np.sin((1 - half) * angle) / level) ** power
        norms: np.ndarray = 2 * positive * square
        return norms

    def read(self, alpha: float) -> Reading:
        """What the layers show at ``alpha``."""
        norms = np.sort(self.squared_norms(alpha), axis=1)
        compressible = compressible_columns(norms)
        low, share, high = np.quantile(compressible / self.columns, [TYPICAL[0], 0.5, TYPICAL[1]])
        shown = norms[self.shown - 1]
        return Reading(
            alpha=alpha,
            layers=self.layers,
            share=float(share),
            low=float(low),
            high=float(high),
            lengths=np.sqrt(shown / shown.mean()),
            compressible=int(compressible[self.shown - 1]),
        )


def compressible_columns(ascending: np.ndarray) -> np.ndarray:
    """How many of the smallest columns hold at most a tenth of the squared norm, (layers,).

    ``ascending``: squared norms (layers, columns), each layer sorted.  The rule is that of
    `hts.pruning.columns.pruned_count`.
    """
    held = np.cumsum(ascending, axis=1)
    count: np.ndarray = (held <= SQUARED_ERROR * held[:, -1:]).sum(axis=1)
    return count

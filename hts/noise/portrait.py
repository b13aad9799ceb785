"""What the Noise page draws: samples, paths, clouds and running moments, small and NumPy only.

Every draw is a function of (seed, place) through `sample_stable`, and a place's random words do not
depend on alpha: two alphas with one seed are two readings of the same random numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from hts.noise.general import sample_stable
from hts.noise.types import noise_type
from hts.seeds import stream_key

# Where the draws of each kind begin in the stream, far beyond what a page uses.
_PATH, _ENTRIES, _RADII = 2**40, 2**41, 2**42


def draws(alpha: float, size: int | tuple[int, ...], seed: int, start: int = 0) -> np.ndarray:
    """Symmetric stable values of scale 1, float64, from the place ``start`` of the stream on."""
    values: np.ndarray = sample_stable(alpha, size, seed=seed, start=start, dtype="float64")
    return values


def path(alpha: float, steps: int, seed: int) -> np.ndarray:
    """A stable Levy process on [0, 1] at ``steps`` + 1 even times, beginning at 0; alpha 2 is
    Brownian motion of variance 2t."""
    walk = np.concatenate([[0.0], np.cumsum(draws(alpha, steps, seed, _PATH))])
    return walk * steps ** (-1 / alpha)


def cloud(kind: str, alpha: float, count: int, seed: int) -> np.ndarray:
    """Noise vectors in the plane, (count, 2) float64, of noise type ``kind`` at scale 1."""
    found = noise_type(kind)
    drawn = PlaneDraws(np.zeros((count, 2)), found.stability(alpha) or 2.0, seed)
    found.draw(drawn)
    return drawn.noise


@dataclass(frozen=True)
class PlaneDraws:
    """`hts.noise.types.Draws` without torch, added to ``noise`` (units, inputs) float64."""

    noise: np.ndarray
    alpha: float
    seed: int

    @property
    def shape(self) -> tuple[int, int]:
        units, inputs = self.noise.shape
        return units, inputs

    def of_units(self, start: int, stop: int, stream: str) -> PlaneDraws:
        return PlaneDraws(self.noise[start:stop], self.alpha, self._named(stream))

    def add_scalars(self) -> None:
        self.add(draws(self.alpha, self.shape[0], self.seed)[:, None])

    def add_entries(self) -> None:
        self.add(draws(self.alpha, self.shape, self.seed, _ENTRIES))

    def add_vectors(self) -> None:
        normal = draws(2.0, self.shape, self.seed, _ENTRIES)  # N(0, 2)
        self.add(normal * _radii(self.alpha, self.shape[0], self.seed)[:, None])

    def stable(self, stream: str, count: int) -> np.ndarray:
        return draws(self.alpha, count, self._named(stream))

    def radii(self, stream: str, count: int) -> np.ndarray:
        return _radii(self.alpha, count, self._named(stream))

    def add(self, noise: np.ndarray) -> None:
        self.noise[...] += noise

    def _named(self, stream: str) -> int:
        return stream_key(self.seed, "portrait", stream)[0] >> 1


def _radii(alpha: float, count: int, seed: int) -> np.ndarray:
    if alpha == 2:
        return np.ones(count)
    # S with E exp(-tS) = exp(-t^(alpha/2)) is one-sided stable; sqrt(A) G = sqrt(S) N(0, 2).
    scale = math.cos(math.pi * alpha / 4) ** (2 / alpha)
    positive = sample_stable(
        alpha / 2, count, beta=1.0, scale=scale, seed=seed, start=_RADII, dtype="float64"
    )
    return np.sqrt(positive)


def running_moments(values: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance (about the mean, divided by n) of the first n values, n in ``counts``."""
    mean = np.cumsum(values)[counts - 1] / counts
    square = np.cumsum(values**2)[counts - 1] / counts
    return mean, np.maximum(square - mean**2, 0.0)


def share_of_largest(values: np.ndarray, fractions: np.ndarray) -> np.ndarray:
    """Share of the sum of squares in the largest ``fractions`` of the values by size, in [0, 1]."""
    squares = np.sort(values**2)[::-1]
    total = np.concatenate([[0.0], np.cumsum(squares)])
    kept = np.maximum(1, np.round(fractions * len(values))).astype(int)
    share: np.ndarray = total[kept] / total[-1]
    return share


def gaussian_share(fraction: float) -> float:
    """What `share_of_largest` tends to for Gaussian values: ``2 [z phi(z) + 1 - Phi(z)]``."""
    from scipy.special import ndtri

    z = -float(ndtri(fraction / 2))
    return fraction + 2 * z * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def exceedances(values: np.ndarray, points: int) -> tuple[np.ndarray, np.ndarray]:
    """At most ``points`` sizes, log-spaced in rank, and the share of values at least as large."""
    sizes = np.sort(np.abs(values))[::-1]
    ranks = np.unique(np.geomspace(1, len(sizes), points).astype(int))
    return sizes[ranks - 1], ranks / len(sizes)

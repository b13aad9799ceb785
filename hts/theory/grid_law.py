"""The mean-field law of one-dimensional units on a grid, without any units.

One Euler step of the limit moves the law by a map ``x -> x + eta b(x, law)`` and convolves it with
SaS(sigma eta^(1/alpha)).  The map is applied to the distribution function, the convolution in
Fourier space, where it multiplies by ``exp(-sigma^alpha eta |u|^alpha)``.  So particle systems have
a reference that shares neither their noise nor their code.

The grid is periodic: what leaves on one side comes back on the other, and it must be so wide that
this is little.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.interpolate import PchipInterpolator

Field = Callable[[np.ndarray, np.ndarray], np.ndarray]  # places and their masses to velocities


class GridLaw:
    """Masses (points,) at the middles of equal cells of [-reach, reach]."""

    def __init__(
        self, cdf: Callable[[np.ndarray], np.ndarray], *, reach: float, points: int
    ) -> None:
        self.edges = np.linspace(-reach, reach, points + 1)
        self.places = (self.edges[1:] + self.edges[:-1]) / 2
        self.width = float(self.edges[1] - self.edges[0])
        mass = np.diff(cdf(self.edges))
        self.mass: np.ndarray = mass / mass.sum()

    def step(self, field: Field, eta: float, *, alpha: float, scale: float) -> None:
        """One Euler step; ``scale`` is that of its noise, ``sigma eta^(1/alpha)``."""
        moved = self.edges + eta * np.interp(self.edges, self.places, field(self.places, self.mass))
        # The map is increasing for small eta, so the mass left of an edge stays left of its image.
        below = np.concatenate([[0.0], np.cumsum(self.mass)])
        with np.errstate(over="ignore"):  # where a cell's mass is next to nothing
            there = PchipInterpolator(moved, below, extrapolate=False)(self.edges)
        there[self.edges < moved[0]] = 0.0
        there[self.edges > moved[-1]] = below[-1]
        mass = np.diff(there)
        if scale > 0:
            u = 2 * np.pi * np.fft.rfftfreq(len(mass), self.width)
            mass = np.fft.irfft(np.fft.rfft(mass) * np.exp(-((scale * u) ** alpha)), len(mass))
        mass = np.maximum(mass, 0.0)
        self.mass = mass / mass.sum()

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Share of the law at or below ``x``."""
        return np.interp(x, self.edges, np.concatenate([[0.0], np.cumsum(self.mass)]))

    def density(self, x: np.ndarray) -> np.ndarray:
        return np.interp(x, self.places, self.mass / self.width)


def network_field(
    points: np.ndarray, targets: np.ndarray, *, strength: float, decay: float
) -> Field:
    """Drift of a unit ``tanh(theta x)`` under a law of units: that of `problems.NetworkDrift`
    for one input and all signs +1, written anew."""

    def field(places: np.ndarray, mass: np.ndarray) -> np.ndarray:
        values = np.tanh(np.outer(places, points))
        residual = mass @ values - targets
        pull: np.ndarray = (1 - values**2) @ (residual * points) / len(points)
        return -strength * pull - decay * places

    return field

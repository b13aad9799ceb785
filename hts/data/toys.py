"""Two-dimensional problems whose decision regions can be drawn.

The networks here have no biases, so a ReLU network of the two coordinates alone could only draw
cones around the origin.  Every example therefore carries a constant third input of 1: an example
is (x, y, 1).  The data are fixed; they do not depend on a run's seed.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from hts.seeds import generator

EXAMPLES = 1000  # of training, and as many for testing

Points = tuple[np.ndarray, np.ndarray]  # (examples, 2) float64, (examples,) int64


def plane_inputs(points: np.ndarray) -> np.ndarray:
    """Network inputs (points, 3) float32 of points (points, 2) in the plane."""
    return np.column_stack([points, np.ones(len(points))]).astype(np.float32)


def _labels(classes: int) -> np.ndarray:
    return np.arange(EXAMPLES) % classes


def moons(rng: np.random.Generator) -> Points:
    """Two interleaved half circles of radius 1, noise 0.12."""
    y = _labels(2)
    angle = np.pi * rng.random(EXAMPLES)
    x = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
    x[y == 1] *= -1
    return x + 0.12 * rng.standard_normal(x.shape), y


def circles(rng: np.random.Generator) -> Points:
    """A circle of radius 0.6 inside one of radius 1.4, noise 0.12."""
    y = _labels(2)
    angle = 2 * np.pi * rng.random(EXAMPLES)
    radius = np.where(y == 0, 1.4, 0.6)
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x + 0.12 * rng.standard_normal(x.shape), y


def spirals(rng: np.random.Generator) -> Points:
    """Three arms, each two thirds of a turn, noise 0.05."""
    y = _labels(3)
    along = np.sqrt(rng.random(EXAMPLES))
    angle = 2 * np.pi * (y / 3 + along * 2 / 3)
    radius = 0.15 + 1.6 * along
    x = radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    return x + 0.05 * rng.standard_normal(x.shape), y


def blobs(rng: np.random.Generator) -> Points:
    """Four Gaussian clouds of standard deviation 0.35 around (+-1, +-1)."""
    y = _labels(4)
    centres = np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]])
    return centres[y] + 0.35 * rng.standard_normal((EXAMPLES, 2)), y


TOYS: dict[str, Callable[[np.random.Generator], Points]] = {
    "moons": moons,
    "circles": circles,
    "spirals": spirals,
    "blobs": blobs,
}


def draw(name: str, part: str) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (examples, 3) float32 and labels (examples,) of toy ``name``, "train" or "test"."""
    points, labels = TOYS[name](generator(1, "toy", name, part))
    return plane_inputs(points), labels.astype(np.int64)

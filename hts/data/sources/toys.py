"""Two-dimensional problems whose decision regions can be drawn.

The networks here have no biases, so a ReLU network of the two coordinates alone could only draw
cones around the origin.  Every example therefore carries a constant third input of 1: an example
is (x, y, 1).  The data are fixed; they do not depend on a run's seed.
"""

from __future__ import annotations

import abc

import numpy as np

from hts.data.sources import DATASETS, Dataset, DatasetSource, Obtain, plane_inputs
from hts.data.sources.scaling import Scaling
from hts.seeds import generator

EXAMPLES = 1000  # of training, and as many for testing
_INPUTS = "Two coordinates and a constant 1, since the networks have no biases."


class Toy(DatasetSource):
    """A problem in the plane, drawn anew each time with the same numbers."""

    origin = "drawn by this program"
    inputs, train, test = 3, EXAMPLES, EXAMPLES
    in_the_plane = True

    @property
    def scaling(self) -> Scaling:
        return Scaling(said="the two coordinates of a point and a constant 1")

    @abc.abstractmethod
    def points(self, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Points (examples, 2) float64, one of each class in ``y`` (examples,)."""

    def load(self, obtain: Obtain) -> Dataset:
        return self.dataset(*self._drawn("train"), *self._drawn("test"))

    def _drawn(self, part: str) -> tuple[np.ndarray, np.ndarray]:
        y = np.arange(EXAMPLES) % self.classes
        points = self.points(y, generator(1, "toy", self.name, part))
        return plane_inputs(points), y.astype(np.int64)


@DATASETS.register
class Moons(Toy):
    """Half circles of radius 1, noise 0.12."""

    name, title, place = "moons", "Moons (2-D)", 50
    sentence = f"Two interleaved half circles. {_INPUTS}"
    class_names = tuple("01")

    def points(self, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        angle = np.pi * rng.random(EXAMPLES)
        x = np.column_stack([np.cos(angle) - 0.5, np.sin(angle) - 0.25])
        x[y == 1] *= -1
        return x + 0.12 * rng.standard_normal(x.shape)


@DATASETS.register
class Circles(Toy):
    """Radius 0.6 inside radius 1.4, noise 0.12."""

    name, title, place = "circles", "Circles (2-D)", 51
    sentence = f"A circle inside another. {_INPUTS}"
    class_names = tuple("01")

    def points(self, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        angle = 2 * np.pi * rng.random(EXAMPLES)
        return _around(angle, np.where(y == 0, 1.4, 0.6)) + 0.12 * rng.standard_normal(
            (EXAMPLES, 2)
        )


@DATASETS.register
class Spirals(Toy):
    """Two thirds of a turn each, noise 0.05."""

    name, title, place = "spirals", "Spirals (2-D)", 52
    sentence = f"Three spiral arms. {_INPUTS}"
    class_names = tuple("012")

    def points(self, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        along = np.sqrt(rng.random(EXAMPLES))
        arm = _around(2 * np.pi * (y / 3 + along * 2 / 3), 0.15 + 1.6 * along)
        return arm + 0.05 * rng.standard_normal((EXAMPLES, 2))


@DATASETS.register
class Blobs(Toy):
    """Standard deviation 0.35 around (+-1, +-1)."""

    name, title, place = "blobs", "Blobs (2-D)", 53
    sentence = f"Four Gaussian clouds. {_INPUTS}"
    class_names = tuple("0123")

    def points(self, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        centres = np.array([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]])
        return centres[y] + 0.35 * rng.standard_normal((EXAMPLES, 2))


def _around(angle: np.ndarray, radius: np.ndarray) -> np.ndarray:
    """Points (examples, 2) at these places around the origin."""
    return radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])

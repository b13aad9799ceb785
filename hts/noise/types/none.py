"""No noise."""

from __future__ import annotations

from hts.noise.types import NOISE_TYPES, Draws, NoiseType


@NOISE_TYPES.register
class NoNoise(NoiseType):
    """Plain SGD."""

    name = "none"
    place = 0
    title = "No noise"
    label = "None"
    word = "no"
    sentence = "plain SGD, nothing is added to the weights"
    picture = "All points lie at the origin."
    characteristic = "1"
    shares = "nothing is drawn"
    reading = "entries"
    heavy = False
    silent = True
    counted = "No noise is drawn: weights are counted as if they were independent."

    def draw(self, onto: Draws) -> None:
        """Nothing."""

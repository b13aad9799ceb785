"""Gaussian noise."""

from __future__ import annotations

from hts.noise.types import NOISE_TYPES, NoiseType, Primitives


@NOISE_TYPES.register
class Gaussian(NoiseType):
    """What types II and III are at alpha 2, number for number."""

    name = "gaussian"
    place = 1
    title = "Gaussian noise"
    label = "Gauss"
    word = "Gaussian"
    sentence = "independent N(0, 2) on every weight, what types II and III are at alpha = 2"
    picture = "A round cloud: no point lies far out."
    characteristic = "exp(-||u||^2)"
    shares = "nothing: every weight has its own draw"
    reading = "entries"
    heavy = False

    def draw(self, onto: Primitives) -> None:
        onto.add_entries()

    draw_stack = draw

    def released_factor(self, alpha: float) -> float:
        return 1.0

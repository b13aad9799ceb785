"""Type I noise: one stable scalar per unit."""

from __future__ import annotations

import math

from hts.noise.types import NOISE_TYPES, NoiseType, Primitives


@NOISE_TYPES.register
class TypeOne(NoiseType):
    """Z_i on every weight of unit i."""

    name = "I"
    place = 2
    title = "Type I: one scalar per unit"
    label = "I"
    word = "type I"
    sentence = "one symmetric stable number per unit, added to all of its weights"
    picture = "One number is copied to every weight of a unit, so all points lie on the diagonal."
    characteristic = "exp(-|sum_j u_j|^alpha)"
    shares = "everything: one number is copied to all coordinates"
    reading = "scalars"

    def draw(self, onto: Primitives) -> None:
        onto.add_scalars()

    draw_stack = draw

    def released_factor(self, alpha: float) -> float:
        """At alpha 2 the released code draws variance 1, where its type II has 2."""
        return math.sqrt(0.5) if alpha == 2 else 1.0

"""Type III noise: rotationally invariant vectors."""

from __future__ import annotations

import math

from hts.noise.types import NOISE_TYPES, NoiseType, Primitives


@NOISE_TYPES.register
class TypeThree(NoiseType):
    """sqrt(A_i) G_ij on weight j of unit i."""

    name = "III"
    place = 4
    title = "Type III: rotationally invariant"
    label = "III"
    word = "type III"
    sentence = "a Gaussian vector per unit, stretched by one heavy-tailed radius"
    picture = (
        "One heavy-tailed radius for all weights of a unit: far points lie in every direction."
    )
    characteristic = "exp(-||u||^alpha)"
    shares = "one radius; the directions are Gaussian"
    reading = "norms"
    unreleased = "the released code draws NaN there. Take alpha below 2, gaussian noise"

    def draw(self, onto: Primitives) -> None:
        onto.add_vectors()

    draw_stack = draw

    def released_factor(self, alpha: float) -> float | None:
        """The released code lacks the factor 2 in A, and at alpha 2 its noise is NaN."""
        return None if alpha == 2 else math.sqrt(0.5)

"""Type II noise: independent coordinates."""

from __future__ import annotations

from hts.noise.types import NOISE_TYPES, NoiseType, Primitives


@NOISE_TYPES.register
class TypeTwo(NoiseType):
    """X_ij on weight j of unit i."""

    name = "II"
    place = 3
    title = "Type II: independent coordinates"
    label = "II"
    word = "type II"
    sentence = "an independent symmetric stable number on every weight"
    picture = "Every weight has its own draw; two are seldom large at once: for α < 2 a star."
    characteristic = "exp(-sum_j |u_j|^alpha)"
    shares = "nothing: every weight has its own draw"
    reading = "entries"

    def draw(self, onto: Primitives) -> None:
        onto.add_entries()

    draw_stack = draw

    def released_factor(self, alpha: float) -> float:
        return 1.0

"""A noise type of one's own: type I on half of the units, type III on the others.

HTS_PLUGINS=examples/own_noise_type.py python -m hts train --noise IV
"""

from hts.noise.types import NOISE_TYPES, Draws, NoiseType


@NOISE_TYPES.register
class HalfAndHalf(NoiseType):
    """Z_i on the first units' weights, sqrt(A_i) G_ij on the others'."""

    name = "IV"
    title = "Type IV: type I and III half and half"
    label = "IV"
    word = "type IV"
    sentence = "type I noise on the first half of the units, type III on the second"
    picture = "Half of the points lie on the diagonal, the others in every direction."
    characteristic = "exp(-|sum_j u_j|^alpha) or exp(-||u||^alpha)"
    shares = "one number is copied to all coordinates, or one radius sqrt(A) stretches them"
    reading = "norms"

    def draw(self, onto: Draws) -> None:
        units = onto.shape[0]
        onto.of_units(0, units // 2, "first half").add_scalars()
        onto.of_units(units // 2, units, "second half").add_vectors()

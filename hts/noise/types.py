"""The noise types: which coordinates of a unit's weights share a draw.  Needs no torch.

One step adds ``scale * xi`` to the weights ``(units, inputs)``; row i of xi belongs to unit i, and
rows are independent in every type.  The characteristic functions are those of one row at scale 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hts.validate import choice

SMALLEST_ALPHA = 0.05  # below, single draws exceed what float32 can hold


@dataclass(frozen=True, kw_only=True)
class NoiseType:
    """A noise type in words; the code that draws it is `hts.noise.sources`."""

    name: str
    title: str
    says: str  # one sentence
    characteristic: str  # E exp(i <u, xi>) of one unit's noise at scale 1
    shares: str  # what the coordinates of one unit share
    sample: Literal["units", "entries"]  # what is independent, so what an estimate may count
    heavy: bool  # False: alpha has no effect


NONE = NoiseType(
    name="none",
    title="No noise",
    says="Plain SGD: nothing is added to the weights.",
    characteristic="1",
    shares="nothing is drawn",
    sample="entries",
    heavy=False,
)
GAUSSIAN = NoiseType(
    name="gaussian",
    title="Gaussian",
    says="Independent N(0, 2) on every weight: types II and III at alpha = 2.",
    characteristic="exp(-||u||^2)",
    shares="nothing: every weight has its own draw",
    sample="entries",
    heavy=False,
)
TYPE_I = NoiseType(
    name="I",
    title="Type I: one scalar per unit",
    says="One symmetric stable number per unit, added to all of its weights.",
    characteristic="exp(-|sum_j u_j|^alpha)",
    shares="everything: one number is copied to all coordinates",
    sample="units",
    heavy=True,
)
TYPE_II = NoiseType(
    name="II",
    title="Type II: independent coordinates",
    says="An independent symmetric stable number on every weight.",
    characteristic="exp(-sum_j |u_j|^alpha)",
    shares="nothing: every weight has its own draw",
    sample="entries",
    heavy=True,
)
TYPE_III = NoiseType(
    name="III",
    title="Type III: rotationally invariant",
    says="A Gaussian vector per unit, stretched by one heavy-tailed radius: sqrt(A) G.",
    characteristic="exp(-||u||^alpha)",
    shares="one radius sqrt(A); the directions are Gaussian",
    sample="units",
    heavy=True,
)

TYPES: dict[str, NoiseType] = {t.name: t for t in (NONE, GAUSSIAN, TYPE_I, TYPE_II, TYPE_III)}


def noise_type(name: str) -> NoiseType:
    """The noise type called ``name``; an unknown name raises `BadInput`."""
    return TYPES[choice("noise", name, TYPES, why="it says which coordinates share a draw")]

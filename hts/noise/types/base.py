"""`NoiseType`: what there is to say and to do about a noise type.  Needs no torch.

One step adds ``scale * xi`` to the weights ``(units, inputs)``; row i of xi belongs to unit i.  In
every type each single weight's noise is symmetric alpha-stable of scale 1 and units are
independent: types differ in which coordinates of a unit share a draw.  A type composes its noise
from `Draws`, so it is the same in one layer, in stacks of networks and on every device.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Literal, Protocol

from hts.validate import choice

SMALLEST_ALPHA = 0.05  # below, single draws exceed what float32 can hold


class Primitives(Protocol):
    """The three noises that others are made of, each added in one compiled pass or one launch."""

    def add_scalars(self) -> None:
        """To all weights of a unit the same stable value (type I)."""

    def add_entries(self) -> None:
        """To every weight a stable value of its own (type II)."""

    def add_vectors(self) -> None:
        """To every unit ``sqrt(A) G``, an isotropic stable vector (type III)."""


class Draws(Primitives, Protocol):
    """The noise of one layer at one step: streams of random numbers, and weights to add it to.

    Arrays are tensors in a run and NumPy arrays on the Noise page: stay with what both can do.
    """

    @property
    def alpha(self) -> float:
        """The stability index; 2 for a type in which it has no effect."""

    @property
    def shape(self) -> tuple[int, int]:
        """(units, inputs) of the weights."""

    def of_units(self, start: int, stop: int, stream: str) -> Draws:
        """The same for some of the units, with random numbers of their own."""

    def stable(self, stream: str, count: int) -> Any:
        """``count`` independent stable values of scale 1 of the stream with this name."""

    def radii(self, stream: str, count: int) -> Any:
        """``count`` values of ``sqrt(A/2)``, which multiply N(0, 2) in type III."""

    def add(self, noise: Any) -> None:
        """Add ``noise`` of scale 1, (units, inputs) or a shape that broadcasts to it."""


class StackOfDraws(Primitives, Protocol):
    """`Draws` for one layer of each of many networks, which this type of noise all have."""

    def members(self) -> Iterator[Draws]:
        """One after the other."""


class NoiseType(ABC):
    """A noise type: subclass, say the texts, write `draw`, and register it in `NOISE_TYPES`."""

    name: str
    title: str  # "Type I: one scalar per unit"
    label: str  # the shortest there is, for a form
    sentence: str  # what it is, for help texts
    word: str  # what stands before "noise" in a sentence: "type I", "Gaussian", "no"
    picture: str  # what a cloud of such noise in the plane looks like, one sentence
    characteristic: str  # E exp(i <u, xi>) of one unit's noise at scale 1
    shares: str  # what the coordinates of one unit share
    reading: Literal["entries", "scalars", "norms"]  # what is independent in a layer's weights
    place: int = 100  # in lists, the smallest first
    heavy: bool = True  # False: alpha has no effect
    silent: bool = False  # True: nothing is ever drawn
    unreleased: str = "the authors had no such noise. Take another noise"  # and what to do about it

    def __init__(self) -> None:
        choice("reading", self.reading, _COUNTED)

    @abstractmethod
    def draw(self, onto: Draws) -> None:
        """Add the noise of one layer at one step."""

    def draw_stack(self, onto: StackOfDraws) -> None:
        """`draw` for every member; override it for speed, never for other numbers."""
        for member in onto.members():
            self.draw(member)

    def released_factor(self, alpha: float) -> float | None:
        """What draws of the authors' released code are multiples of these by; None: it has none."""
        return None

    # -- what follows from these -------------------------------------------------------------

    @property
    def independent(self) -> Literal["units", "entries"]:
        """What an estimate may count: units where the weights of a unit share a draw."""
        return "entries" if self.reading == "entries" else "units"

    @property
    def counted(self) -> str:
        """What an estimate counts, and why."""
        return f"{self.title.partition(':')[0]}: {_COUNTED[self.reading]}"

    def stability(self, alpha: float) -> float | None:
        """The stability index of noise for which ``alpha`` was asked; None if nothing is drawn."""
        if self.silent:
            return None
        return alpha if self.heavy else 2.0

    def step_scale(self, sigma: float, lr: float, alpha: float) -> float:
        """``sigma * lr^(1/alpha)``: scale of one step's noise, a Levy increment over time lr."""
        stability = self.stability(alpha)
        return 0.0 if stability is None else sigma * lr ** (1 / stability)


_UNITS = "the weights of a unit share a draw, so the sample is as large as the number of units"
_COUNTED = {
    "entries": "every weight has its own draw, so the sample is as large as the number of weights.",
    "scalars": f"{_UNITS}; each unit's mean weight is its scalar.",
    "norms": f"{_UNITS}; each unit counts by its norm or as a vector.",
}

"""`Method`: a way to train, with one hyperparameter and what it does to a step.  Needs no torch.

A step is: `before`, the gradient (with `labels` and `masks`), `after`, then the noise, as in a run.
Whatever is random comes from named streams of a member's seed, and never depends on the value that
is tried: two tries of a method are two readings of the same random numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from hts.training.ensemble import Ensemble

TRIES = 6  # values that every method may try


@dataclass(kw_only=True)
class Members:
    """The networks of one block: same method, same value, one a seed."""

    seeds: tuple[int, ...]
    value: float  # of the method's hyperparameter
    rate: float  # learning rate
    classes: int
    memory: dict[str, Tensor] = field(default_factory=dict)  # what a method keeps between steps


class Method:
    """A way to train: subclass, say the texts, give `grid`, override what a step does otherwise."""

    name: str
    title: str
    sentence: str  # what it does, for help texts
    knob: str  # what the hyperparameter is called
    grid: tuple[float, ...]  # the values that are tried, ascending
    place: int = 100  # in lists, the smallest first
    on_front: bool = True  # False: it is there for a claim, and tries fewer values
    noise: str = "none"  # name of the noise type
    alpha: float = 2.0  # stability index of the noise

    def rate(self, base: float, value: float) -> float:
        """The learning rate, where the settings say ``base``."""
        return base

    def width(self, base: int, value: float) -> int:
        """Hidden units, where the settings say ``base``."""
        return base

    def strength(self, value: float) -> float:
        """The noise's strength (`hts.noise.strength`) after the whole budget; 0 without noise."""
        return 0.0

    noise_factor: float = 1.0  # of one step's noise, for methods that add it up themselves

    def before(self, stack: Ensemble, members: Members) -> None:
        """Done in front of the gradient."""

    def labels(self, y: Tensor, members: Members, step: int) -> Tensor:
        """The labels (members, batch) that this step learns, from the true ones."""
        return y

    def masks(self, shape: tuple[int, int], members: Members, step: int) -> Tensor | None:
        """Factors (members, batch, units) of the hidden units' outputs; ``shape``: batch, units."""
        return None

    def after(self, stack: Ensemble, members: Members) -> None:
        """Done behind the gradient, in place."""

    def said(self, value: float) -> str:
        """``learning rate x 4``: a value of the hyperparameter in words."""
        return f"{self.knob} {value:g}"

"""Noise on the hidden weights, Gaussian and heavy-tailed, at stated strengths; and variations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hts.noise.types import noise_type
from hts.price.methods import METHODS, Members, Method
from hts.price.methods.plain import NoNoise

if TYPE_CHECKING:
    from hts.training.ensemble import Ensemble

STRENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
CLAIMED = (1.0, 4.0)  # of methods that are there for a claim
MOMENTUM = 0.9


class Noise(Method):
    """Noise of one type and alpha; sigma follows from the strength (`hts.noise.strength`)."""

    knob = "strength"
    grid: tuple[float, ...] = STRENGTHS

    def __init__(
        self, noise: str, alpha: float, place: int, *, grid: tuple[float, ...] | None = None
    ) -> None:
        self.noise, self.alpha, self.place = noise, alpha, place
        kind = noise_type(noise)
        self.name = f"{noise}-{alpha:g}" if kind.heavy else noise
        self.title = f"{kind.word[:1].upper()}{kind.word[1:]} noise"
        if kind.heavy:
            self.title += f", alpha {alpha:g}"
        self.sentence = f"after every step, {kind.sentence}"
        if grid is not None:
            self.grid, self.on_front = grid, False

    def strength(self, value: float) -> float:
        return value


class WithMomentum(Method):
    """Heavy ball on top of another method: the noise enters the velocity too.

    Learning rate and noise are 1 - m times those without, so that a long run moves as far.
    """

    grid: tuple[float, ...] = CLAIMED
    on_front = False
    noise_factor = 1 - MOMENTUM

    def __init__(self, below: Method, place: int) -> None:
        self.below, self.place = below, place
        self.name = f"momentum-{below.name}"
        self.title = f"{below.title}, momentum {MOMENTUM:g}"
        self.sentence = (
            f"{below.sentence}; steps are carried on by {MOMENTUM:g}, learning rate and noise are "
            f"{1 - MOMENTUM:g} times those without momentum"
        )
        self.knob, self.noise, self.alpha = below.knob, below.noise, below.alpha
        if below.noise == "none":
            self.grid = (1.0,)

    def rate(self, base: float, value: float) -> float:
        return self.below.rate(base, value) * (1 - MOMENTUM)

    def strength(self, value: float) -> float:
        return self.below.strength(value)

    def before(self, stack: Ensemble, members: Members) -> None:
        for name, weights in stack.named().items():
            members.memory[f"now {name}"] = weights.clone()

    def after(self, stack: Ensemble, members: Members) -> None:
        for name, weights in stack.named().items():
            now = members.memory.pop(f"now {name}")
            last = members.memory.get(f"last {name}", now)
            weights.add_(now - last, alpha=MOMENTUM)
            members.memory[f"last {name}"] = now


class AtWidth(Method):
    """Another method at one value of its hyperparameter, with fewer or more hidden units."""

    knob = "width times"
    grid = (0.25, 2.0)
    on_front = False

    def __init__(self, below: Method, at: float, place: int) -> None:
        self.below, self.at, self.place = below, at, place
        self.name = f"width-{below.name}"
        self.title = f"{below.title}, other widths"
        self.sentence = f"{below.sentence}; {below.said(at)}, with fewer or more hidden units"
        self.noise, self.alpha = below.noise, below.alpha

    def width(self, base: int, value: float) -> int:
        return round(base * value)

    def strength(self, value: float) -> float:
        return self.below.strength(self.at)


_gaussian = METHODS.register(Noise("gaussian", 2.0, 60))
_heavy = METHODS.register(Noise("III", 1.5, 70))
for _place, (_type, _alpha) in enumerate([("III", 1.25), ("III", 1.75), ("II", 1.5), ("I", 1.5)]):
    METHODS.register(Noise(_type, _alpha, 71 + _place))
METHODS.register(Noise("III", 1.9, 80, grid=CLAIMED))
for _place, _below in enumerate((NoNoise(), _gaussian, _heavy)):
    METHODS.register(WithMomentum(_below, 90 + _place))
for _place, (_below, _at) in enumerate(((NoNoise(), 1.0), (_gaussian, 4.0), (_heavy, 4.0))):
    METHODS.register(AtWidth(_below, _at, 95 + _place))

"""SGD without anything else, at small and at large learning rates."""

from __future__ import annotations

from hts.price.methods import METHODS, Method


class _Rate(Method):
    knob = "learning rate times"

    def rate(self, base: float, value: float) -> float:
        return base * value


@METHODS.register
class NoNoise(_Rate):
    """The noise-free control."""

    name = "none"
    place = 0
    title = "No noise"
    sentence = "plain SGD at the learning rate of the settings, some smaller ones and twice it"
    grid = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0)


@METHODS.register
class LargeRate(_Rate):
    """As `NoNoise`, further up."""

    name = "large-rate"
    place = 10
    title = "Large learning rate"
    sentence = "plain SGD at learning rates up to 16 times that of the settings"
    grid = (1.0, 2.0, 4.0, 8.0, 12.0, 16.0)

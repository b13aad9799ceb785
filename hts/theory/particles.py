"""Units whose randomness is tied to their number, and the Euler step that moves them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from hts.noise.sources import NoiseSource
from hts.noise.stacked import StackedNoise
from hts.seeds import stream_key
from hts.theory.problems import Drift
from hts.theory.settings import Case

_NOISE, _START, _SIGNS = 0, 1, 2  # names of a unit's three streams, as layers of `NoiseSource`


def replicate_seeds(seed: int, count: int, first: int = 0) -> list[int]:
    """Seeds of independent replicates ``first``, ``first`` + 1, ...; whole numbers below 2^63."""
    return [stream_key(seed, "replicate", first + r)[0] >> 1 for r in range(count)]


def case_seeds(seed: int, case: Case, count: int, first: int = 0) -> list[int]:
    """The same, of one noise: cases share no start, sign or noise, so they are independent."""
    name = ("replicate", case.kind, f"{case.stability:g}")
    return [stream_key(seed, *name, first + r)[0] >> 1 for r in range(count)]


class Units:
    """Initial values, signs and noise of the units of some replicates.

    All arrays are (replicates, units, inputs) float64, and what unit i of replicate r gets depends
    on that replicate's seed and on i alone: the first n of a large system are a system of n.
    """

    def __init__(self, case: Case, seeds: Sequence[int], inputs: int) -> None:
        self.case, self.inputs, self.replicates = case, inputs, len(seeds)
        self._noise = _stack(case.kind, case.stability, seeds, _NOISE)
        self._start = _stack("gaussian", 2.0, seeds, _START)
        self._signs = _stack("gaussian", 2.0, seeds, _SIGNS)

    def start(self, units: int) -> Tensor:
        """Independent N(0, I) initial values."""
        return self._draw(self._start, units, self.inputs, 0) * 0.5**0.5  # the noise is N(0, 2)

    def signs(self, units: int) -> Tensor:
        """The second layer (replicates, units): +1 or -1 with equal chances."""
        return self._draw(self._signs, units, 1, 0)[..., 0].sign()

    def noise(self, units: int, step: int) -> Tensor:
        """``xi(step)`` at scale 1."""
        return self._draw(self._noise, units, self.inputs, step)

    def _draw(self, source: StackedNoise, units: int, inputs: int, step: int) -> Tensor:
        out = torch.zeros(self.replicates, units, inputs)
        source.add_(out, step)
        return out.double()


def _stack(kind: str, alpha: float, seeds: Sequence[int], layer: int) -> StackedNoise:
    sources = [NoiseSource(kind, alpha, seed=seed, layer=layer) for seed in seeds]
    return StackedNoise(sources, [1.0] * len(sources))


def euler_step(
    theta: Tensor, signs: Tensor, drift: Drift, eta: float, increment: Tensor | float
) -> None:
    """In place: ``theta += eta * drift + increment``; the drift is that of before the step."""
    theta.add_(drift(theta, signs), alpha=eta).add_(increment)


def noise_scale(sigma: float, eta: float, alpha: float) -> float:
    """``sigma eta^(1/alpha)``: the scale of a stable Levy process over time eta."""
    return sigma * eta ** (1 / alpha)

"""What moves the units: drifts ``b(theta^i, empirical law)``, of order one whatever n is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import torch
from torch import Tensor

from hts.seeds import generator

STRENGTH = 10.0  # of the regression problem
_BLOCK = 2048  # units at a time: what is computed of them stays in the cache

Drift = Callable[[Tensor, Tensor], Tensor]  # units and signs to velocities


class NetworkDrift:
    """``-n dR/dtheta^i`` of the mean-field network under half the mean squared error, less decay.

    ``b^i = -strength (v_i/m) sum_j (f(x_j) - y_j) h'(<theta^i, x_j>) x_j - decay theta^i``, where
    ``strength`` is a learning rate: it lets units move visibly within time one.
    With tanh, h and its derivatives are bounded, so b is bounded (decay 0) and Lipschitz; with relu
    the interaction is unbounded and its slope jumps.
    """

    def __init__(
        self,
        points: np.ndarray,
        targets: np.ndarray,
        *,
        activation: str = "tanh",
        decay: float = 0.0,
        strength: float = 1.0,
    ) -> None:
        self.points = torch.from_numpy(np.ascontiguousarray(points, np.float64))
        self.targets = torch.from_numpy(np.ascontiguousarray(targets, np.float64))
        self._relu, self._decay, self._strength = activation == "relu", decay, strength

    def __call__(self, theta: Tensor, signs: Tensor) -> Tensor:
        """(replicates, units, inputs) and (replicates, units) to (replicates, units, inputs)."""
        velocity = torch.empty_like(theta)
        for some in _groups(theta):
            self._move(theta[some], signs[some], velocity[some])
        return velocity.sub_(theta, alpha=self._decay) if self._decay else velocity

    def output(self, theta: Tensor, signs: Tensor, points: np.ndarray) -> Tensor:
        """``f`` (replicates, points) of each system at ``points`` (points, inputs)."""
        values = self._values(theta, torch.from_numpy(np.ascontiguousarray(points, np.float64)))
        return _mean(values, signs)

    def _move(self, theta: Tensor, signs: Tensor, out: Tensor) -> None:
        """Some systems whose units fit into one block, or one system in several."""
        units = theta.shape[1]
        parts = [slice(a, a + _BLOCK) for a in range(0, units, _BLOCK)]
        values = [self._values(theta[:, part], self.points) for part in parts]
        output = sum(
            _mean(v, signs[:, part]) * (v.shape[1] / units)
            for v, part in zip(values, parts, strict=True)
        )
        residual = (output - self.targets) * (-self._strength / len(self.targets))
        for v, part in zip(values, parts, strict=True):
            slope = (v > 0).double() if self._relu else v.mul_(v).neg_().add_(1)
            slope.mul_(residual[:, None, :])
            torch.mul(slope @ self.points, signs[:, part, None], out=out[:, part])

    def _values(self, theta: Tensor, points: Tensor) -> Tensor:
        inner = theta @ points.T
        return inner.clamp_min_(0) if self._relu else inner.tanh_()


def _groups(theta: Tensor) -> Iterator[slice]:
    """Systems that fit into one block together; at least one."""
    size = max(1, _BLOCK // theta.shape[1])
    return (slice(a, a + size) for a in range(0, len(theta), size))


def _mean(values: Tensor, signs: Tensor) -> Tensor:
    """(replicates, units, points) to the signed mean over units."""
    if len(values) == 1:
        return (signs @ values[0]) / values.shape[1]
    return (values * signs[..., None]).mean(dim=1)


def mean_reversion(rate: float) -> Drift:
    """``b^i = -rate (theta^i - mean of all)``: linear, its limit is known (`hts.theory.linear`)."""

    def drift(theta: Tensor, signs: Tensor) -> Tensor:
        return (theta - theta.mean(1, keepdim=True)).mul_(-rate)

    return drift


def regression(seed: int, inputs: int, examples: int, activation: str) -> NetworkDrift:
    """The problem of the experiments: Gaussian inputs, a sine of their sum as target.

    Inputs and targets are functions of the seed.
    """
    draw = generator(seed, "theory", "regression")
    points = 1.5 * draw.standard_normal((examples, inputs)) / np.sqrt(inputs)
    targets = np.sin(2 * points.sum(axis=1))
    return NetworkDrift(points, targets, activation=activation, strength=STRENGTH)

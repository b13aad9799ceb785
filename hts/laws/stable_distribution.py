"""`StableDistribution`: any stable law in the manner of `torch.distributions`.

Convention as in `hts.laws.stable_law`.  Values are worked out on the CPU in double precision and
returned in the dtype and on the device of the parameters.
"""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor
from torch.distributions import Distribution, constraints
from torch.distributions.utils import broadcast_all

from hts.laws import gradients
from hts.laws.stable_law import StableLaw
from hts.noise import any_law
from hts.noise.general import from_words
from hts.validate import BadInput

Number = float | Tensor
Shape = torch.Size | list[int] | tuple[int, ...]
_ONE = torch.Size()


class StableDistribution(Distribution):
    """The stable law with ``alpha`` in (0, 2], ``beta`` in [-1, 1], ``loc`` and ``scale`` > 0.

    Parameters broadcast.  ``parameterization``: S1 or S0; in S1 skewed laws are not continuous in
    alpha at 1, and neither is `log_prob`.  Raises `BadInput` for parameters that no law has.
    """

    arg_constraints: ClassVar[dict[str, constraints.Constraint]] = {
        "alpha": constraints.interval(0.0, 2.0),  # type: ignore[no-untyped-call]
        "beta": constraints.interval(-1.0, 1.0),  # type: ignore[no-untyped-call]
        "loc": constraints.real,
        "scale": constraints.positive,
    }
    support = constraints.real
    has_rsample = True

    def __init__(
        self,
        alpha: Number,
        beta: Number = 0.0,
        loc: Number = 0.0,
        scale: Number = 1.0,
        *,
        parameterization: str = "S1",
        validate_args: bool | None = None,
    ) -> None:
        self.alpha, self.beta, self.loc, self.scale = broadcast_all(alpha, beta, loc, scale)
        self.parameterization = parameterization
        self._law = StableLaw(
            *(_numpy(p) for p in (self.alpha, self.beta, self.loc, self.scale)),
            parameterization=parameterization,
        )
        super().__init__(self.alpha.shape, validate_args=validate_args)

    def expand(
        self, batch_shape: Shape, _instance: Distribution | None = None
    ) -> StableDistribution:
        """The same laws, repeated to ``batch_shape``."""
        parameters = (p.expand(batch_shape) for p in (self.alpha, self.beta, self.loc, self.scale))
        return StableDistribution(
            *parameters, parameterization=self.parameterization, validate_args=False
        )

    @property
    def mean(self) -> Tensor:
        """In S1 ``loc`` for alpha > 1; nan where there is none."""
        shift = torch.zeros_like(self.loc)
        if self.parameterization == "S0":
            shift = -self.scale * self.beta * torch.tan(math.pi / 2 * self.alpha)
        none = torch.full_like(self.loc, math.nan)
        gauss = torch.where(self.alpha == 2, torch.zeros_like(shift), shift)
        return torch.where(self.alpha > 1, self.loc + gauss, none)

    @property
    def variance(self) -> Tensor:
        """``2 scale^2`` at alpha 2, else infinite."""
        infinite = torch.full_like(self.scale, math.inf)
        return torch.where(self.alpha == 2, 2 * self.scale**2, infinite)

    def rsample(
        self,
        sample_shape: Shape = _ONE,
        *,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """``loc + scale Z``, with gradients in ``loc`` and ``scale``, none in alpha and beta.

        Raises `BadInput` where alpha or beta ask for one: use `sample`.  Random bits are those of
        ``generator``, by default torch's own of the CPU, as of all of `torch.distributions`.
        """
        if torch.is_grad_enabled() and (self.alpha.requires_grad or self.beta.requires_grad):
            raise BadInput(
                "rsample has gradients in loc and scale only, got alpha or beta that require one: "
                "detach them, or use sample."
            )
        shape = self._extended_shape(torch.Size(sample_shape))
        words = torch.randint(
            -(2**63), 2**63 - 1, (2, shape.numel()), dtype=torch.int64, generator=generator
        )
        angle, level = words.numpy().view(np.uint64)
        _, laws = self._law.standard(np.broadcast_to(0.0, shape))
        z = laws.drawn(*from_words(angle, level, np.dtype(float)))
        return self._place() + self.scale * self._tensor(z.reshape(shape))

    def log_prob(self, value: Tensor) -> Tensor:
        """Logarithm of the density, with gradients in ``value`` and every parameter.

        Those in alpha and beta are differences of fourth order, right to about 1e-8, one-sided
        where alpha is 2 or beta -1 or 1, and nan in alpha at 1 for a skewed law in S1, which jumps
        there.  No gradient can be differentiated again.
        """
        if self._validate_args:
            self._validate_sample(value)
        z = (value - self._place()) / self.scale
        found: Tensor = _LogDensity.apply(  # type: ignore[no-untyped-call]
            *broadcast_all(z, self.alpha, self.beta), self.parameterization == "S0"
        )
        return found - self.scale.log()

    def cdf(self, value: Tensor) -> Tensor:
        """``P(X <= value)``, without gradients."""
        return self._tensor(np.asarray(self._law.cdf(_numpy(value))))

    def icdf(self, value: Tensor) -> Tensor:
        """Quantiles, without gradients."""
        return self._tensor(np.asarray(self._law.ppf(_numpy(value))))

    def _place(self) -> Tensor:
        if self.parameterization == "S0":
            return self.loc
        moved = self.beta * (2 / math.pi) * self.scale * self.scale.log()
        return self.loc + torch.where(self.alpha == 1, moved, torch.zeros_like(moved))

    def _tensor(self, values: np.ndarray) -> Tensor:
        return torch.as_tensor(values, dtype=self.scale.dtype, device=self.scale.device)


class _LogDensity(torch.autograd.Function):
    """log f of standard laws at z, alpha and beta of one shape."""

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx, z: Tensor, alpha: Tensor, beta: Tensor, s0: bool
    ) -> Tensor:
        at, a, b = (_numpy(side).ravel() for side in (z, alpha, beta))
        found = any_law.parts(at, a, b, s0=s0)
        ctx.known = at, a, b, found.slope, s0  # type: ignore[attr-defined]
        return z.new_tensor(found.log_density.reshape(z.shape))

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(
        ctx: torch.autograd.function.FunctionCtx, *outputs: Tensor
    ) -> tuple[Tensor | None, ...]:
        (given,) = outputs
        at, a, b, slope, s0 = ctx.known  # type: ignore[attr-defined]
        wanted = ctx.needs_input_grad  # type: ignore[attr-defined]
        rates = (
            slope,
            gradients.by_alpha(at, a, b, slope, s0=s0) if wanted[1] else None,
            gradients.by_beta(at, a, b, slope, s0=s0) if wanted[2] else None,
        )
        found = (
            None if r is None else given * given.new_tensor(r.reshape(given.shape)) for r in rates
        )
        return (*found, None)


def _numpy(values: Tensor) -> np.ndarray:
    return values.detach().cpu().numpy().astype(float)

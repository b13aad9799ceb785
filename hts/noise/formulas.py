"""The radii of type III from random bits: a pure transform, nothing here draws anything.

Works on any device.  Single values come from `hts.noise.table`.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_HALF_PI = math.pi / 2
# Single precision, with room for the Gaussian that a radius multiplies, which stays below 10.
LARGEST_RADIUS = torch.finfo(torch.float32).max / 32


def radius_from_bits(angle: Tensor, level: Tensor, alpha: float) -> Tensor:
    """``sqrt(S)`` of type III, ``E exp(-tS) = exp(-t^(alpha/2))`` (Kanter 1975), from int32 bits.

    With A = 2S and G ~ N(0, I), ``sqrt(A) G = sqrt(S) N(0, 2 I)`` has characteristic function
    ``exp(-||u||^alpha)``.  At alpha = 2 the radius is exactly 1.  Made in double precision, where
    the elementary functions of any two devices agree far beyond the float32 that is returned.
    """
    nearest = (angle & 0x7FFFFFFF).double().add_(0.5).mul_(_HALF_PI * 2.0**-31)
    uniform = (level.to(torch.int64) + 2**31).double().add_(0.5).mul_(2.0**-32)
    exponential = torch.log(1 - uniform).neg_()  # 1 - uniform is exact: 33 bits
    return kanter(nearest, angle < 0, exponential, alpha).clamp_(max=LARGEST_RADIUS).float()


def kanter(nearest: Tensor, at_pole: Tensor, exponential: Tensor, alpha: float) -> Tensor:
    """``sqrt(S)`` from an angle U in (0, pi): its distance to the ``nearest`` end, and which end.

    ``at_pole`` (bool): True when that end is pi, where S has its pole.  With beta = alpha/2::

        S = sin(beta U)/sin(U)^(1/beta) * [sin((1-beta) U)/W]^((1-beta)/beta)

    The root is taken inside, because S itself may exceed the largest number of the dtype.
    """
    beta = alpha / 2.0
    if beta == 1.0:
        return torch.ones_like(nearest)
    # sin(beta U) at the pole end is written sin((1-beta) pi + beta t): beta U itself would cancel.
    outer = torch.sin(nearest * beta + at_pole.to(nearest.dtype) * ((1.0 - beta) * math.pi))
    inner = torch.sin(torch.where(at_pole, math.pi - nearest, nearest) * (1.0 - beta))
    sine = torch.sin(nearest)
    # sin(U)^(-1/beta) = sin(U)^-1 sin(U)^(-power): one power in all.
    power = (1.0 - beta) / beta
    # In double precision this loses nothing that single precision shows, and it is three times as
    # fast as a power.
    stretch = (inner / (exponential * sine)).log_().mul_(power / 2).exp_()
    return (outer / sine).sqrt_().mul_(stretch)

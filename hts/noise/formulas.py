"""Pure transforms from random bits to stable values; nothing here draws anything.

Convention: S1, ``E exp(iuX) = exp(-|u|^alpha)``, 0 < alpha <= 2; alpha = 2 is N(0, 2).

Chambers, Mallows and Stuck (1976) write X through an angle V in (-pi/2, pi/2) and an exponential
W.  In float32 that form meets the pole at V = -pi/2 (a NaN every 2^24 draws or so) and, with 24-bit
uniforms, loses the tail beyond 1e-7.  Here V is replaced by its distance to the nearer pole,
``D = pi/2 - |V|``, and a sign, and both D and W come from 31 or more bits.  All terms are then
positive and nothing cancels.  Every function keeps the dtype of its arguments and works on any
device.

Training draws symmetric values through `hts.noise.table`, which is faster; this formula stands
beside it as an independent second way.  The radii of type III come from here.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_HALF_PI = math.pi / 2
# Single precision, with room for the Gaussian that a radius multiplies, which stays below 10.
LARGEST_RADIUS = torch.finfo(torch.float32).max / 32


def pole_form(distance: Tensor, sign: Tensor, exponential: Tensor, alpha: float) -> Tensor:
    """Symmetric stable values from ``distance`` D in (0, pi/2], ``sign`` and ``exponential`` W.

    With delta = (2 - alpha) pi/2::

        X = sign * sin(delta + alpha D)/sin D
                 * [sin(delta + (alpha - 1) D)/(W sin D)]^((1 - alpha)/alpha)

    Of ``sign`` (same shape, same dtype) only the sign is used.  Values beyond the largest finite
    number of the dtype, which alpha below 0.45 can reach, are cut off there.
    """
    delta = (2.0 - alpha) * _HALF_PI
    sine = torch.sin(distance)
    body = torch.sin(distance * alpha + delta) / sine
    if alpha != 1.0:
        base = torch.sin(distance * (alpha - 1.0) + delta).div_(sine.mul_(exponential))
        body.mul_(base.pow_((1.0 - alpha) / alpha))
    if alpha < 0.45:
        body.clamp_(max=torch.finfo(body.dtype).max)
    return torch.copysign(body, sign)


def symmetric_from_bits(angle: Tensor, level: Tensor, alpha: float) -> Tensor:
    """Symmetric stable values of scale 1 from two int32 tensors of random bits (float32).

    ``angle`` gives the sign (its sign bit) and the distance to the pole (the other 31 bits).
    """
    distance = (angle & 0x7FFFFFFF).float().add_(0.5).mul_(_HALF_PI * 2.0**-31)
    return pole_form(distance, angle.float(), exponential_from_bits(level, alpha < 1), alpha)


def exponential_from_bits(level: Tensor, small: bool) -> Tensor:
    """Exponential values from int32 bits, fine-grained where ``small`` says it matters.

    ``small`` resolves values down to 1e-10 and stops at 17; otherwise they reach 22.9 and stop at
    6e-8.  The tail of X comes from large W when alpha > 1 and from small W when alpha < 1.
    """
    # Adding 2^31 in float32 would round away the low bits of the small values, so the offset is
    # applied in integers: level ^ sign bit, read as unsigned, is level + 2^31.
    uniform = (level.to(torch.int64) + 2**31).float().add_(0.5).mul_(2.0**-32)
    uniform.clamp_(max=1.0 - 2.0**-24)
    return torch.log1p(uniform.neg_()).neg_() if small else torch.log(uniform).neg_()


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

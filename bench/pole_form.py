"""Symmetric stable values by a formula: a second way, independent of the table that training reads.

Chambers, Mallows and Stuck (1976) write X through an angle V in (-pi/2, pi/2) and an exponential
W.  In float32 that form meets the pole at V = -pi/2 (a NaN every 2^24 draws or so) and, with 24-bit
uniforms, loses the tail beyond 1e-7.  Here V is replaced by its distance to the nearer pole,
``D = pi/2 - |V|``, and a sign, and both D and W come from 31 or more bits.  All terms are then
positive and nothing cancels.  Every function keeps the dtype of its arguments.

Convention: S1, ``E exp(iuX) = exp(-|u|^alpha)``, 0 < alpha <= 2; alpha = 2 is N(0, 2).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

_HALF_PI = math.pi / 2


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

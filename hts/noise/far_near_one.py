"""Far tails of stable laws with alpha next to 1, where an integral over angles has too few digits.

Convention S0, see `hts.noise.skewed`.  Fourier's integral, turned to the imaginary axis u = -is, is
Laplace's: with B = (1 + beta) sin(pi alpha/2) and G(s) = theta (s - sin(pi alpha/2) s^alpha)
+ cos(pi alpha/2) s^alpha, which is finite at alpha = 1 ::

    f(x)     = (1/pi) int exp(-xs - G(s)) sin(B s^alpha) ds
    P(X > x) = (1/pi) int exp(-xs - G(s)) sin(B s^alpha) ds/s

Only s of the size of 1/x matter; what the turn leaves out is of the order of exp(-x).
"""

from __future__ import annotations

import math

import numpy as np

FROM = 100.0  # of |x|
_V = np.arange(-40.0, 3.75, 0.2)  # log(x s); the rule's error is e^(-pi^2/0.2)


def parts(x: np.ndarray, alpha: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """log P(X <= x), log P(X > x), log f and d log f/dx at |x| above `FROM`: (4, points)."""
    left = x < 0
    x, beta = np.abs(x)[:, None], np.where(left, -beta, beta)[:, None]
    alpha = alpha[:, None]
    e, s = 1 - alpha, np.exp(_V) / x
    sine, cosine = np.cos(math.pi * e / 2), np.sin(math.pi * e / 2)
    log_s = np.log(s)
    with np.errstate(divide="ignore", invalid="ignore"):
        # theta (1 - sine s^-e) = beta sine [1 - s^-e + (1 - sine) s^-e]/cosine
        rising = np.where(e == 0, 2 / math.pi * log_s, -np.expm1(-e * log_s) / cosine)
    bend = 2 * np.sin(math.pi * e / 4) ** 2
    half = np.where(e == 0, 0.0, bend / np.where(e == 0, 1.0, cosine)) * np.exp(-e * log_s)
    g = s * beta * sine * (rising + half) + cosine * s**alpha
    weight = np.exp(-np.exp(_V) - g) * np.sin((1 + beta) * sine * s**alpha)
    total, first, second = (np.sum(weight * s**power, axis=1) * 0.2 for power in (0, 1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        small = np.log(total / math.pi)
        rest = np.log1p(-total / math.pi)
        slope = np.where(first > 0, -second / first, 0.0) * np.where(left, -1, 1)
        density = np.log(first / math.pi)
    return np.array([np.where(left, small, rest), np.where(left, rest, small), density, slope])

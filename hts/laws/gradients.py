"""How the logarithm of a stable density changes with alpha and beta.

Differences of fourth order, of the density itself, which is nearly linear where a tail appears on a
lighter one (next to alpha 2 and beta 1); in alpha of its logarithm where that changes by more
than 1 in a step.  Near alpha = 1 they
are taken in S0, in which the law goes smoothly through 1.  Relative errors are about 1e-8.
"""

from __future__ import annotations

import math

import numpy as np

from hts.noise import any_law

_STEP = 1e-3
_NEAR_ONE, _NEAR_TWO = 0.1, 1.9
# places in steps, and weights of the density there
_CENTRAL = (-2, -1, 1, 2), (1 / 12, -2 / 3, 2 / 3, -1 / 12)
_BACKWARD = (0, -1, -2, -3, -4), (25 / 12, -4, 3, -4 / 3, 1 / 4)
_FORWARD = (0, 1, 2, 3, 4), (-25 / 12, 4, -3, 4 / 3, -1 / 4)


def by_alpha(
    z: np.ndarray, alpha: np.ndarray, beta: np.ndarray, slope: np.ndarray, *, s0: bool
) -> np.ndarray:
    """d log f/d alpha at flat ``z`` in S1 or S0; from the left at 2.  ``slope``: d log f/dz."""
    return _by(z, alpha, beta, slope, s0=s0, moves_alpha=True)


def by_beta(
    z: np.ndarray, alpha: np.ndarray, beta: np.ndarray, slope: np.ndarray, *, s0: bool
) -> np.ndarray:
    """d log f/d beta; from inside at -1 and 1, and 0 at alpha 2."""
    return _by(z, alpha, beta, slope, s0=s0, moves_alpha=False)


def _by(
    z: np.ndarray,
    alpha: np.ndarray,
    beta: np.ndarray,
    slope: np.ndarray,
    *,
    s0: bool,
    moves_alpha: bool,
) -> np.ndarray:
    out = np.zeros(z.size)
    close = np.abs(alpha - 1) < _NEAR_ONE
    moved, low, high = (alpha, 0.0, 2.0) if moves_alpha else (beta, -1.0, 1.0)
    step = _STEP * np.minimum(alpha, 1) if moves_alpha else np.full(z.size, _STEP)
    before, after = moved - 2 * step < low, moved + 2 * step > high
    for own in (True, False):
        for some, (places, weights) in (
            (~before & ~after, _CENTRAL),
            (before, _FORWARD),
            (after, _BACKWARD),
        ):
            rows = np.flatnonzero(some & (close == own) & (moves_alpha | (alpha < 2)))
            if rows.size:
                a, b, h = alpha[rows], beta[rows], step[rows]
                theta = any_law.shift(a, b)
                at = z[rows] + theta * (int(s0) - int(own))
                out[rows] = _differences(at, a, b, h, own, moves_alpha, places, weights)
                if own != s0:  # the other parameterization moves with theta
                    turn = _turn(a, b, moves_alpha) * (int(s0) - int(own))
                    out[rows] += slope[rows] * turn
    return out


def _differences(
    at: np.ndarray,
    alpha: np.ndarray,
    beta: np.ndarray,
    step: np.ndarray,
    s0: bool,
    moves_alpha: bool,
    places: tuple[int, ...],
    weights: tuple[float, ...],
) -> np.ndarray:
    here = any_law.parts(at, alpha, beta, s0=s0).log_density
    change = np.array([
        any_law.parts(at, *_moved(alpha, beta, step * k, moves_alpha), s0=s0).log_density - here
        for k in places
    ])  # fmt: skip
    with np.errstate(over="ignore"):
        relative = np.tensordot(weights, np.expm1(change), 1)
    light = moves_alpha & (np.abs(change).max(axis=0) > 1) & (alpha < _NEAR_TWO)
    found: np.ndarray = np.where(light, np.tensordot(weights, change, 1), relative) / step
    return found


def _moved(
    alpha: np.ndarray, beta: np.ndarray, step: np.ndarray, moves_alpha: bool
) -> tuple[np.ndarray, np.ndarray]:
    if moves_alpha:
        return np.minimum(alpha + step, 2), beta
    return alpha, np.clip(beta + step, -1, 1)


def _turn(alpha: np.ndarray, beta: np.ndarray, moves_alpha: bool) -> np.ndarray:
    """The derivative of theta = beta tan(pi alpha/2); nan in alpha at 1, where theta jumps."""
    one = alpha == 1
    cosine = np.where(one, np.nan, np.sin(math.pi / 2 * (1 - alpha)))
    if moves_alpha:
        return np.where(beta == 0, 0.0, beta * math.pi / 2 / cosine**2)
    return np.where(one, 0.0, np.cos(math.pi / 2 * (1 - alpha)) / cosine)

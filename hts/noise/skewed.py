"""The pure transform from an angle and an exponential to any stable law; nothing here draws.

Convention, standard laws (scale 1, location 0), with theta = beta tan(pi alpha/2)::

    S1: E exp(iuX) = exp(-|u|^alpha [1 - i beta sign(u) tan(pi alpha/2)])        alpha != 1
        E exp(iuX) = exp(-|u| [1 + i beta (2/pi) sign(u) log|u|])                alpha = 1
    S0: the law of X - theta (alpha != 1) or of X (alpha = 1), continuous in alpha at 1

(Nolan 2020, definitions 1.2 and 1.3; ``scipy.stats.levy_stable`` knows both.)  alpha = 2 is
N(0, 2) whatever beta is.

Chambers, Mallows and Stuck (1976) take V in (-pi/2, pi/2) and W exponential; with
``e = 1 - alpha`` their formula reads::

    X = [sin(alpha V) + theta cos(alpha V)]/cos V * Z^(e/alpha),
    Z = [cos(e V) + theta sin(e V)]/(W cos V)

Near the poles it divides rounding errors by cos V, and near alpha = 1 it subtracts numbers of size
1/e.  Below, V is given by its side and its distance D = pi/2 - |V| to the nearer pole, and every
difference is worked out beforehand.  With p = pi e/2, q = pi alpha/2 and b = 1 + beta on the side
V > 0, b = 1 - beta on the other::

    cos(eV) + theta sin(eV)         = [b cos p sin(e|V|) + sin(e D)]/sin p
    sin(alpha V) + theta cos(alpha V) = +-[b cos p cos(alpha |V|) - sin(alpha D)]/sin p

where the first has terms of one sign only.  (1 - cos and the like are written as products.)
"""

from __future__ import annotations

import math

import numpy as np

_HALF_PI = math.pi / 2
_NEAR_ONE = 0.75  # S0 is worked out directly from here on, S1 below


def stable(
    distance: np.ndarray,
    side: np.ndarray,
    exponential: np.ndarray,
    alpha: float,
    beta: float = 0.0,
    parameterization: str = "S1",
) -> np.ndarray:
    """Standard stable values, S1 or S0, one for each place of the arrays.

    ``distance`` D in (0, pi/2], ``side`` +1 or -1, ``exponential`` W > 0: arrays of one shape and
    dtype (float32 or float64), which is that of the result.  Values beyond the largest finite
    number, which small alpha reaches, are cut off there.
    """
    theta = s1_minus_s0(alpha, beta)
    if beta == 0:
        return _symmetric(distance, side, exponential, alpha)
    if alpha >= _NEAR_ONE:
        values, wanted = _s0(distance, side, exponential, alpha, beta), "S0"
    else:
        values, wanted = _s1(distance, side, exponential, alpha, beta), "S1"
    if parameterization == wanted or theta == 0:
        return values
    shift = values.dtype.type(theta)
    return values + shift if wanted == "S0" else values - shift


def s1_minus_s0(alpha: float, beta: float) -> float:
    """``beta tan(pi alpha/2)``: the S1 law is the S0 law moved by it; 0 at alpha 1 and 2."""
    if alpha == 1 or alpha == 2 or beta == 0:
        return 0.0
    return beta * _cos_p(alpha) / math.sin(_HALF_PI * (1 - alpha))


def _cos_p(alpha: float) -> float:
    return math.sin(_HALF_PI * min(alpha, 2 - alpha))  # exactly 0 at alpha = 2


def _sine_ratio(angle: np.ndarray, e: float, times: float = 1.0) -> np.ndarray:
    """``times * sin(e * angle / times)/sin(pi e/2)``, and its limit at e = 0."""
    if e == 0:
        return angle * angle.dtype.type(2 / math.pi)
    kind = angle.dtype.type
    ratio: np.ndarray = np.sin(angle * kind(e / times)) * kind(times / math.sin(_HALF_PI * e))
    return ratio


def _base(
    angle: np.ndarray, distance: np.ndarray, exponential: np.ndarray, b: np.ndarray, alpha: float
) -> np.ndarray:
    """Z; floored so that its logarithm exists."""
    e = 1 - alpha
    above = b * angle.dtype.type(_cos_p(alpha)) * _sine_ratio(angle, e) + _sine_ratio(distance, e)
    tiny = np.finfo(angle.dtype).tiny
    z: np.ndarray = above / np.maximum(exponential * np.sin(distance), tiny)
    return np.clip(z, tiny, np.finfo(angle.dtype).max)


def _symmetric(
    distance: np.ndarray, side: np.ndarray, exponential: np.ndarray, alpha: float
) -> np.ndarray:
    kind = distance.dtype.type
    delta = kind((2 - alpha) * _HALF_PI)
    sine = np.sin(distance)
    value: np.ndarray = side * np.sin(delta + kind(alpha) * distance) / sine
    if alpha == 1:
        return value
    base = np.sin(delta + kind(alpha - 1) * distance) / (exponential * sine)
    return _times_power(value, base, (1 - alpha) / alpha)


def _times_power(body: np.ndarray, base: np.ndarray, exponent: float) -> np.ndarray:
    """``body * base^exponent``, cut off at the largest finite number."""
    largest = np.finfo(body.dtype).max
    with np.errstate(over="ignore", under="ignore"):
        power = np.minimum(base ** body.dtype.type(exponent), largest)
        value: np.ndarray = np.clip(body * power, -largest, largest)
    return value


def _s1(
    distance: np.ndarray, side: np.ndarray, exponential: np.ndarray, alpha: float, beta: float
) -> np.ndarray:
    kind = distance.dtype.type
    angle = kind(_HALF_PI) - distance
    b = 1 + side * kind(beta)
    numerator = b * kind(_cos_p(alpha)) * np.cos(angle * kind(alpha))
    numerator -= np.sin(distance * kind(alpha))
    body = numerator / (np.sin(distance) * kind(math.sin(_HALF_PI * (1 - alpha))))
    z = _base(angle, distance, exponential, b, alpha)
    return side * _times_power(body, z, (1 - alpha) / alpha)


def _s0(
    distance: np.ndarray, side: np.ndarray, exponential: np.ndarray, alpha: float, beta: float
) -> np.ndarray:
    kind = distance.dtype.type
    e = 1 - alpha
    angle = kind(_HALF_PI) - distance
    b = 1 + side * kind(beta)
    half = kind(e / 2)
    # sin(alpha V) + theta (cos(alpha V) - cos V), each difference as a product
    body = b * kind(_cos_p(alpha)) * _sine_ratio(angle, e, 2.0) * np.cos(distance + half * angle)
    body += _sine_ratio(distance, e, 2.0) * np.cos(distance - half * distance)
    body = body / np.sin(distance) - kind(math.tan(_HALF_PI * e / 2))
    z = _base(angle, distance, exponential, b, alpha)
    value = body * z ** kind(e / alpha)
    if beta != 0:
        # theta (Z^(e/alpha) - 1); at alpha = 1 its limit, (2/pi) beta log Z
        moved = np.log(z)
        if e == 0:
            moved *= kind(2 / math.pi)
        else:
            moved = np.expm1(moved * kind(e / alpha)) * kind(s1_minus_s0(alpha, 1.0))
        value += side * kind(beta) * moved
    value *= side
    return value

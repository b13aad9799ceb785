"""Units drawn to their mean: a McKean-Vlasov equation whose law is known at every time.

    dX = -rate (X - E X) dt + sigma dL,   X_0 ~ m + SaS(start)

For alpha > 1 the mean stays m, so X is a stable Ornstein-Uhlenbeck process about m and X_t - m is
symmetric stable.  Its Euler chain ``X <- m + a (X - m) + sigma eta^(1/alpha) xi`` with
a = 1 - rate eta is so too, at every step exactly: sums of independent stable values are stable and
the alpha-th powers of their scales add (S1 scales; at alpha = 2 the law is N(m, 2 scale^2)).
"""

from __future__ import annotations


def euler_scale(
    alpha: float, *, start: float, sigma: float, rate: float, eta: float, steps: int
) -> float:
    """S1 scale of the Euler chain after ``steps`` steps."""
    power = start**alpha
    for _ in range(steps):
        power = abs(1 - rate * eta) ** alpha * power + sigma**alpha * eta
    return float(power ** (1 / alpha))


def coupling_exponent(alpha: float) -> float:
    """Exponent of n in the distance of n units to their limit on the same noise: 1/alpha - 1.

    The difference of the two is moved by the mean of n stable values alone, which has exactly the
    scale ``n^(1/alpha - 1)`` of one of them.  Only at alpha = 2 is that n^(-1/2): the interaction
    here is unbounded, unlike that of a network with a bounded activation.
    """
    return 1 / alpha - 1

"""Stable laws to thirty digits by a method of their own: Fourier's inversion along a turned ray.

Convention S1, standard.  With c = 1 - i theta, theta = beta tan(pi alpha/2) (at alpha = 1
c = 1 + i beta (2/pi) log u), g(u) = exp(-iux - c u^alpha) and the ray u = s exp(-i psi)::

    f(x)     = (1/pi) Re int g(u) du
    P(X > x) = 1/2 - psi/pi + (1/pi) Im int g(u) du/u,      x > 0

psi turns the oscillation into a decay; negative x by reflection.  Nothing here is shared with
`hts.noise.zolotarev`, whose integral runs over an angle.
"""

from __future__ import annotations

import mpmath as mp

DIGITS = 40  # of the arithmetic: a tail of 1e-10 keeps twenty


def density_and_tails(
    x: float, alpha: float, beta: float, per_unit: int = 16
) -> tuple[mp.mpf, mp.mpf, mp.mpf]:
    """(density, P(X <= x), P(X > x)) of the standard law in S1 at ``x``, not 0."""
    if x < 0:
        density, below, above = density_and_tails(-x, alpha, -beta, per_unit)
        return density, above, below
    with mp.workdps(DIGITS):
        a, b, at = mp.mpf(_decimal(alpha)), mp.mpf(_decimal(beta)), mp.mpf(x)
        theta = mp.mpf(0) if a in (1, 2) else b * mp.tan(mp.pi * a / 2)
        phase = mp.atan(theta)
        if a == 1:
            turn = mp.mpf(0.7) if b > 0 else mp.mpf(0) if b < 0 else mp.pi / 4
        else:
            turn = min(mp.pi / 2, (mp.pi / 2 - phase) / a) * mp.mpf("0.6")
        ray = mp.expj(-turn)
        c = 1 - 1j * theta

        def g(s: mp.mpf) -> mp.mpc:
            u = s * ray
            power = u * (1 + 1j * b * 2 / mp.pi * mp.log(u)) if a == 1 else c * u**a
            return mp.exp(-1j * u * at - power)

        # s = exp(v): the integrands decay at both ends, so that the trapezoid rule converges fast
        if turn == 0:
            return _on_the_axis(g, at)
        decay = mp.cos(a * turn + phase) / mp.cos(phase) if a != 1 else mp.cos(turn)
        last = min(mp.log(90 / decay) / a, mp.log(90 / (at * mp.sin(turn))))
        if a == 1 and b > 0:
            last = mp.log(90 / (at * mp.sin(turn) + decay))
        step, first = mp.mpf(1) / per_unit / max(1, a), last - 80 / min(1, a)
        density, tail = mp.mpf(0), mp.mpf(0)
        for k in range(int((last + 1 - first) / step)):
            s = mp.exp(first + k * step)
            value = g(s)
            density += mp.re(value * ray) * s
            tail += mp.im(value)
        above = mp.mpf(1) / 2 - turn / mp.pi + tail * step / mp.pi
        return density * step / mp.pi, 1 - above, above


def _on_the_axis(g, at):
    pieces = [0, mp.mpf(10) ** -12, mp.mpf(10) ** -6, mp.mpf(10) ** -3, mp.mpf("0.1")]
    width = min(mp.mpf(1), 3 / at)
    while pieces[-1] < 120:
        pieces.append(pieces[-1] + width)
    density = mp.quad(lambda u: mp.re(g(u)), pieces) / mp.pi
    above = mp.mpf(1) / 2 + mp.quad(lambda u: mp.im(g(u)) / u, pieces) / mp.pi
    return density, 1 - above, above


def _decimal(number: float) -> str:
    return repr(float(number))

"""Stable laws to twenty digits and more by another method: Fourier's integral on a turned ray.

Convention S1, standard.  With c = 1 - i theta, theta = beta tan(pi alpha/2) (at alpha = 1
c = 1 + i beta (2/pi) log u), g(u) = exp(-iux - c u^alpha) and the ray u = s exp(-i psi)::

    f(x)     = (1/pi) Re int g(u) du
    P(X > x) = 1/2 - psi/pi + (1/pi) Im int g(u) du/u,      x > 0

psi turns the oscillation into a decay; negative x by reflection.  Nothing here is shared with
`hts.noise.zolotarev`, whose integral runs over an angle.

``python -m bench.laws.truth > tests/laws/golden.csv`` makes the tests' numbers (mpmath 1.3).
"""

from __future__ import annotations

import mpmath as mp

Number = float | mp.mpf

# alpha, beta, x: both tails near and far, tails lighter than every power, small and large alpha,
# both sides of 1 and of 0
POINTS = (
    (0.1, 0, 1e-11), (0.1, 0.5, 1e9), (0.1, -0.9, 1e-3), (0.2, 0, -2.1e-18), (0.2, 1, 1e-5),
    (0.3, 0, 1e-6), (0.3, 0.4, -1e12), (0.5, 0, 2), (0.5, 1, 0.05), (0.5, -0.5, 3e5),
    (0.7, 0.3, 5), (0.7, -1, -0.2), (0.8, 0.9, -40), (0.9, -0.5, 1), (0.95, -0.6, 10),
    (0.95, 0, 1e4),
    (0.995, 0.5, -60), (0.995, 0.5, -1000), (1.005, 0.5, 70), (1.005, 0.5, 2000),
    (1, 0, 1e3), (1, 0.5, 10), (1, 0.5, 1e5), (1, -0.3, -0.5), (1.05, -0.7, -8), (1.2, 0, 0.3),
    (1.2, 1, -4), (1.3, 0.5, 1e6), (1.5, 0, 30), (1.5, -0.5, -1), (1.5, 1, -6), (1.5, 0.99, -6),
    (1.75, 0, 768), (1.75, 0.5, 1), (1.9, 0, 0.01), (1.9, -1, 5), (1.99, 0, 8), (1.99, 0.5, -20),
    (2, 0, 1.5),
)  # fmt: skip
_SMALL = mp.mpf(10) ** -9  # steps of the derivatives


def density_and_tails(
    x: Number, alpha: Number, beta: Number, digits: int = 34
) -> tuple[mp.mpf, mp.mpf, mp.mpf]:
    """(density, P(X <= x), P(X > x)) of the standard law in S1 at ``x``, not 0.

    ``digits`` of the arithmetic; what is left out is below 10^(-0.58 digits).
    """
    if x < 0:
        density, below, above = density_and_tails(-x, alpha, -beta, digits)
        return density, above, below
    exact = 1.35 * digits
    with mp.workdps(digits):
        a, b, at = _number(alpha), _number(beta), mp.mpf(x)
        theta = mp.mpf(0) if a in (1, 2) else b * mp.tan(mp.pi * a / 2)
        phase = mp.atan(theta)
        widest = min(mp.pi / 2, (mp.pi / 2 - phase) / a)
        if a == 1:
            widest = mp.pi / 2 if b > 0 else mp.mpf(1) if b == 0 else mp.mpf(0)
        if widest == 0:
            return _on_the_axis(b, at)
        turn = widest / 2
        # s = exp(v): the trapezoid rule errs by exp(-2 pi turn/step), and both ends decay
        decay = mp.cos(a * turn + phase) / mp.cos(phase)
        last = mp.log(2 * exact / (at * mp.sin(turn)))
        last = last if a == 1 else min(last, mp.log(2 * exact / decay) / a)
        step = 2 * mp.pi * turn / exact
        count = int((exact / min(1, a) + 5) / step)
        ray, s = mp.expj(-turn), mp.exp(last - count * step)
        power = (1 - 1j * theta) * (s * ray) ** a
        grown, grown_power, twist = mp.exp(step), mp.exp(a * step), 2j * b / mp.pi
        density, tail = mp.mpf(0), mp.mpf(0)
        log_u = last - count * step - 1j * turn
        for _ in range(count):
            u = s * ray
            value = mp.exp(-1j * u * at - (u * (1 + twist * log_u) if a == 1 else power))
            density += mp.re(value * ray) * s
            tail += mp.im(value)
            s, power, log_u = s * grown, power * grown_power, log_u + step
        above = mp.mpf(1) / 2 - turn / mp.pi + tail * step / mp.pi
        return density * step / mp.pi, 1 - above, above


def _on_the_axis(b: mp.mpf, at: mp.mpf) -> tuple[mp.mpf, mp.mpf, mp.mpf]:
    """alpha = 1 with beta and x of different signs, where no ray converges: ten times slower."""

    def g(u: mp.mpf) -> mp.mpc:
        return mp.exp(-1j * u * at - u * (1 + 2j * b / mp.pi * mp.log(u)))

    pieces, width = [mp.mpf(10) ** k for k in (-12, -6, -3, -1)], min(mp.mpf(1), 3 / at)
    while pieces[-1] < 80:
        pieces.append(pieces[-1] + width)
    pieces = [mp.mpf(0), *pieces]
    density = mp.quad(lambda u: mp.re(g(u)), pieces) / mp.pi
    above = mp.mpf(1) / 2 + mp.quad(lambda u: mp.im(g(u)) / u, pieces) / mp.pi
    return density, 1 - above, above


def golden(alpha: float, beta: float, x: float) -> list[str]:
    """Density, both tails, and the slopes of log f in x, alpha and beta; at alpha 1 not all."""
    digits = 60
    with mp.workdps(digits):
        here = [_number(alpha), _number(beta), _number(x)]
        found = list(density_and_tails(here[2], here[0], here[1], digits))
        for k in (2, 0, 1):
            if alpha == 1 and (k == 0 or (k == 1 and beta == 0)):
                found.append(mp.nan)
                continue
            ends = []
            for sign in (1, -1):
                there = list(here)
                there[k] += sign * _SMALL * (abs(here[2]) if k == 2 else 1)
                ends.append(mp.log(density_and_tails(there[2], there[0], there[1], digits)[0]))
            found.append((ends[0] - ends[1]) / (2 * _SMALL * (abs(here[2]) if k == 2 else 1)))
        return [mp.nstr(value, 17) for value in found]


def main() -> None:
    """Print the golden numbers as a table."""
    print("alpha,beta,x,density,below,above,by_x,by_alpha,by_beta")
    for alpha, beta, x in POINTS:
        print(alpha, beta, x, *golden(alpha, beta, x), sep=",", flush=True)


def _number(value: Number) -> mp.mpf:
    return mp.mpf(repr(float(value))) if isinstance(value, (int, float)) else value


if __name__ == "__main__":
    main()

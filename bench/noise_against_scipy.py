"""SciPy's stable tail beside this package's: ``python -m bench.noise_against_scipy`` prints it.

Both columns are held against the numbers of a third method, Zolotarev's integral (1986, eq. 2.2.18)
by Gauss-Legendre quadrature.  With ``e = alpha/(alpha - 1)`` and ``d`` the distance of its angle
to pi/2::

    P(X > x) = (1/pi) int_0^{pi/2} exp(-x^e A(d)) dd,              alpha > 1
    A(d) = (cos v/sin(alpha v))^e cos((alpha - 1) v)/cos v,        v = pi/2 - d

All terms are positive, so the tail keeps its digits; ``d = (pi/2) s^16`` spreads out the pole.
"""

from __future__ import annotations

import math
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from hts.noise import fast_law

ALPHAS = (1.2, 1.5, 1.75, 1.9, 1.99)
LEVELS = (1e-3, 1e-4, 1e-6, 1e-8, 1e-12)
_PANELS, _NODES = 40, 40


@dataclass(frozen=True)
class Row:
    """One point of one law; errors are relative, ``nan`` where SciPy gives no number."""

    alpha: float
    x: float
    truth: float  # P(X > x) by Zolotarev's integral
    ours: float
    scipy: float
    scipy_value: float


def zolotarev_sf(x: float, alpha: float) -> float:
    """``P(X > x)`` at scale 1, for 1 < alpha < 2 and x > 0."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    s = ((nodes + 1) / 2 + np.arange(_PANELS)[:, None]).ravel() / _PANELS
    weights = np.tile(weights, _PANELS) / 2 / _PANELS
    d = math.pi / 2 * s**16
    rate = math.pi / 2 * 16 * s**15
    v = math.pi / 2 - d
    sine = np.sin(d)  # cos v
    e = alpha / (alpha - 1)
    # sin(alpha v) = sin((2 - alpha) pi/2 + alpha d), which keeps its digits near alpha = 2
    log_a = e * (np.log(sine) - np.log(np.sin((2 - alpha) * math.pi / 2 + alpha * d)))
    log_a += np.log(np.cos((alpha - 1) * v)) - np.log(sine)
    with np.errstate(over="ignore", under="ignore"):
        terms = np.exp(-np.exp(e * math.log(x) + log_a))
    return float(weights @ (terms * rate)) / math.pi


def rows() -> list[Row]:
    """Errors of both at every alpha and level; takes a minute at most, nearly all of it SciPy's."""
    from scipy.stats import levy_stable

    out = []
    for alpha in ALPHAS:
        for level in LEVELS:
            x = float(f"{-float(fast_law.ppf(level, alpha)):.3g}")
            truth = zolotarev_sf(x, alpha)
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                value = float(levy_stable.sf(x, alpha, 0))
            ours = float(fast_law.sf(x, alpha))
            out.append(Row(alpha, x, truth, ours / truth - 1, value / truth - 1, value))
    return out


def rates(alpha: float = 1.75, points: int = 200_000) -> dict[str, float]:
    """Points per CPU second of sf, pdf and ppf; CPU seconds to set their table up."""
    x = np.random.default_rng(1).standard_cauchy(points)
    q = np.random.default_rng(2).random(points)
    fast_law._law.cache_clear()
    began = time.process_time()
    fast_law.sf(x[:2], alpha)
    out = {"set-up, s": time.process_time() - began}
    for name, given in (("sf", x), ("pdf", x), ("ppf", q)):
        function = getattr(fast_law, name)
        took = min(_seconds(function, given, alpha) for _ in range(3))
        out[f"{name}, points/s"] = points / took
    return out


def _seconds(function: Callable[..., np.ndarray], given: np.ndarray, alpha: float) -> float:
    began = time.process_time()
    function(given, alpha)
    return time.process_time() - began


def main() -> None:
    """Print the table and the rates as Markdown."""
    print("| alpha | x | P(X > x) | relative error here | scipy's | scipy returns |")
    print("|---|---|---|---|---|---|")
    for row in rows():
        print(
            f"| {row.alpha:g} | {row.x:g} | {row.truth:.3e} | {row.ours:.0e} | "
            f"{row.scipy:.0e} | {row.scipy_value:.3e} |"
        )
    print()
    print("| this package | measured |")
    print("|---|---|")
    for name, value in rates().items():
        print(f"| {name} | {value:.2g} |")


if __name__ == "__main__":
    main()

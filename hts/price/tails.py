"""Is what training added to the weights closer to a skewed Student-t or to a stable law?

Both laws have four parameters and are fitted by maximum likelihood to the same counts in cells even
in asinh.  The Student-t is that of Jones and Faddy (J. R. Stat. Soc. B 65 (2003), 159-174), with
distribution function ``I_z(a, b)``, z = (1 + x / sqrt(a + b + x^2)) / 2.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize
from scipy.special import betainc

from hts.models.network import Network
from hts.seeds import generator
from hts.tails.estimators.skewed_fit import fit_skewed
from hts.tails.estimators.skewed_law import tails
from hts.tails.samples.sample import Sample
from hts.validate import BadInput

SAMPLED_METHODS = ("none", "large-rate", "gaussian", "III-1.5")
_SAMPLED = 4000  # weights of a network
_EDGES = np.sinh(np.arange(-12.0, 12.05, 0.1))
_FLOOR = 1e-300


def student_gain(start: Network, network: Network, seed: int) -> float | None:
    """How much better the Student-t fits what training moved, nats of log-likelihood a weight.

    ``start`` and ``network``: at the first and after the last step.  Of 4000 hidden weights at
    random.  None where no skewed stable law can be fitted: below alpha 0.8.
    """
    values = even(network.hidden[0].double().numpy() - start.hidden[0].double().numpy())
    rng = generator(seed, "price", "weights")
    return compared(rng.choice(values, min(_SAMPLED, len(values)), replace=False))


def even(moved: np.ndarray) -> np.ndarray:
    """All of ``moved`` (units, inputs), each input's centred and scaled by its median deviation.

    Inputs of which half the weights did not move are left out.
    """
    centred = moved - np.median(moved, axis=0)
    size = np.median(np.abs(centred), axis=0)
    found: np.ndarray = (centred[:, size > 0] / size[size > 0]).ravel()
    return found


def compared(values: np.ndarray) -> float | None:
    """Log-likelihood a value of the skewed Student-t over that of the stable law, ``values`` (n,).

    None where no skewed stable law can be fitted.
    """
    middle = float(np.median(values))
    centred = values - middle
    try:
        fit = fit_skewed(Sample("values", centred), 0.95)
    except BadInput:
        return None
    alpha, beta, scale, location = fit.alpha, fit.beta or 0.0, fit.scale or 1.0, fit.location or 0.0
    counts = _counted(centred / scale)
    below, above = tails(_EDGES - location / scale, alpha, beta)
    upper = location / scale < _EDGES
    inside = np.where(upper[:-1], above[:-1] - above[1:], below[1:] - below[:-1])
    stable = _log_likelihood(counts, np.concatenate([[below[0]], inside, [above[-1]]]))
    return (_best_student(counts, alpha) - stable) / len(values)


def _counted(values: np.ndarray) -> np.ndarray:
    """Numbers of values in the cells and beyond them on either side."""
    inner, _ = np.histogram(values, _EDGES)
    outside = (values < _EDGES[0]).sum(), (values > _EDGES[-1]).sum()
    return np.concatenate([outside[:1], inner, outside[1:]]).astype(float)


def _log_likelihood(counts: np.ndarray, chances: np.ndarray) -> float:
    return float(counts @ np.log(np.maximum(chances, _FLOOR)))


def _best_student(counts: np.ndarray, alpha: float) -> float:
    """Of four parameters: log a, log b, log scale, location; from symmetric starts."""

    def loss(theta: np.ndarray) -> float:
        if np.abs(theta).max() > 12:
            return 1e12
        a, b, scale = np.exp(theta[:3])
        x = (_EDGES - theta[3]) / scale
        root = np.sqrt(a + b + x * x)
        # The smaller of z and 1 - z, without cancelling.
        small = (a + b) / (2 * root * (root + np.abs(x)))
        lower, upper = betainc(a, b, small), betainc(b, a, small)
        below = np.where(x < 0, lower, 1 - upper)
        above = np.where(x < 0, 1 - lower, upper)
        right = x[:-1] > 0
        inside = np.where(right, above[:-1] - above[1:], below[1:] - below[:-1])
        return -_log_likelihood(counts, np.concatenate([[below[0]], inside, [above[-1]]]))

    options = {"maxfev": 1500, "xatol": 0.003, "fatol": 0.01}
    starts = [np.array([np.log(degrees / 2)] * 2 + [0.3, 0.0]) for degrees in (alpha, 4.0, 30.0)]
    first = min(starts, key=loss)
    return -float(minimize(loss, first, method="Nelder-Mead", options=options).fun)

"""What a page draws of a layer: log-spaced counts, survival function, sorted norms.

Weights ``(units, inputs)`` or flat; only absolute values are shown.  A fit of entries or of the
units' norms says how single weights are distributed: symmetric stable with its ``scale``.  One of
the units' means does not: gradients, unlike noise of type I, give the weights of a unit values of
their own, which a mean cancels.  Then there are no fitted curves.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import erfc

from hts.real_array import real_array
from hts.records import Ccdf, Histogram, TailIndex
from hts.tails.samples.binning import LogCounts, log_counts
from hts.tails.samples.norm_law import fitted_survival

_DECADES_BELOW = 2.5  # how far under the median of |x| a histogram begins
_CCDF_POINTS = 80
_FEW = 20_000  # values that settle a quartile well enough to draw it
_QUARTILE = 0.6744897501960817  # of N(0, 1)


def log_histogram(x: np.ndarray, bins: int = 64, *, fit: TailIndex | None = None) -> Histogram:
    """Counts of ``|x|`` in ``bins`` log-spaced bins up to the largest value.

    With a ``fit``, ``fitted`` holds the counts expected under it.  Samples with both signs also get
    ``gaussian``: those expected under a Gaussian with the same interquartile range.
    """
    flat = real_array(x).ravel()
    found = _counts(flat, bins)
    if found is None:
        return Histogram(edges=[-1.0, 0.0], counts=[0], below=flat.size)
    edges, n = found.edges, flat.size
    counts = found.counts
    fit = None if fit is None or fit.of_means else fit
    return Histogram(
        edges=(edges / math.log(10)).tolist(),
        counts=counts.tolist(),
        below=found.inner,
        above=n - found.inner - int(counts.sum()),
        fitted=None if fit is None else (-n * np.diff(fitted_survival(edges, fit))).tolist(),
        gaussian=_gaussian_counts(flat, edges) if found.negative.any() else None,
    )


def ccdf(x: np.ndarray, fit: TailIndex | None = None) -> Ccdf:
    """``P(|x| > t)`` at up to 80 log-spaced t, the last one just under the largest value."""
    flat = real_array(x).ravel()
    found = _counts(flat, _CCDF_POINTS)
    if found is None:
        return Ccdf(x=[], survival=[])
    beyond = np.cumsum(found.counts[::-1])[::-1] / flat.size
    edges = found.edges[:-1]
    kept = beyond > 0
    edges, beyond = edges[kept], beyond[kept]
    fit = None if fit is None or fit.of_means else fit
    fitted = None if fit is None else fitted_survival(edges, fit).tolist()
    return Ccdf(x=np.exp(edges).tolist(), survival=beyond.tolist(), fitted=fitted)


def sorted_norms(norms: np.ndarray, points: int = 200) -> tuple[list[float], list[float]]:
    """``(rank, norms)``: norms from largest to smallest at about ``points`` ranks.

    Ranks are fractions of the units, ascending in (0, 1]; half are log-spaced so that the few
    largest units show, half evenly spaced; the largest and the smallest norm are always there.
    """
    ordered = np.sort(real_array(norms, "the norms").ravel())[::-1]
    n = ordered.size
    half = max(2, points // 2)
    places = np.concatenate([np.geomspace(1, n, half), np.linspace(1, n, half)])
    chosen = np.unique(places.round().astype(int))
    return (chosen / n).tolist(), ordered[chosen - 1].tolist()


def _counts(flat: np.ndarray, bins: int) -> LogCounts | None:
    """Counts in exactly ``bins`` cells whose last edge lies just above the largest value."""
    few = np.abs(flat[:: flat.size // _FEW + 1]).astype(float)
    biggest = float(max(flat.max(), -flat.min()))
    if biggest == 0 or not math.isfinite(biggest):
        return None
    top = math.log(biggest) + 1e-4  # float32 logarithms may round up
    typical = float(np.median(few)) or biggest
    low = min(math.log(typical) - _DECADES_BELOW * math.log(10), top - 1e-3)
    found = log_counts(flat, low, (top - low) / bins)
    return LogCounts(
        found.start, found.width, found.positive[:bins], found.negative[:bins], found.inner
    )


def _gaussian_counts(flat: np.ndarray, log_edges: np.ndarray) -> list[float]:
    few = flat[:: flat.size // _FEW + 1].astype(float)
    low, high = np.quantile(few, (0.25, 0.75))
    sigma = (high - low) / (2 * _QUARTILE)
    if sigma <= 0:
        return [0.0] * (len(log_edges) - 1)
    beyond = erfc(np.exp(log_edges - math.log(sigma)) / math.sqrt(2))
    return (-flat.size * np.diff(beyond)).tolist()

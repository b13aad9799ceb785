"""Tail indices of layers: estimates with intervals, diagnostics, and what a page draws of them.

Arrays, lists or tensors of any real type in (`hts.real_array`), records out; no torch.  alpha is
the stability index of a symmetric stable law (S1), which below 2 is the tail index: ``P(|X| > x)``
falls like ``x^-alpha``.
"""

from __future__ import annotations

from hts.tails.against_fit import pp_points, qq_points
from hts.tails.curves import hill_curve, tail_curve
from hts.tails.estimation import estimate, fit_stable
from hts.tails.estimators.base import Estimator, Options
from hts.tails.estimators.inversion import Found
from hts.tails.estimators.kinds import ESTIMATORS
from hts.tails.estimators.tail_only import TailOnly
from hts.tails.estimators.whole_law import WholeLaw
from hts.tails.histogram import ccdf, log_histogram, sorted_norms
from hts.tails.layer import estimate_layer, layer_tail_index
from hts.tails.report import TailReport, tail_report
from hts.tails.verdicts import layer_verdict, verdict

__all__ = [
    "ESTIMATORS",
    "Estimator",
    "Found",
    "Options",
    "TailOnly",
    "TailReport",
    "WholeLaw",
    "ccdf",
    "estimate",
    "estimate_layer",
    "fit_stable",
    "hill_curve",
    "layer_tail_index",
    "layer_verdict",
    "log_histogram",
    "pp_points",
    "qq_points",
    "sorted_norms",
    "tail_curve",
    "tail_report",
    "verdict",
]

"""What a recorded layer still tells about its tail, long after its weights are gone."""

from __future__ import annotations

import numpy as np

from hts.records import Ccdf, HillCurve, ProbabilityPlot, QuantilePlot, TailCurve


def recorded_curve(hill: HillCurve, size: int) -> TailCurve:
    """The recorded Hill curve of a sample of ``size``; thresholds were not recorded."""
    return TailCurve(
        method="hill",
        k=hill.k,
        share=[k / size for k in hill.k],
        threshold=[],
        alpha=hill.alpha,
        low=hill.low,
        high=hill.high,
    )


def recorded_plots(ccdf: Ccdf) -> tuple[QuantilePlot, ProbabilityPlot] | None:
    """QQ and PP points, without bands, from a survival function and its fit; None without a fit.

    Fitted quantiles are read between the recorded points of the fit.
    """
    if ccdf.fitted is None or len(ccdf.x) < 2:
        return None
    x, observed, fitted = (np.array(v, float) for v in (ccdf.x, ccdf.survival, ccdf.fitted))
    known = (fitted > 0) & (observed > 0) & (x > 0)
    x, observed, fitted = x[known], observed[known], fitted[known]
    if len(x) < 2:
        return None
    falling = np.maximum.accumulate(-np.log(fitted))
    at = -np.log(observed)
    within = (at >= falling[0]) & (at <= falling[-1])
    quantile = np.exp(np.interp(at, falling, np.log(x)))
    qq = QuantilePlot(
        survival=observed[within].tolist(),
        observed=x[within].tolist(),
        fitted=quantile[within].tolist(),
        low=[],
        high=[],
    )
    pp = ProbabilityPlot(empirical=observed.tolist(), fitted=fitted.tolist(), low=[], high=[])
    return (qq, pp) if within.any() else None

"""QQ and PP plots: the sample against the law that was fitted to it."""

from __future__ import annotations

from typing import Any

from hts.records import ProbabilityPlot, QuantilePlot
from hts.studio.figures.axes import axis, band, figure, line, log_axis, positive, short
from hts.studio.figures.card import Card, card
from hts.studio.figures.points import points
from hts.studio.figures.theme import series

QQ = (
    "Where the fit is right, points lie in the band around the diagonal. On logarithmic axes the "
    "last points are the tail: above the diagonal it is heavier than the fit says, below lighter."
)
PP = (
    "The same in probabilities, where the middle of the law shows: a bend means that most of the "
    "values are shaped differently, whatever the tail does."
)


def qq_card(plot: QuantilePlot, *, fit: str, keep: str = "tails") -> Card:
    """Observed against fitted quantiles of sizes, with the band of samples of the fitted law."""
    x, y = positive(plot.fitted), positive(plot.observed)
    ends = [v for v in (*x, *y) if v is not None]
    low, high = min(ends), max(ends)
    traces = [_diagonal(low, high)]
    if plot.low:
        traces.insert(0, band(x, positive(plot.low), positive(plot.high), 6))
    traces.append(_dots(x, y, "fitted %{x:.3g}, observed %{y:.3g}"))
    outside = _outside(plot.observed, plot.low, plot.high)
    largest = f"the largest value is {plot.observed[-1]:.3g}, fitted {plot.fitted[-1]:.3g}"
    return card(
        "qq",
        f"QQ plot against {fit}",
        QQ + outside,
        [largest + outside.rstrip(".")],
        figure(
            traces,
            f"{keep}-qq",
            xaxis=log_axis("fitted quantile of the size", low, high),
            yaxis=log_axis("observed quantile", low, high),
            showlegend=False,
        ),
    )


def pp_card(plot: ProbabilityPlot, *, fit: str, keep: str = "tails") -> Card:
    """Fitted against empirical probabilities of exceeding a size, with their band."""
    x = short(plot.empirical)
    traces = [_diagonal(0, 1)]
    if plot.low:
        traces.insert(0, band(x, short(plot.low), short(plot.high), 6))
    traces.append(_dots(x, short(plot.fitted), "empirical %{x:.3g}, fitted %{y:.3g}"))
    gap = max((abs(a - b) for a, b in zip(plot.empirical, plot.fitted, strict=True)), default=0.0)
    return card(
        "pp",
        f"PP plot against {fit}",
        f"{PP} Largest distance from the diagonal: {gap:.3f}.",
        f"Fitted against empirical probabilities; largest distance from the diagonal {gap:.3f}.",
        figure(
            traces,
            f"{keep}-pp",
            xaxis=axis("empirical P(size > x)", range=[0, 1], dtick=0.2),
            yaxis=axis("fitted P(size > x)", range=[0, 1], dtick=0.2),
            showlegend=False,
        ),
    )


def _diagonal(low: float, high: float) -> dict[str, Any]:
    ends = short([low, high])
    return line("as fitted", ends, ends, "muted", width=1.3, dash="dash", hoverinfo="skip")


def _dots(x: list[float | None], y: list[float | None], hover: str) -> dict[str, Any]:
    return points(x, y, 5, series(0), name="sample", hovertemplate=f"{hover}<extra></extra>")


def _outside(observed: list[float], low: list[float], high: list[float]) -> str:
    if not low:
        return ""
    out = sum(not a <= v <= b for v, a, b in zip(observed, low, high, strict=True))
    return (
        f" {out} of the {len(observed)} points drawn lie outside the 95 % band; neighbours move "
        "together."
    )

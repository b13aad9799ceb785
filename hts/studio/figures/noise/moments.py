"""Averages that settle or do not, and how few values carry the sum of squares."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from hts.studio.figures.axes import (
    Numbers,
    axis,
    figure,
    line,
    log_axis,
    percent_axis,
    positive,
    rule,
    short,
)
from hts.studio.figures.card import Card, card
from hts.studio.figures.noise.laws import KEEP, law_name
from hts.studio.figures.theme import ideas


def running_mean_card(
    alphas: Sequence[float], counts: Sequence[int], means: Sequence[Sequence[float]], caption: str
) -> Card:
    """Mean of the first n values against n, one line per alpha."""
    # Up to the tenth value a mean is a few values: the frame is made for what comes later.
    late = [abs(v) for row in means for n, v in zip(counts, row, strict=True) if n >= 10]
    reach = 1.1 * sorted(late)[int(0.97 * (len(late) - 1))]
    hover = "first %{x}: mean %{y:.3g}"
    traces = _lines(alphas, counts, [short(row) for row in means], hover)
    laid = figure(
        traces[::-1],
        KEEP,
        xaxis=_counts(counts),
        yaxis=axis("mean of the first n", range=[-reach, reach]),
        shapes=[rule(y=0)],
    )
    return card("mean", "Running mean", caption, _ends(alphas, means), laid)


def running_variance_card(
    alphas: Sequence[float],
    counts: Sequence[int],
    variances: Sequence[Sequence[float]],
    caption: str,
) -> Card:
    """Variance of the first n values against n on logarithmic axes, one line per alpha."""
    hover = "first %{x}: variance %{y:.3g}"
    traces = _lines(alphas, counts, [positive(row) for row in variances], hover)
    late = [v for row in variances for n, v in zip(counts, row, strict=True) if n >= 4 and v > 0]
    laid = figure(
        traces[::-1],
        KEEP,
        xaxis=_counts(counts),
        yaxis=log_axis("variance of the first n", min(late), max(late)),
        shapes=[rule(y=2)] if 2 in alphas else [],
    )
    said = _ends(alphas, variances)
    return card("variance", "Running variance", caption, said, laid, size="wide")


def share_card(
    alphas: Sequence[float],
    fractions: Sequence[float],
    shares: Sequence[Sequence[float]],
    marked: float,
    caption: str,
) -> Card:
    """Share of the sum of squares against the share of largest values; ``marked`` is a rule."""
    percents = short(100 * f for f in fractions)
    hover = "largest %{x:.2g} % of values: %{y:.1f} % of the sum of squares"
    traces = _lines(alphas, percents, [short(100 * s for s in row) for row in shares], hover)
    at = min(range(len(fractions)), key=lambda k: abs(fractions[k] - marked))
    said = [
        f"{law_name(alpha)}: the largest 1 % carry {100 * row[at]:.0f} %"
        for alpha, row in zip(alphas, shares, strict=True)
    ]
    least, ticks = 100 * fractions[0], [0.01, 0.1, 1, 10, 100]
    texts, ends = [f"{tick:g}" for tick in ticks], [log10(least), 2]
    laid = figure(
        traces[::-1],
        KEEP,
        xaxis=log_axis("largest values, %", least, 100, ticktext=texts, tickvals=ticks, range=ends),
        yaxis=percent_axis("share of the sum of squares"),
        shapes=[rule(x=100 * marked)],
    )
    title = "Sum of squares in the largest values"
    return card("share", title, caption, said, laid, size="full")


def _lines(
    alphas: Sequence[float], x: Numbers | Sequence[int], rows: Sequence[Numbers], hover: str
) -> list[dict[str, Any]]:
    found = zip(alphas, rows, ideas(alphas), strict=True)
    return [
        line(law_name(alpha), x, row, drawn.colour, dash=drawn.dash, width=1.8 if i else 2.4,
             hover=hover, legendrank=i)
        for i, (alpha, row, drawn) in enumerate(found)
    ]  # fmt: skip


def _ends(alphas: Sequence[float], rows: Sequence[Sequence[float]]) -> list[str]:
    pairs = zip(alphas, rows, strict=True)
    return [f"{law_name(alpha)}: {row[-1]:.3g} at the end" for alpha, row in pairs]


def _counts(counts: Sequence[int]) -> dict[str, Any]:
    return log_axis("number of values n", 1, counts[-1], range=[0, log10(counts[-1])])
